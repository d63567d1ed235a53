// The small globals: `self`, `global`, `navigator`, `performance`, `queueMicrotask`, `reportError`,
// `setImmediate`, and the compression streams over the host's codecs.
(env => {
  'use strict';
  const { bytesOf, expose, global, isObject, list, native, p, then, typeError } = env;
  const { PromiseResolve, ReflectApply, TypeError } = p;

  expose('self', global);
  expose('global', global);

  const callback = f => { if (typeof f !== 'function') throw typeError('callback', 'of type function', f); };
  const soon = (f, thisArg, args) => then(PromiseResolve(undefined), () => {
    try { ReflectApply(f, thisArg, args); } catch (error) { env.report(error); }
  });
  env.soon = soon;
  expose('queueMicrotask', { queueMicrotask(task) { callback(task); soon(task, undefined, list()); } }.queueMicrotask);
  expose('reportError', { reportError(error) {
    if (arguments.length === 0) throw env.nodeError(TypeError, 'ERR_MISSING_ARGS', 'The "error" argument must be specified');
    env.report(error);
  } }.reportError);

  // `setImmediate` runs after what is due now; what it returns is good for one thing.
  class Immediate {
    #id;
    constructor(id) { this.#id = id; }
    ref() { return this; }
    unref() { return this; }
    hasRef() { return true; }
    [p.SymbolToPrimitive]() { return this.#id; }
    static idOf(value) { return isObject(value) && #id in value ? value.#id : value; }
  }
  const { idOf } = Immediate;
  delete Immediate.idOf;
  const immediate = {
    setImmediate(task, ...args) {
      callback(task);
      return new Immediate(native.setTimeout(() => { ReflectApply(task, undefined, args); }, 0));
    },
    clearImmediate(given) { native.clearTimeout(idOf(given)); },
  };
  expose('setImmediate', immediate.setImmediate);
  expose('clearImmediate', immediate.clearImmediate);
  env.setImmediate = immediate.setImmediate;
  env.clearImmediate = immediate.clearImmediate;

  const navigator = { __proto__: null, userAgent: 'Codecell', language: 'en-US', languages: undefined, hardwareConcurrency: 1, platform: 'codecell' };
  class Navigator {
    constructor(given) { if (given !== navigator) throw env.nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor'); }
    get userAgent() { return navigator.userAgent; }
    get language() { return navigator.language; }
    get languages() { return p.ObjectFreeze(['en-US']); }
    get hardwareConcurrency() { return navigator.hardwareConcurrency; }
    get platform() { return navigator.platform; }
  }
  env.webClass('Navigator', Navigator);
  env.showAs(Navigator, n => ({ userAgent: n.userAgent, language: n.language, hardwareConcurrency: n.hardwareConcurrency, platform: n.platform }));
  expose('navigator', new Navigator(navigator));

  const clock = { __proto__: null };
  class Performance {
    constructor(given) { if (given !== clock) throw env.nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor'); }
    get timeOrigin() { return native.startedAt(); }
    now() { return native.now(); }
    toJSON() { return { timeOrigin: native.startedAt() }; }
  }
  env.webClass('Performance', Performance);
  env.showAs(Performance, () => ({ timeOrigin: native.startedAt() }));
  expose('performance', new Performance(clock));

  // A class whose chunks pass through `native.codec(format, inflate)`.
  const codecStream = (name, inflate) => env.transformClass(name, given => {
    const format = `${given[0]}`;
    if (format !== 'gzip' && format !== 'deflate' && format !== 'deflate-raw') {
      throw env.nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'format' must be one of: 'deflate', 'deflate-raw', 'gzip'. Received ${env.inspect(given[0])}`);
    }
    const codec = native.codec(format, inflate);
    const give = (bytes, out) => { if (bytes !== null && bytes !== undefined && p.TypedArrayPrototypeGetLength(bytes) > 0) out(bytes); };
    return {
      __proto__: null,
      step(chunk, out) {
        const bytes = isObject(chunk) ? bytesOf(chunk) : undefined;
        if (bytes === undefined) throw typeError('chunk', 'an instance of ArrayBuffer or ArrayBufferView', chunk);
        give(codec.push(bytes), out);
      },
      flush(out) { give(codec.finish(), out); },
    };
  }, {}, 1);
  if (native.codec !== undefined) {
    codecStream('CompressionStream', false);
    codecStream('DecompressionStream', true);
  }
})
