// `structuredClone`: maps, sets, dates, regular expressions, errors, buffers and
// views, cycles, and the transfer of buffers.
//
// Objects of this environment register with `env.platform(is, clone)`; those that
// give no `clone` cannot be cloned.
(env => {
  'use strict';
  const { DOMException, define, domError, expose, find, getDescriptor, hasOwn, isDOMException, isObject, isArrayBuffer, iterate, list, native, p, push, dictionary } = env;
  const {
    ArrayBufferPrototypeGetByteLength, DatePrototypeGetTime, Map, MapPrototypeForEach, MapPrototypeGet,
    MapPrototypeHas, MapPrototypeSet, Object: ObjectOf, ObjectKeys, ReflectGetPrototypeOf, RegExp, Set, SetPrototypeAdd,
    SetPrototypeForEach, String: StringOf, SymbolIterator, SymbolPrototypeToString, TypedArrayPrototypeGetBuffer,
    TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypeError,
  } = p;

  const platform = list();
  env.platform = (is, clone) => push(platform, { __proto__: null, is, clone });
  env.platform(isDOMException, error => new DOMException(error.message, error.name));

  const label = value => {
    if (typeof value === 'symbol') return SymbolPrototypeToString(value);
    if (typeof value === 'function') return p.FunctionPrototypeToString(value);
    if (native.classOf(value) === 'Symbol') return '[object Symbol]';
    const constructor = native.isProxy(value) ? undefined : find(value, 'constructor');
    if (isObject(constructor) && typeof constructor !== 'function') return `[object ${find(value, p.SymbolToStringTag) ?? 'Object'}]`;
    const name = typeof constructor === 'function' ? find(constructor, 'name') : undefined;
    return `#<${typeof name === 'string' && name !== '' ? name : 'Object'}>`;
  };
  const refuse = value => { throw domError('DataCloneError', `${label(value)} could not be cloned.`); };

  const detached = buffer => {
    const get = p.ArrayBufferPrototypeGetDetached;
    if (get !== undefined) return get(buffer);
    try { new p.Uint8Array(buffer); return false; } catch { return true; }
  };

  const cloneBuffer = buffer => {
    if (detached(buffer)) throw domError('DataCloneError', 'An ArrayBuffer is detached and could not be cloned.');
    const copied = p.TypedArrayPrototypeGetBuffer(env.copyBytes(new p.Uint8Array(buffer)));
    if (p.ArrayBufferPrototypeGetResizable === undefined || !p.ArrayBufferPrototypeGetResizable(buffer)) return copied;
    const resizable = new p.ArrayBuffer(ArrayBufferPrototypeGetByteLength(buffer), { __proto__: null, maxByteLength: p.ArrayBufferPrototypeGetMaxByteLength(buffer) });
    p.TypedArrayPrototypeSet(new p.Uint8Array(resizable), new p.Uint8Array(copied));
    return resizable;
  };

  const errorNames = { __proto__: null, EvalError: p.EvalError, RangeError: p.RangeError, ReferenceError: p.ReferenceError, SyntaxError: p.SyntaxError, TypeError: p.TypeError, URIError: p.URIError };

  const cloneError = (error, seen) => {
    const Class = errorNames[StringOf(error.name)] ?? p.Error;
    const message = getDescriptor(error, 'message');
    const copied = message !== undefined && 'value' in message ? new Class(`${message.value}`) : new Class();
    MapPrototypeSet(seen, error, copied);
    const stack = getDescriptor(error, 'stack');
    if (typeof stack?.value === 'string') define(copied, 'stack', stack.value);
    if (hasOwn(error, 'cause')) define(copied, 'cause', clone(error.cause, seen));
    return copied;
  };

  const cloneProperties = (from, to, seen) => {
    const keys = ObjectKeys(from);
    for (let i = 0; i < keys.length; i += 1) {
      if (hasOwn(from, keys[i])) define(to, keys[i], clone(from[keys[i]], seen), true);
    }
    return to;
  };

  const remembered = (seen, value, copied) => { MapPrototypeSet(seen, value, copied); return copied; };

  const clone = (value, seen) => {
    if (!isObject(value)) return typeof value === 'symbol' ? refuse(value) : value;
    if (MapPrototypeHas(seen, value)) return MapPrototypeGet(seen, value);
    const keep = copied => remembered(seen, value, copied);
    switch (native.classOf(value)) {
      case 'Boolean': return keep(ObjectOf(p.BooleanPrototypeValueOf(value)));
      case 'Number': return keep(ObjectOf(p.NumberPrototypeValueOf(value)));
      case 'String': return keep(ObjectOf(p.StringPrototypeValueOf(value)));
      case 'BigInt': return keep(ObjectOf(p.BigIntPrototypeValueOf(value)));
      case 'Date': return keep(new p.Date(DatePrototypeGetTime(value)));
      case 'RegExp': {
        let flags = '';
        const all = ['HasIndices', 'Global', 'IgnoreCase', 'Multiline', 'DotAll', 'Unicode', 'UnicodeSets', 'Sticky'];
        for (let i = 0; i < all.length; i += 1) if (p[`RegExpPrototypeGet${all[i]}`](value)) flags += 'dgimsuvy'[i];
        return keep(new RegExp(p.RegExpPrototypeGetSource(value), flags));
      }
      case 'ArrayBuffer': return keep(cloneBuffer(value));
      case 'TypedArray': {
        const buffer = clone(TypedArrayPrototypeGetBuffer(value), seen);
        return keep(new p[TypedArrayPrototypeGetSymbolToStringTag(value)](buffer, TypedArrayPrototypeGetByteOffset(value), TypedArrayPrototypeGetLength(value)));
      }
      case 'DataView': {
        const buffer = clone(p.DataViewPrototypeGetBuffer(value), seen);
        return keep(new p.DataView(buffer, p.DataViewPrototypeGetByteOffset(value), p.DataViewPrototypeGetByteLength(value)));
      }
      case 'Map': {
        const copied = keep(new Map());
        const entries = list();
        MapPrototypeForEach(value, (item, key) => { push(entries, key); push(entries, item); });
        for (let i = 0; i < entries.length; i += 2) MapPrototypeSet(copied, clone(entries[i], seen), clone(entries[i + 1], seen));
        return copied;
      }
      case 'Set': {
        const copied = keep(new Set());
        const items = list();
        SetPrototypeForEach(value, item => push(items, item));
        for (let i = 0; i < items.length; i += 1) SetPrototypeAdd(copied, clone(items[i], seen));
        return copied;
      }
      case 'Error':
        return isDOMException(value) ? keep(new DOMException(value.message, value.name)) : cloneError(value, seen);
      case 'Array': {
        const copied = keep(new p.Array(value.length));
        return cloneProperties(value, copied, seen);
      }
      case 'Object': {
        const prototype = ReflectGetPrototypeOf(value);
        if (prototype !== null && prototype !== p.ObjectPrototype) {
          for (let i = 0; i < platform.length; i += 1) {
            if (!platform[i].is(value)) continue;
            return platform[i].clone === undefined ? refuse(value) : keep(platform[i].clone(value));
          }
        }
        return cloneProperties(value, keep({}), seen);
      }
      default: return refuse(value);
    }
  };

  // A clone of which buffers and ports move instead of being copied; `self` is a port that
  // cannot send itself.
  const transferred = (value, transfer, self) => {
    const seen = new Map();
    const buffers = list();
    const ports = list();
    if (transfer !== undefined) {
      const method = isObject(transfer) ? transfer[SymbolIterator] : undefined;
      if (typeof method !== 'function') throw new TypeError('The "options.transfer" property must be iterable');
      iterate(transfer, method, item => {
        if (MapPrototypeHas(seen, item)) throw domError('DataCloneError', `Transfer list contains duplicate ${isArrayBuffer(item) ? 'ArrayBuffer' : 'MessagePort'}`);
        if (env.isPort(item)) {
          if (item === self) throw domError('DataCloneError', 'Transfer list contains source port');
          if (!env.isLivePort(item)) throw domError('DataCloneError', 'MessagePort in transfer list is already detached');
          MapPrototypeSet(seen, item, undefined);
          push(ports, item);
          return;
        }
        if (!isArrayBuffer(item)) throw domError('DataCloneError', 'Value not transferable');
        if (detached(item)) throw domError('DataCloneError', 'An ArrayBuffer is detached and could not be cloned.');
        MapPrototypeSet(seen, item, undefined);
        push(buffers, item);
      });
      // A clone that fails must leave the buffers as they were, so they move last.
      const trial = new Map();
      for (let i = 0; i < buffers.length; i += 1) MapPrototypeSet(trial, buffers[i], new p.ArrayBuffer(ArrayBufferPrototypeGetByteLength(buffers[i])));
      for (let i = 0; i < ports.length; i += 1) MapPrototypeSet(trial, ports[i], ports[i]);
      clone(value, trial);
      for (let i = 0; i < buffers.length; i += 1) MapPrototypeSet(seen, buffers[i], p.ArrayBufferPrototypeTransfer(buffers[i]));
      for (let i = 0; i < ports.length; i += 1) {
        const moved = env.movePort(ports[i]);
        MapPrototypeSet(seen, ports[i], moved);
        ports[i] = moved;
      }
      // Views of a moved buffer have lost their place; the trial knows them.
      MapPrototypeForEach(trial, (copied, original) => {
        if (!p.ArrayBufferIsView(original)) return;
        const kind = native.classOf(original) === 'DataView' ? 'DataView' : 'TypedArray';
        const moved = MapPrototypeGet(seen, p[`${kind}PrototypeGetBuffer`](original));
        if (moved === undefined) return;
        const Class = kind === 'DataView' ? p.DataView : p[TypedArrayPrototypeGetSymbolToStringTag(copied)];
        const length = kind === 'DataView' ? p.DataViewPrototypeGetByteLength(copied) : TypedArrayPrototypeGetLength(copied);
        MapPrototypeSet(seen, original, new Class(moved, p[`${kind}PrototypeGetByteOffset`](copied), length));
      });
    }
    return { __proto__: null, value: clone(value, seen), ports: p.ObjectFreeze(env.toArray(ports)) };
  };
  env.transferred = transferred;
  const structuredClone = (value, options) => (
    transferred(value, dictionary(options, "Failed to execute 'structuredClone'").transfer).value
  );
  env.structuredClone = structuredClone;
  expose('structuredClone', { structuredClone(value, options = undefined) {
    if (arguments.length === 0) throw env.nodeError(TypeError, 'ERR_MISSING_ARGS', 'The value argument must be specified');
    return structuredClone(value, options);
  } }.structuredClone);
})
