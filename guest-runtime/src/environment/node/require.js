// `require`: the modules that there are, and for the rest what to use instead.
//
// Adds `env.load(name)`, by which the host answers `import` of the same names; it
// returns undefined for a name that is none of these modules.
(env => {
  'use strict';
  const { expose, global, modules, native, nodeError, p, typeError } = env;
  const { Error: ErrorOf, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith } = p;

  modules['stream/web'] = {};
  for (const name of [
    'ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader', 'ReadableStreamDefaultController', 'ReadableByteStreamController', 'WritableStream',
    'WritableStreamDefaultWriter', 'WritableStreamDefaultController', 'TransformStream', 'TransformStreamDefaultController', 'CountQueuingStrategy',
    'ByteLengthQueuingStrategy', 'TextEncoderStream', 'TextDecoderStream', 'CompressionStream', 'DecompressionStream',
  ]) if (global[name] !== undefined) modules['stream/web'][name] = global[name];
  if (global.console !== undefined) modules.console = global.console;
  if (global.performance !== undefined) modules.perf_hooks = { performance: global.performance };

  const tools = () => {
    const names = native.namespaces === undefined ? [] : native.namespaces();
    if (names.length === 0) return 'call the tools that the program was given';
    let text = 'call a tool of ';
    for (let i = 0; i < names.length; i += 1) text += `${i === 0 ? '' : i === names.length - 1 ? ' or ' : ', '}\`${names[i]}\``;
    return text;
  };
  const files = 'there are no files here; keep data in variables and return what matters';
  const network = () => `there is no network here; ${tools()} instead`;
  const processes = 'there are no other processes or threads here';
  const dates = 'packages cannot be installed here; use Date and its methods';
  const lists = 'packages cannot be installed here; use the methods of Array, Object, Map and Set, structuredClone and util.isDeepStrictEqual';
  const reasons = {
    __proto__: null, fs: files, 'fs/promises': files, 'fs-extra': files, glob: files, rimraf: files, os: 'nothing is known of the machine here; `process` has what there is',
    child_process: processes, worker_threads: processes, cluster: processes, execa: processes, vm: 'code cannot be made from text here',
    module: 'only the modules of this environment can be loaded', repl: 'there is no terminal here', readline: 'there is no terminal here', tty: 'there is no terminal here', inquirer: 'there is no terminal here',
    stream: 'use the web streams of `stream/web`, which are globals too', zlib: 'use CompressionStream and DecompressionStream', async_hooks: 'pass the values as arguments', test: 'use `node:assert`',
    lodash: lists, underscore: lists, ramda: lists, 'lodash-es': lists, immer: lists,
    moment: dates, dayjs: dates, 'date-fns': dates, luxon: dates,
    uuid: 'packages cannot be installed here; use crypto.randomUUID()', nanoid: 'packages cannot be installed here; use crypto.randomUUID()',
    cheerio: 'packages cannot be installed here; take HTML apart with string methods and regular expressions', jsdom: 'packages cannot be installed here; take HTML apart with string methods and regular expressions',
    zod: 'packages cannot be installed here; check values with typeof and Array.isArray', ajv: 'packages cannot be installed here; check values with typeof and Array.isArray',
    chalk: 'packages cannot be installed here; print plain text, or use util.styleText', dotenv: 'there is no environment here; `process.env` is empty',
    'form-data': 'use the global FormData', 'abort-controller': 'use the global AbortController', 'web-streams-polyfill': 'use the global ReadableStream', 'crypto-js': 'use `node:crypto`', qs: 'use `node:querystring` or URLSearchParams',
  };
  for (const name of ['net', 'tls', 'dgram', 'dns', 'dns/promises', 'http', 'https', 'http2', 'axios', 'node-fetch', 'undici', 'got', 'ky', 'request', 'superagent', 'cross-fetch', 'ws', 'express', 'puppeteer', 'playwright', 'pg', 'mysql', 'mysql2', 'redis', 'ioredis', 'mongodb', 'mongoose', 'openai', '@anthropic-ai/sdk', 'nodemailer', '@octokit/rest', 'octokit', 'aws-sdk']) {
    reasons[name] = network;
  }

  const plain = name => (StringPrototypeStartsWith(name, 'node:') ? StringPrototypeSlice(name, 5) : name);
  env.load = name => modules[plain(name)];

  // The error for a module that there is not.
  env.missingModule = name => {
    const key = plain(name);
    let reason = reasons[key];
    if (reason === undefined) {
      const slash = StringPrototypeIndexOf(key, '/');
      reason = slash > 0 ? reasons[StringPrototypeSlice(key, 0, slash)] : undefined;
    }
    if (typeof reason === 'function') reason = reason();
    if (reason === undefined) reason = StringPrototypeStartsWith(key, '.') || StringPrototypeStartsWith(key, '/') ? files : `packages cannot be installed here; write what you need in plain JavaScript, or ${tools()}`;
    return nodeError(ErrorOf, 'MODULE_NOT_FOUND', `Cannot find module '${name}': ${reason}.`);
  };

  const require = { require(id) {
    if (typeof id !== 'string') throw typeError('id', 'of type string', id);
    if (id === '') throw nodeError(p.TypeError, 'ERR_INVALID_ARG_VALUE', "The argument 'id' must be a non-empty string. Received ''");
    const found = env.load(id);
    if (found === undefined) throw env.missingModule(id);
    return found;
  } }.require;
  require.resolve = { resolve(id) { if (env.load(id) === undefined) throw env.missingModule(id); return id; } }.resolve;
  require.cache = { __proto__: null };
  expose('require', require);
})
