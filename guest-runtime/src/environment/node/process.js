// `process` and `node:timers`.
(env => {
  'use strict';
  const { EventEmitter, bytesOf, define, deferred, expose, isObject, list, native, nodeError, p, typeError } = env;
  const {
    BigInt, Error: ErrorOf, MathFloor, MathRound, ObjectSetPrototypeOf, PromiseReject, PromiseResolve, StringPrototypeLastIndexOf,
    StringPrototypeSlice,
  } = p;

  // ---- process

  const started = env.now();
  const version = '22.0.0';
  const VERSION = { node: version, codecell: '1', quickjs: '0.15' };

  // Whole lines go out at once; what has no end of line yet waits for the next write.
  const stream = (level, fd) => {
    let rest = '';
    let waiting = false;
    const flush = () => {
      waiting = false;
      if (rest === '') return;
      native.log(level, rest);
      rest = '';
    };
    return {
      fd,
      isTTY: false,
      writable: true,
      columns: 80,
      write(chunk, encoding, callback) {
        const bytes = typeof chunk === 'string' ? undefined : isObject(chunk) ? bytesOf(chunk) : undefined;
        if (typeof chunk !== 'string' && bytes === undefined) throw typeError('chunk', 'of type string or an instance of Buffer, TypedArray, or DataView', chunk);
        rest += bytes === undefined ? chunk : env.utf8Decode(bytes);
        const end = StringPrototypeLastIndexOf(rest, '\n');
        if (end >= 0) {
          native.log(level, StringPrototypeSlice(rest, 0, end));
          rest = StringPrototypeSlice(rest, end + 1);
        }
        if (rest !== '' && !waiting) { waiting = true; env.soon(flush, undefined, list()); }
        const done = typeof encoding === 'function' ? encoding : callback;
        if (typeof done === 'function') env.soon(done, undefined, list());
        return true;
      },
      end(chunk) { if (chunk !== undefined) this.write(chunk); },
      on() { return this; },
      once() { return this; },
    };
  };

  const hrtime = { hrtime(earlier) {
    const now = env.now();
    const seconds = MathFloor(now / 1000);
    const time = [seconds, MathRound((now - seconds * 1000) * 1e6)];
    if (earlier === undefined) return time;
    if (!p.ArrayIsArray(earlier)) throw typeError('time', 'an instance of Array', earlier);
    if (earlier.length !== 2) throw nodeError(p.RangeError, 'ERR_OUT_OF_RANGE', `The value of "time" is out of range. It must be 2. Received ${earlier.length}`);
    let s = time[0] - earlier[0];
    let n = time[1] - earlier[1];
    if (n < 0) { s -= 1; n += 1e9; }
    return [s, n];
  } }.hrtime;
  define(hrtime, 'bigint', { bigint() { return BigInt(MathRound(env.now() * 1e6)); } }.bigint, true);

  const memory = () => (native.memoryUsage === undefined ? 0 : native.memoryUsage());
  const unavailable = (name, advice) => { throw nodeError(ErrorOf, 'ERR_UNAVAILABLE', `process.${name}() is not available here: ${advice}`); };
  const methods = {
    nextTick(callback, ...args) {
      if (typeof callback !== 'function') throw typeError('callback', 'of type function', callback);
      env.soon(callback, undefined, args);
    },
    hrtime,
    uptime: () => (env.now() - started) / 1000,
    cwd: () => '/',
    chdir() { unavailable('chdir', 'there are no files'); },
    exit() { unavailable('exit', 'return from the program to end it, or throw an error to make it fail'); },
    abort() { unavailable('abort', 'throw an error to make the program fail'); },
    kill() { unavailable('kill', 'there are no other processes'); },
    memoryUsage() { const used = memory(); return { rss: used, heapTotal: used, heapUsed: used, external: 0, arrayBuffers: 0 }; },
    cpuUsage() { return { user: MathRound((env.now() - started) * 1000), system: 0 }; },
    umask: () => 0o22,
    getuid: () => 0,
    emitWarning(warning, type) {
      const name = typeof type === 'string' ? type : isObject(type) && typeof type.type === 'string' ? type.type : 'Warning';
      native.log('warn', `(codecell) ${isObject(warning) ? `${warning.name}: ${warning.message}` : `${name}: ${warning}`}`);
    },
  };
  const process = ObjectSetPrototypeOf({
    title: 'codecell', version: `v${version}`, versions: VERSION, arch: 'wasm32', platform: 'linux', release: { name: 'node' }, argv: ['/codecell', '/program.js'], execArgv: [], execPath: '/codecell',
    env: {}, pid: 1, ppid: 0, exitCode: undefined, config: {}, features: {}, ...methods, stdout: stream('log', 1), stderr: stream('error', 2),
  }, p.ObjectCreate(EventEmitter.prototype));
  define(process.memoryUsage, 'rss', memory, true);
  p.ReflectDefineProperty(process, p.SymbolToStringTag, { __proto__: null, value: 'process', configurable: true });
  expose('process', process);
  env.modules.process = process;

  // ---- timers

  const { setTimeout, clearTimeout, setInterval, clearInterval } = native;
  const abortable = (signal, begin) => {
    if (signal !== undefined && !env.isAbortSignal(signal)) return PromiseReject(typeError('options.signal', 'an instance of AbortSignal', signal));
    if (signal?.aborted) return PromiseReject(env.abortError(signal));
    const made = deferred();
    const stop = begin(made.resolve);
    if (signal !== undefined) env.onAbort(signal, () => { stop(); made.reject(env.abortError(signal)); });
    return made.promise;
  };
  const timersPromises = {
    setTimeout(delay, value, options) {
      return abortable(options?.signal, resolve => { const id = setTimeout(() => resolve(value), delay); return () => clearTimeout(id); });
    },
    setImmediate(value, options) {
      return abortable(options?.signal, resolve => { const id = env.setImmediate(() => resolve(value)); return () => env.clearImmediate(id); });
    },
    setInterval(delay, value, options) {
      const signal = options?.signal;
      let due = 0;
      let wake;
      let failed = signal?.aborted ? { error: env.abortError(signal) } : undefined;
      let done = false;
      const id = setInterval(() => { due += 1; settle(); }, delay);
      const settle = () => {
        if (wake === undefined) return;
        const waiting = wake;
        if (failed !== undefined) { wake = undefined; done = true; waiting.reject(failed.error); }
        else if (done) { wake = undefined; waiting.resolve({ value: undefined, done: true }); }
        else if (due > 0) { wake = undefined; due -= 1; waiting.resolve({ value, done: false }); }
      };
      if (failed !== undefined) clearInterval(id);
      else if (signal !== undefined) env.onAbort(signal, () => { failed = { error: env.abortError(signal) }; clearInterval(id); settle(); });
      return ObjectSetPrototypeOf({
        next() { wake = deferred(); const { promise } = wake; settle(); return promise; },
        return() { done = true; clearInterval(id); settle(); return PromiseResolve({ value: undefined, done: true }); },
      }, p.AsyncIteratorPrototype);
    },
  };
  timersPromises.scheduler = { wait: (delay, options) => timersPromises.setTimeout(delay, undefined, options), yield: () => timersPromises.setImmediate() };
  env.modules.timers = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate: env.setImmediate, clearImmediate: env.clearImmediate, promises: timersPromises };
  env.modules['timers/promises'] = timersPromises;
})
