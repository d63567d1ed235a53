// `node:util`: beside `inspect` and `format`, comparison, promises and types.
(env => {
  'use strict';
  const { bytesOf, define, getDescriptor, hasOwn, isArrayBuffer, isObject, isTypedArray, isView, list, native, nodeError, p, push, then, toArray, typeError } = env;
  const {
    ArrayIsArray, MapPrototypeForEach, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeHas, ObjectIs, ObjectKeys, PromiseReject, PromiseResolve,
    ReflectApply, ReflectGetPrototypeOf, ReflectOwnKeys, SetPrototypeForEach, SetPrototypeGetSize, SetPrototypeHas, StringPrototypeCharCodeAt,
    StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith, TypedArrayPrototypeGetLength, TypeError,
  } = p;

  const kindOf = value => (isObject(value) ? native.classOf(value) : '');
  const is = name => value => kindOf(value) === name;
  const typed = name => value => isObject(value) && isView(value) && isTypedArray(value) && p.TypedArrayPrototypeGetSymbolToStringTag(value) === name;
  const inherits = (value, prototype) => typeof value === 'function' && env.inherits(value, prototype);
  const types = {
    isAnyArrayBuffer: isArrayBuffer, isArrayBuffer, isArgumentsObject: is('Arguments'), isArrayBufferView: value => isView(value),
    isAsyncFunction: value => inherits(value, p.AsyncFunctionPrototype) || inherits(value, p.AsyncGeneratorFunctionPrototype),
    isBigInt64Array: typed('BigInt64Array'), isBigUint64Array: typed('BigUint64Array'), isBooleanObject: is('Boolean'), isNumberObject: is('Number'),
    isStringObject: is('String'), isSymbolObject: is('Symbol'), isBigIntObject: is('BigInt'),
    isBoxedPrimitive: value => { const kind = kindOf(value); return kind === 'Number' || kind === 'String' || kind === 'Boolean' || kind === 'Symbol' || kind === 'BigInt'; },
    isDataView: is('DataView'), isDate: is('Date'), isExternal: () => false, isFloat32Array: typed('Float32Array'), isFloat64Array: typed('Float64Array'),
    isGeneratorFunction: value => inherits(value, p.GeneratorFunctionPrototype) || inherits(value, p.AsyncGeneratorFunctionPrototype),
    isGeneratorObject: value => kindOf(value) === 'Generator' || kindOf(value) === 'AsyncGenerator',
    isInt8Array: typed('Int8Array'), isInt16Array: typed('Int16Array'), isInt32Array: typed('Int32Array'), isMap: is('Map'), isMapIterator: is('MapIterator'),
    isModuleNamespaceObject: () => false, isNativeError: is('Error'), isPromise: is('Promise'), isProxy: value => native.isProxy(value), isRegExp: is('RegExp'),
    isSet: is('Set'), isSetIterator: is('SetIterator'), isSharedArrayBuffer: () => false, isTypedArray, isUint8Array: typed('Uint8Array'),
    isUint8ClampedArray: typed('Uint8ClampedArray'), isUint16Array: typed('Uint16Array'), isUint32Array: typed('Uint32Array'), isWeakMap: is('WeakMap'), isWeakSet: is('WeakSet'),
  };

  // ---- Deep equality, strict (`===` by Object.is, classes, tags) or loose (`==`).

  const enumerableKeys = (value, skipIndexes) => {
    const keys = list();
    const all = ObjectKeys(value);
    for (let i = 0; i < all.length; i += 1) if (!skipIndexes || notIndex(all[i])) push(keys, all[i]);
    return keys;
  };
  const notIndex = key => p.RegExpPrototypeExec(/^(0|[1-9][0-9]*)$/, key) === null;
  const enumerableSymbols = value => {
    const found = list();
    const all = ReflectOwnKeys(value);
    for (let i = 0; i < all.length; i += 1) if (typeof all[i] === 'symbol' && p.ObjectPrototypePropertyIsEnumerable(value, all[i])) push(found, all[i]);
    return found;
  };
  const tagOf = value => p.ObjectPrototypeToString(value);

  const looseEqual = (a, b) => {
    return a == b || (a !== a && b !== b);
  };

  const equal = (a, b, strict, open) => {
    if (a === b) return a !== 0 || !strict || ObjectIs(a, b);
    if (strict) {
      if (!isObject(a) || !isObject(b) || typeof a !== 'object' || typeof b !== 'object') return typeof a === 'number' && a !== a && b !== b;
      if (ReflectGetPrototypeOf(a) !== ReflectGetPrototypeOf(b)) return false;
    } else {
      if (a === null || typeof a !== 'object') return (b === null || typeof b !== 'object') && looseEqual(a, b);
      if (b === null || typeof b !== 'object') return false;
    }
    const kind = native.classOf(a);
    const other = native.classOf(b);
    if (tagOf(a) !== tagOf(b)) return false;
    if (ArrayIsArray(a)) {
      if (!ArrayIsArray(b) || a.length !== b.length) return false;
      return sameKeys(a, b, strict, open, 'Array', enumerableKeys(a, true), enumerableKeys(b, true));
    }
    if (kind !== other && (kind !== 'Proxy' && other !== 'Proxy')) return false;
    switch (kind) {
      case 'Date': if (!ObjectIs(p.DatePrototypeGetTime(a), p.DatePrototypeGetTime(b))) return false; break;
      case 'RegExp': if (env.inspect(a, plainOptions) !== env.inspect(b, plainOptions) || a.lastIndex !== b.lastIndex) return false; break;
      case 'Error': if (a.message !== b.message || a.name !== b.name) return false; break;
      case 'TypedArray': case 'DataView': case 'ArrayBuffer': {
        if (kind === 'TypedArray' && !strict && p.StringPrototypeStartsWith(tagOf(a), '[object Float')) {
          if (TypedArrayPrototypeGetLength(a) !== TypedArrayPrototypeGetLength(b)) return false;
          for (let i = 0; i < TypedArrayPrototypeGetLength(a); i += 1) if (a[i] !== b[i]) return false;
        } else if (!sameBytes(bytesOf(a), bytesOf(b))) return false;
        if (kind === 'TypedArray') return sameKeys(a, b, strict, open, kind, enumerableKeys(a, true), enumerableKeys(b, true));
        break;
      }
      case 'Number': case 'String': case 'Boolean': case 'BigInt': case 'Symbol': {
        const value = p[`${kind}PrototypeValueOf`];
        if (!ObjectIs(value(a), value(b))) return false;
        break;
      }
      case 'Set': if (SetPrototypeGetSize(a) !== SetPrototypeGetSize(b)) return false; break;
      case 'Map': if (MapPrototypeGetSize(a) !== MapPrototypeGetSize(b)) return false; break;
      case 'Promise': case 'WeakMap': case 'WeakSet': return false;
      default:
    }
    return sameKeys(a, b, strict, open, kind, enumerableKeys(a, false), enumerableKeys(b, false));
  };
  const plainOptions = { __proto__: null, customInspect: false, depth: 0 };
  const sameBytes = (a, b) => {
    const length = TypedArrayPrototypeGetLength(a);
    if (length !== TypedArrayPrototypeGetLength(b)) return false;
    for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return false;
    return true;
  };

  const sameKeys = (a, b, strict, open, kind, keys, others) => {
    if (keys.length !== others.length) return false;
    for (let i = 0; i < keys.length; i += 1) if (!hasOwn(b, keys[i])) return false;
    if (strict) {
      const symbols = enumerableSymbols(a);
      for (let i = 0; i < symbols.length; i += 1) {
        if (!p.ObjectPrototypePropertyIsEnumerable(b, symbols[i])) return false;
        push(keys, symbols[i]);
      }
      if (enumerableSymbols(b).length !== symbols.length) return false;
    }
    // A pair that is being compared further out is equal as far as this one goes.
    for (let i = 0; i < open.length; i += 1) {
      if (open[i].a === a && open[i].b === b) return true;
    }
    push(open, { __proto__: null, a, b });
    const same = sameContent(a, b, strict, open, kind, keys);
    open.length -= 1;
    return same;
  };
  const sameContent = (a, b, strict, open, kind, keys) => {
    if (kind === 'Set' && !sameSet(a, b, strict, open)) return false;
    if (kind === 'Map' && !sameMap(a, b, strict, open)) return false;
    if (kind === 'Array') {
      for (let i = 0; i < a.length; i += 1) {
        const here = hasOwn(a, i);
        if (here !== hasOwn(b, i)) return false;
        if (here && !equal(a[i], b[i], strict, open)) return false;
      }
    }
    for (let i = 0; i < keys.length; i += 1) if (!equal(a[keys[i]], b[keys[i]], strict, open)) return false;
    return true;
  };
  const itemsOf = set => { const items = list(); SetPrototypeForEach(set, item => push(items, item)); return items; };
  // Takes each item's equal out of the others.
  const matched = (items, others, same) => {
    const used = list();
    for (let i = 0; i < items.length; i += 1) {
      let found = -1;
      for (let k = 0; k < others.length && found < 0; k += 1) if (used[k] !== true && same(items[i], others[k])) found = k;
      if (found < 0) return false;
      used[found] = true;
    }
    return true;
  };
  const primitive = value => value === null || typeof value !== 'object';
  const sameSet = (a, b, strict, open) => {
    const left = list();
    const right = list();
    const items = itemsOf(a);
    for (let i = 0; i < items.length; i += 1) {
      if (SetPrototypeHas(b, items[i])) continue;
      if (strict && primitive(items[i])) return false;
      push(left, items[i]);
    }
    const others = itemsOf(b);
    for (let i = 0; i < others.length; i += 1) if (!SetPrototypeHas(a, others[i])) push(right, others[i]);
    return matched(left, right, (x, y) => equal(x, y, strict, open));
  };
  const sameMap = (a, b, strict, open) => {
    const left = list();
    const right = list();
    let same = true;
    MapPrototypeForEach(a, (value, key) => {
      if (!same) return;
      if (MapPrototypeHas(b, key) && equal(value, MapPrototypeGet(b, key), strict, open)) return;
      if (strict && primitive(key)) { same = false; return; }
      push(left, { __proto__: null, key, value });
    });
    if (!same) return false;
    MapPrototypeForEach(b, (value, key) => {
      if (!(MapPrototypeHas(a, key) && equal(MapPrototypeGet(a, key), value, strict, open))) push(right, { __proto__: null, key, value });
    });
    return matched(left, right, (x, y) => equal(x.key, y.key, strict, open) && equal(x.value, y.value, strict, open));
  };
  env.deepEqual = (a, b, strict) => equal(a, b, strict, list());

  // ---- Functions.

  const needFunction = (value, name) => { if (typeof value !== 'function') throw typeError(name, 'of type function', value); };
  const customPromisify = Symbol.for('nodejs.util.promisify.custom');

  const promisify = original => {
    needFunction(original, 'original');
    if (original[customPromisify]) {
      needFunction(original[customPromisify], 'util.promisify.custom');
      return define(original[customPromisify], customPromisify, original[customPromisify]) && original[customPromisify];
    }
    const made = function promisified(...args) {
      return new p.Promise((resolve, reject) => {
        define(args, args.length, (error, value) => { if (error) reject(error); else resolve(value); }, true);
        ReflectApply(original, this, args);
      });
    };
    p.ObjectSetPrototypeOf(made, ReflectGetPrototypeOf(original));
    const keys = ReflectOwnKeys(original);
    for (let i = 0; i < keys.length; i += 1) p.ReflectDefineProperty(made, keys[i], getDescriptor(original, keys[i]));
    define(made, customPromisify, made);
    return made;
  };
  promisify.custom = customPromisify;

  const callbackify = original => {
    needFunction(original, 'original');
    const made = function callbackified(...args) {
      const callback = args[args.length - 1];
      if (typeof callback !== 'function') throw typeError('last argument', 'of type function', callback);
      args.length -= 1;
      const done = (...given) => env.soon(callback, this, given);
      then(ReflectApply(original, this, args), value => { done(null, value); }, reason => {
        if (reason) { done(reason); return; }
        const error = nodeError(p.Error, 'ERR_FALSY_VALUE_REJECTION', 'Promise was rejected with falsy value');
        error.reason = reason;
        done(error);
      });
    };
    define(made, 'name', `${env.find(original, 'name')}Callbackified`);
    p.ReflectDefineProperty(made, 'length', { __proto__: null, value: original.length + 1, configurable: true });
    return made;
  };

  const warned = { __proto__: null };
  const deprecate = (original, message, code) => {
    needFunction(original, 'fn');
    let told = false;
    return function deprecated(...args) {
      if (!told) {
        told = true;
        if (code === undefined || warned[code] !== true) {
          if (code !== undefined) warned[code] = true;
          native.log('warn', `${code === undefined ? '' : `[${code}] `}DeprecationWarning: ${message}`);
        }
      }
      return new.target ? p.ReflectConstruct(original, args, new.target) : ReflectApply(original, this, args);
    };
  };

  const inheritsFrom = (constructor, parent) => {
    needFunction(constructor, 'ctor');
    needFunction(parent, 'superCtor');
    if (parent.prototype === undefined) throw typeError('superCtor.prototype', 'of type object', parent.prototype);
    define(constructor, 'super_', parent);
    p.ObjectSetPrototypeOf(constructor.prototype, parent.prototype);
  };

  const debuglog = () => { const log = () => {}; log.enabled = false; return log; };

  const stripVTControlCharacters = text => {
    if (typeof text !== 'string') throw typeError('str', 'of type string', text);
    let out = '';
    for (let i = 0; i < text.length; i += 1) {
      const found = p.RegExpPrototypeExec(/^[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?\u0007)|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/, StringPrototypeSlice(text, i, i + 200));
      const code = StringPrototypeCharCodeAt(text, i);
      if ((code === 0x1b || code === 0x9b) && found !== null) i += found[0].length - 1;
      else out += text[i];
    }
    return out;
  };

  const styleText = (format, text) => {
    const all = ArrayIsArray(format) ? format : toArray(pushed(format));
    let open = '';
    let close = '';
    for (let i = 0; i < all.length; i += 1) {
      const codes = styles[all[i]];
      if (codes === undefined) throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'format' must be one of: ${env.join(toArray(ReflectOwnKeys(styles)), ', ')}. Received ${env.inspect(all[i])}`);
      open += `\u001b[${codes[0]}m`;
      close = `\u001b[${codes[1]}m${close}`;
    }
    return open + text + close;
  };
  const pushed = item => { const items = list(); push(items, item); return items; };
  const styles = { __proto__: null, reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], inverse: [7, 27], strikethrough: [9, 29] };
  ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'].forEach((name, i) => {
    styles[name] = [30 + i, 39];
    styles[`bg${name[0].toUpperCase()}${name.slice(1)}`] = [40 + i, 49];
  });
  styles.gray = styles.grey = [90, 39];

  // ---- parseArgs.

  const parseError = (code, message) => nodeError(TypeError, code, message);
  const parseArgs = (config = {}) => {
    const args = config.args ?? [];
    const options = config.options ?? {};
    const strict = config.strict ?? true;
    const allowPositionals = config.allowPositionals ?? !strict;
    const values = { __proto__: null };
    const positionals = list();
    const nameOfShort = short => {
      const names = ObjectKeys(options);
      for (let i = 0; i < names.length; i += 1) if (options[names[i]].short === short) return names[i];
      return undefined;
    };
    const store = (name, value, shown) => {
      const option = hasOwn(options, name) ? options[name] : undefined;
      if (strict && option === undefined) {
        throw parseError('ERR_PARSE_ARGS_UNKNOWN_OPTION', `Unknown option '${shown}'${allowPositionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${shown}"` : ''}`);
      }
      const label = option?.short ? `-${option.short}, --${name}` : `--${name}`;
      if (strict && option.type === 'string' && value === undefined) throw parseError('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', `Option '${label} <value>' argument missing`);
      if (strict && option.type === 'boolean' && value !== undefined) throw parseError('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', `Option '${label}' does not take an argument`);
      if (name === '__proto__') return;
      const kept = value ?? true;
      if (!option?.multiple) { values[name] = kept; return; }
      const all = list();
      if (values[name] !== undefined) for (let i = 0; i < values[name].length; i += 1) push(all, values[name][i]);
      push(all, kept);
      values[name] = toArray(all);
    };
    const takesValue = name => hasOwn(options, name) && options[name].type === 'string';
    for (let i = 0; i < args.length; i += 1) {
      const arg = args[i];
      const valueFollows = name => takesValue(name) && i + 1 < args.length && !(strict && StringPrototypeStartsWith(args[i + 1], '-') && args[i + 1].length > 1);
      const next = (name, shown) => {
        if (!takesValue(name)) { store(name, undefined, shown); return; }
        if (!valueFollows(name)) {
          if (strict && i + 1 < args.length) throw parseError('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', `Option '${shown}' argument is ambiguous.\nDid you forget to specify the option argument for '${shown}'?\nTo specify an option argument starting with a dash use '${shown}${StringPrototypeStartsWith(shown, '--') ? '=-XYZ' : '-XYZ'}'.`);
          store(name, undefined, shown);
          return;
        }
        i += 1;
        store(name, args[i], shown);
      };
      if (arg === '--') {
        for (i += 1; i < args.length; i += 1) addPositional(args[i]);
      } else if (StringPrototypeStartsWith(arg, '--')) {
        const equals = StringPrototypeIndexOf(arg, '=');
        if (equals > 2) store(StringPrototypeSlice(arg, 2, equals), StringPrototypeSlice(arg, equals + 1), StringPrototypeSlice(arg, 0, equals));
        else if (config.allowNegative && StringPrototypeStartsWith(arg, '--no-')) values[StringPrototypeSlice(arg, 5)] = false;
        else next(StringPrototypeSlice(arg, 2), arg);
      } else if (arg.length > 1 && arg[0] === '-') {
        for (let k = 1; k < arg.length; k += 1) {
          const name = nameOfShort(arg[k]) ?? arg[k];
          if (takesValue(name) && k + 1 < arg.length) { store(name, StringPrototypeSlice(arg, k + 1), `-${arg[k]}`); break; }
          if (k + 1 < arg.length) store(name, undefined, `-${arg[k]}`);
          else next(name, `-${arg[k]}`);
        }
      } else addPositional(arg);
    }
    function addPositional(text) {
      if (!allowPositionals) throw parseError('ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL', `Unexpected argument '${text}'. This command does not take positional arguments`);
      push(positionals, text);
    }
    const names = ObjectKeys(options);
    for (let i = 0; i < names.length; i += 1) {
      const { default: fallback } = options[names[i]];
      if (fallback !== undefined && values[names[i]] === undefined) values[names[i]] = fallback;
    }
    return { values, positionals: toArray(positionals) };
  };

  const text = value => typeof value === 'string';
  env.modules.util = {
    callbackify, debug: debuglog, debuglog, deprecate, format: env.format, formatWithOptions: env.formatWithOptions, inherits: inheritsFrom, inspect: env.inspect,
    isArray: ArrayIsArray, isDeepStrictEqual: (a, b) => env.deepEqual(a, b, true), parseArgs, promisify, stripVTControlCharacters, styleText,
    toUSVString: value => env.toUSVString(value), TextDecoder: env.TextDecoder, TextEncoder: env.TextEncoder, types,
    isBoolean: value => typeof value === 'boolean', isBuffer: env.Buffer.isBuffer, isDate: types.isDate, isError: value => types.isNativeError(value) || env.inherits(Object(value), p.ErrorPrototype),
    isFunction: value => typeof value === 'function', isNull: value => value === null, isNullOrUndefined: value => value === null || value === undefined,
    isNumber: value => typeof value === 'number', isObject: value => value !== null && typeof value === 'object', isPrimitive: value => !isObject(value),
    isRegExp: types.isRegExp, isString: text, isSymbol: value => typeof value === 'symbol', isUndefined: value => value === undefined,
    aborted(signal, resource) {
      if (!env.isAbortSignal(signal)) return PromiseReject(typeError('signal', 'an instance of AbortSignal', signal));
      if (!isObject(resource)) return PromiseReject(typeError('resource', 'of type object', resource));
      if (signal.aborted) return PromiseResolve(undefined);
      const made = env.deferred();
      env.onAbort(signal, () => made.resolve(undefined));
      return made.promise;
    },
  };
  env.modules['util/types'] = types;
})
