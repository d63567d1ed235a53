// `node:events`: EventEmitter, `once` and `on`.
(env => {
  'use strict';
  const { define, deferred, isObject, list, nodeError, p, push, toArray, typeError } = env;
  const { Error: ErrorOf, PromiseReject, PromiseResolve, ReflectApply, ReflectOwnKeys, RangeError } = p;

  const check = listener => { if (typeof listener !== 'function') throw typeError('listener', 'of type function', listener); };
  const errorMonitor = Symbol('events.errorMonitor');
  let defaultMax = 10;

  const begin = emitter => {
    if (emitter._events !== undefined && emitter._events !== p.ReflectGetPrototypeOf(emitter)._events) return;
    emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  };
  function EventEmitter() {
    begin(this);
    this._maxListeners ??= undefined;
  }
  EventEmitter.init = function init() { begin(this); };
  define(EventEmitter.prototype, '_events', undefined, true);
  define(EventEmitter.prototype, '_eventsCount', 0, true);
  define(EventEmitter.prototype, '_maxListeners', undefined, true);

  // As in Node, one listener stands alone and several stand in an array.
  const listFor = (emitter, type) => {
    const found = emitter._events?.[type];
    const all = list();
    if (typeof found === 'function') push(all, found);
    else if (found !== undefined) for (let i = 0; i < found.length; i += 1) push(all, found[i]);
    return all;
  };
  const setList = (emitter, type, all) => {
    const had = emitter._events[type] !== undefined;
    if (all.length === 0) {
      if (had) emitter._eventsCount -= 1;
      delete emitter._events[type];
      return;
    }
    if (!had) emitter._eventsCount += 1;
    emitter._events[type] = all.length === 1 ? all[0] : toArray(all);
  };
  const add = (emitter, type, listener, prepend) => {
    check(listener);
    if (emitter._events === undefined) begin(emitter);
    if (emitter._events.newListener !== undefined) emitter.emit('newListener', type, listener.listener ?? listener);
    const old = listFor(emitter, type);
    const all = list();
    if (prepend) push(all, listener);
    for (let i = 0; i < old.length; i += 1) push(all, old[i]);
    if (!prepend) push(all, listener);
    const warned = typeof emitter._events[type] === 'object' && emitter._events[type].warned;
    setList(emitter, type, all);
    const max = emitter.getMaxListeners();
    if (max > 0 && all.length > max) {
      define(emitter._events[type], 'warned', true);
      if (!warned) {
        const name = env.find(env.find(emitter, 'constructor'), 'name');
        env.native.log('warn', `MaxListenersExceededWarning: Possible EventEmitter memory leak detected. ${all.length} ${p.String(type)} listeners added to [${name}]. Use emitter.setMaxListeners() to increase limit`);
      }
    }
    return emitter;
  };
  const onceOf = (emitter, type, listener) => {
    check(listener);
    let fired = false;
    const wrapped = (...args) => {
      if (fired) return undefined;
      fired = true;
      emitter.removeListener(type, wrapped);
      return ReflectApply(listener, emitter, args);
    };
    wrapped.listener = listener;
    return wrapped;
  };

  const checkMax = (value, name) => {
    if (typeof value !== 'number') throw typeError(name, 'of type number', value);
    if (!(value >= 0)) throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "${name}" is out of range. It must be >= 0. Received ${env.inspect(value)}`);
  };

  const methods = {
    setMaxListeners(n) { checkMax(n, 'setMaxListeners'); this._maxListeners = n; return this; },
    getMaxListeners() { return this._maxListeners ?? defaultMax; },
    emit(type, ...args) {
      const all = this._events === undefined ? list() : listFor(this, type);
      if (type === 'error') {
        if (this._events?.[errorMonitor] !== undefined) ReflectApply(methods.emit, this, toArray(withFirst(errorMonitor, args)));
        if (all.length === 0) {
          const error = args[0];
          if (isObject(error) && env.native.classOf(error) === 'Error') throw error;
          const failure = nodeError(ErrorOf, 'ERR_UNHANDLED_ERROR', `Unhandled error. (${typeof error === 'string' ? `'${error}'` : env.inspect(error)})`);
          failure.context = error;
          throw failure;
        }
      }
      for (let i = 0; i < all.length; i += 1) {
        const result = ReflectApply(all[i], this, args);
        if (this._capture && isObject(result) && env.native.promiseState(result) >= 0) {
          env.then(result, undefined, error => this.emit('error', error));
        }
      }
      return all.length > 0;
    },
    on(type, listener) { return add(this, type, listener, false); },
    addListener(type, listener) { return add(this, type, listener, false); },
    prependListener(type, listener) { return add(this, type, listener, true); },
    once(type, listener) { return this.on(type, onceOf(this, type, listener)); },
    prependOnceListener(type, listener) { return this.prependListener(type, onceOf(this, type, listener)); },
    removeListener(type, listener) {
      check(listener);
      if (this._events === undefined) return this;
      const old = listFor(this, type);
      let at = old.length - 1;
      while (at >= 0 && old[at] !== listener && old[at].listener !== listener) at -= 1;
      if (at < 0) return this;
      const kept = list();
      for (let i = 0; i < old.length; i += 1) if (i !== at) push(kept, old[i]);
      setList(this, type, kept);
      if (this._events.removeListener !== undefined) this.emit('removeListener', type, old[at].listener ?? listener);
      return this;
    },
    off(type, listener) { return this.removeListener(type, listener); },
    removeAllListeners(type) {
      if (this._events === undefined) return this;
      const types = list();
      if (arguments.length > 0) push(types, type);
      else { const keys = ReflectOwnKeys(this._events); for (let i = 0; i < keys.length; i += 1) if (keys[i] !== 'removeListener') push(types, keys[i]); push(types, 'removeListener'); }
      for (let i = 0; i < types.length; i += 1) {
        if (this._events.removeListener === undefined || types[i] === 'removeListener') { setList(this, types[i], list()); continue; }
        const all = listFor(this, types[i]);
        for (let k = all.length - 1; k >= 0; k -= 1) this.removeListener(types[i], all[k]);
      }
      return this;
    },
    listeners(type) {
      const all = listFor(this, type);
      for (let i = 0; i < all.length; i += 1) all[i] = all[i].listener ?? all[i];
      return toArray(all);
    },
    rawListeners(type) { return toArray(listFor(this, type)); },
    listenerCount(type, listener) {
      const all = listFor(this, type);
      if (listener === undefined || listener === null) return all.length;
      let count = 0;
      for (let i = 0; i < all.length; i += 1) if (all[i] === listener || all[i].listener === listener) count += 1;
      return count;
    },
    eventNames() { return this._eventsCount > 0 ? ReflectOwnKeys(this._events) : []; },
  };
  const withFirst = (first, rest) => { const all = list(); push(all, first); for (let i = 0; i < rest.length; i += 1) push(all, rest[i]); return all; };
  for (const key of ReflectOwnKeys(methods)) define(EventEmitter.prototype, key, methods[key], true);

  const isTarget = value => isObject(value) && typeof value.addEventListener === 'function';
  const listen = (emitter, name, handler, flags) => {
    if (typeof emitter?.on === 'function') { if (flags?.once) emitter.once(name, handler); else emitter.on(name, handler); }
    else if (isTarget(emitter)) emitter.addEventListener(name, handler, flags);
    else throw typeError('emitter', 'an instance of EventEmitter', emitter);
  };
  const unlisten = (emitter, name, handler) => {
    if (typeof emitter.removeListener === 'function') emitter.removeListener(name, handler);
    else emitter.removeEventListener(name, handler);
  };
  const abortError = signal => {
    const error = nodeError(ErrorOf, 'ABORT_ERR', 'The operation was aborted');
    define(error, 'name', 'AbortError');
    define(error, 'cause', env.abortReason(signal).reason);
    return error;
  };
  env.abortError = abortError;

  const once = (emitter, name, options = {}) => {
    const { signal } = options ?? {};
    if (signal !== undefined && !env.isAbortSignal(signal)) return PromiseReject(typeError('options.signal', 'an instance of AbortSignal', signal));
    if (signal?.aborted) return PromiseReject(abortError(signal));
    const made = deferred();
    const finish = () => { unlisten(emitter, name, arrived); if (!isTarget(emitter) && name !== 'error') unlisten(emitter, 'error', failed); };
    const arrived = (...args) => { finish(); made.resolve(args); };
    const failed = error => { finish(); made.reject(error); };
    try {
      listen(emitter, name, arrived, { once: true });
      if (!isTarget(emitter) && name !== 'error') emitter.once('error', failed);
    } catch (error) { return PromiseReject(error); }
    if (signal !== undefined) env.onAbort(signal, () => { finish(); made.reject(abortError(signal)); });
    return made.promise;
  };

  const on = (emitter, name, options = {}) => {
    const { signal, close } = options ?? {};
    if (signal?.aborted) throw abortError(signal);
    const arrived = list();
    const waiting = list();
    let failure;
    let done = false;
    const take = items => { const first = items[0]; for (let i = 1; i < items.length; i += 1) items[i - 1] = items[i]; items.length -= 1; return first; };
    const handler = (...args) => { if (waiting.length > 0) take(waiting).resolve({ value: args, done: false }); else push(arrived, args); };
    const fail = error => { if (waiting.length > 0) take(waiting).reject(error); else failure = { error }; finish(); };
    const finish = () => {
      if (done) return;
      done = true;
      unlisten(emitter, name, handler);
      if (!isTarget(emitter)) unlisten(emitter, 'error', fail);
      while (waiting.length > 0) take(waiting).resolve({ value: undefined, done: true });
    };
    listen(emitter, name, handler);
    if (!isTarget(emitter) && name !== 'error') listen(emitter, 'error', fail);
    if (close !== undefined) for (let i = 0; i < close.length; i += 1) listen(emitter, close[i], finish);
    if (signal !== undefined) env.onAbort(signal, () => fail(abortError(signal)));
    return p.ObjectSetPrototypeOf({
      next() {
        if (arrived.length > 0) return PromiseResolve({ value: take(arrived), done: false });
        if (failure !== undefined) { const { error } = failure; failure = undefined; return PromiseReject(error); }
        if (done) return PromiseResolve({ value: undefined, done: true });
        const made = deferred();
        push(waiting, made);
        return made.promise;
      },
      return() { finish(); return PromiseResolve({ value: undefined, done: true }); },
      throw(error) { fail(error); return PromiseResolve({ value: undefined, done: true }); },
    }, p.AsyncIteratorPrototype);
  };

  const statics = {
    once, on, EventEmitter, errorMonitor, captureRejectionSymbol: Symbol.for('nodejs.rejection'), usingDomains: false, captureRejections: false,
    listenerCount: (emitter, type) => emitter.listenerCount(type),
    getEventListeners: (emitter, type) => (typeof emitter.listeners === 'function' ? emitter.listeners(type) : []),
    getMaxListeners: emitter => emitter.getMaxListeners?.() ?? defaultMax,
    setMaxListeners(n = defaultMax, ...emitters) {
      checkMax(n, 'setMaxListeners');
      if (emitters.length === 0) defaultMax = n;
      for (let i = 0; i < emitters.length; i += 1) emitters[i].setMaxListeners?.(n);
    },
    addAbortListener(signal, listener) {
      env.onAbort(signal, () => listener());
      return { [p.SymbolDispose ?? Symbol.for('nodejs.dispose')]() { env.offAbort(signal, listener); } };
    },
  };
  for (const key of ReflectOwnKeys(statics)) EventEmitter[key] = statics[key];
  p.ReflectDefineProperty(EventEmitter, 'defaultMaxListeners', { __proto__: null, enumerable: true, get: () => defaultMax, set: n => { checkMax(n, 'defaultMaxListeners'); defaultMax = n; } });
  env.modules.events = EventEmitter;
  env.EventEmitter = EventEmitter;
})
