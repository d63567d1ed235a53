// The ground under every other file: what a program may later replace, captured.
//
// In: `native`, the host functions of HOST.md, and the global object. Out: `env`,
// the record that each further file gets, reads from and adds to.
//
// `env.p` holds the built-ins by path: `StringPrototypeSlice(text, 1)` is
// `text.slice(1)`, `MapPrototypeGetSize(map)` is `map.size`, `SymbolIterator` is
// `Symbol.iterator`. What is not among them must not be called on a value that a
// program could have made, and no array is iterated by protocol or spread.
((native, global) => {
  'use strict';
  const { defineProperty, getOwnPropertyDescriptor, ownKeys, setPrototypeOf, getPrototypeOf } = Reflect;
  const { bind, call } = Function.prototype;
  const uncurry = bind.bind(call);

  const p = { __proto__: null };
  const title = key => {
    const name = typeof key === 'symbol' ? `Symbol${title(key.description.slice(7))}` : key;
    return name[0].toUpperCase() + name.slice(1);
  };
  const copy = (from, path, convert) => {
    for (const key of ownKeys(from)) {
      const { value, get } = getOwnPropertyDescriptor(from, key);
      if (get !== undefined) p[`${path}Get${title(key)}`] = uncurry(get);
      else p[path + title(key)] = typeof value === 'function' ? convert(value) : value;
    }
  };
  for (const name of ['Reflect', 'Math', 'JSON']) copy(global[name], name, f => f);
  const TypedArray = getPrototypeOf(Uint8Array);
  const classes = { __proto__: null, TypedArray };
  for (const name of [
    'Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'BigInt', 'Symbol', 'Date', 'RegExp', 'Map',
    'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Promise', 'Proxy', 'ArrayBuffer', 'DataView', 'Error', 'EvalError',
    'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'AggregateError', 'Int8Array',
    'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array',
    'Float64Array', 'BigInt64Array', 'BigUint64Array',
    'Float16Array',
  ]) if (global[name] !== undefined) classes[name] = global[name];
  for (const name of ownKeys(classes)) {
    const Class = classes[name];
    p[name] = Class;
    if (name === 'Function' || name === 'Proxy' || (name.endsWith('Error') && name !== 'Error')) continue;
    copy(Class, name, f => (name === 'Promise' || name.endsWith('Array') ? f.bind(Class) : f));
    copy(Class.prototype, `${name}Prototype`, uncurry);
    p[`${name}Prototype`] = Class.prototype;
  }
  p.FunctionPrototypeToString = uncurry(Function.prototype.toString);
  p.FunctionPrototype = Function.prototype;
  for (const name of ['parseInt', 'parseFloat', 'isNaN', 'encodeURIComponent', 'decodeURIComponent']) {
    p[name] = global[name];
  }
  // Prototypes that have no name.
  p.IteratorPrototype = getPrototypeOf(getPrototypeOf([].values()));
  p.AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf(getPrototypeOf((async function* () {})())));
  p.AsyncFunctionPrototype = getPrototypeOf(async () => {});
  p.GeneratorFunctionPrototype = getPrototypeOf(function* () {});
  p.AsyncGeneratorFunctionPrototype = getPrototypeOf(async function* () {});
  p.MapIteratorPrototype = getPrototypeOf(new Map().entries());
  p.SetIteratorPrototype = getPrototypeOf(new Set().values());
  p.MapIteratorPrototypeNext = uncurry(p.MapIteratorPrototype.next);
  p.SetIteratorPrototypeNext = uncurry(p.SetIteratorPrototype.next);

  const { ArrayPrototype, ObjectPrototypeHasOwnProperty, TypedArrayPrototypeGetSymbolToStringTag } = p;

  // A descriptor that inherits nothing from a changed Object.prototype.
  const data = (value, enumerable = false) => ({
    __proto__: null, value, writable: true, enumerable, configurable: true,
  });
  const define = (object, key, value, enumerable) => defineProperty(object, key, data(value, enumerable));

  const getDescriptor = (object, key) => {
    const found = getOwnPropertyDescriptor(object, key);
    if (found !== undefined) setPrototypeOf(found, null);
    return found;
  };

  // A list is an array that inherits nothing, so that no setter or method can be
  // planted under it. `toArray` gives it, once full, to the program.
  const list = () => p.ObjectSetPrototypeOf([], null);
  const push = (items, item) => { items[items.length] = item; };
  const toArray = items => p.ObjectSetPrototypeOf(items, ArrayPrototype);
  const join = (items, separator) => {
    let text = '';
    for (let i = 0; i < items.length; i += 1) text += (i > 0 ? separator : '') + items[i];
    return text;
  };

  // A global as the platforms define theirs.
  const expose = (name, value) => { define(global, name, value); };

  // Gives a class the shape of WebIDL: enumerable members and a tag.
  const webClass = (name, Class, constants) => {
    for (const target of [Class, Class.prototype]) {
      for (const key of ownKeys(target)) {
        if (typeof key === 'symbol' || key === 'constructor') continue;
        if (target === Class && (key === 'prototype' || key === 'length' || key === 'name')) continue;
        const descriptor = getDescriptor(target, key);
        descriptor.enumerable = true;
        defineProperty(target, key, descriptor);
      }
      if (constants !== undefined) {
        for (const key of ownKeys(constants)) {
          defineProperty(target, key, { __proto__: null, value: constants[key], enumerable: true });
        }
      }
    }
    defineProperty(Class.prototype, Symbol.toStringTag, { __proto__: null, value: name, configurable: true });
    expose(name, Class);
    return Class;
  };

  // An iterator class of WebIDL: `next` on a prototype with a tag. `step` is called
  // with the state and returns the next value, or `end`.
  const end = {};
  const iteratorClass = (tag, step) => {
    class Iterator {
      #state;
      constructor(state) { this.#state = state; }
      next() {
        const value = this.#state === end ? end : step(this.#state);
        if (value === end) this.#state = end;
        return value === end ? { value: undefined, done: true } : { value, done: false };
      }
    }
    const { prototype } = Iterator;
    define(prototype, 'next', prototype.next, true);
    delete prototype.constructor;
    setPrototypeOf(prototype, p.IteratorPrototype);
    defineProperty(prototype, Symbol.toStringTag, { __proto__: null, value: tag, configurable: true });
    return state => new Iterator(state);
  };

  // The pairs or values of any iterable, by the program's own protocol; but arrays by
  // index, whatever became of their iterator.
  const iterate = (iterable, method, visit) => {
    if (p.ArrayIsArray(iterable) && !native.isProxy(iterable) && !hasOwn(iterable, p.SymbolIterator)) {
      for (let i = 0; i < iterable.length; i += 1) visit(iterable[i]);
      return;
    }
    const iterator = p.ReflectApply(method, iterable, list());
    const { next } = iterator;
    for (;;) {
      const step = p.ReflectApply(next, iterator, list());
      if (!isObject(step)) throw new p.TypeError(`Iterator result ${p.String(step)} is not an object`);
      if (step.done) return;
      try {
        visit(step.value);
      } catch (error) {
        const close = iterator.return;
        if (typeof close === 'function') try { p.ReflectApply(close, iterator, list()); } catch { /* the first error counts */ }
        throw error;
      }
    }
  };

  const isObject = value => (typeof value === 'object' && value !== null) || typeof value === 'function';
  const hasOwn = ObjectPrototypeHasOwnProperty;
  const isTypedArray = value => isObject(value) && TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined;
  const isView = p.ArrayBufferIsView;
  const isArrayBuffer = value => {
    if (!isObject(value)) return false;
    try { p.ArrayBufferPrototypeGetByteLength(value); return true; } catch { return false; }
  };
  // The bytes that a buffer or view shows, not copied; undefined for anything else.
  const bytesOf = value => {
    if (isArrayBuffer(value)) return new p.Uint8Array(value);
    if (!isView(value)) return undefined;
    const kind = isTypedArray(value) ? 'TypedArray' : 'DataView';
    const field = name => p[`${kind}PrototypeGet${name}`](value);
    return new p.Uint8Array(field('Buffer'), field('ByteOffset'), field('ByteLength'));
  };
  // Parts of bytes, shown or copied; the built-in methods would ask the program for
  // the class of the result.
  const viewBytes = (bytes, from = 0, to = p.TypedArrayPrototypeGetLength(bytes)) => new p.Uint8Array(
    p.TypedArrayPrototypeGetBuffer(bytes), p.TypedArrayPrototypeGetByteOffset(bytes) + from, p.MathMax(to - from, 0),
  );
  const copyBytes = (bytes, from = 0, to = p.TypedArrayPrototypeGetLength(bytes)) => {
    const copied = new p.Uint8Array(to - from);
    p.TypedArrayPrototypeSet(copied, viewBytes(bytes, from, to));
    return copied;
  };

  // A promise with its two functions, and `then` as no program can see it.
  const deferred = () => {
    const made = { __proto__: null };
    made.promise = new p.Promise((resolve, reject) => { made.resolve = resolve; made.reject = reject; });
    return made;
  };
  const then = p.PromisePrototypeThen;
  const ignore = () => {};

  // WebIDL's conversions that several files need.
  const toUSVString = value => p.StringPrototypeToWellFormed(typeof value === 'string' ? value : `${value}`);
  const required = (count, given, where) => {
    if (given < count) {
      throw new p.TypeError(`${where}: ${count} argument${count > 1 ? 's' : ''} required, but only ${given} present.`);
    }
  };
  const dictionary = (value, where) => {
    if (value === undefined || value === null) return { __proto__: null };
    if (!isObject(value)) throw new p.TypeError(`${where}: The provided value is not an object.`);
    return value;
  };

  // An error as Node throws it, with a code.
  const nodeError = (Base, code, message) => {
    const error = new Base(message);
    define(error, 'code', code, true);
    return error;
  };

  return {
    __proto__: null, native, global, p, uncurry, data, define, getDescriptor, list, push, toArray, join, expose,
    webClass, iteratorClass, end, iterate, isObject, hasOwn, isTypedArray, isView, isArrayBuffer, bytesOf,
    copyBytes, viewBytes, deferred, then, ignore, toUSVString, required, dictionary, nodeError,
    inspectCustom: Symbol.for('nodejs.util.inspect.custom'),
  };
})
