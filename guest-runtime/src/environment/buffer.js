// `Buffer`, as Node has it.
(env => {
  'use strict';
  const {
    asciiDecode, base64Decode, base64Encode, bytesOf, concatBytes, copyBytes, define, expose, getDescriptor, hexDecode, hexEncode, inspect,
    inspectCustom, isArrayBuffer, isObject, isTypedArray, isView, latin1Decode, latin1Encode, list, nodeError, p, push, toArray,
    typeError, utf16Decode, utf16Encode, utf8Decode, utf8Encode, utf8Length, utf8Write,
  } = env;
  const {
    ArrayBufferPrototypeGetByteLength, ArrayIsArray, BigInt, DataView, MathMax, MathMin, MathTrunc, NumberIsInteger, ObjectCreate,
    ObjectSetPrototypeOf, RangeError, ReflectApply, ReflectOwnKeys, StringPrototypeSlice, StringPrototypeToLowerCase,
    TypedArrayPrototypeFill, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset,
    TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetLength: lengthOf, TypedArrayPrototypeSet,
    TypeError, Uint8Array,
  } = p;

  const subarray = env.viewBytes;

  // Numbers beyond 32 bits, with an underscore between groups.
  const grouped = text => {
    let out = '';
    let end = text.length;
    const start = text[0] === '-' ? 1 : 0;
    for (; end >= start + 4; end -= 3) out = `_${StringPrototypeSlice(text, end - 3, end)}${out}`;
    return StringPrototypeSlice(text, 0, end) + out;
  };
  const outOfRange = (name, range, value) => {
    let text;
    if (NumberIsInteger(value) && (value > 2 ** 32 || value < -(2 ** 32))) text = grouped(`${value}`);
    else if (typeof value === 'bigint') text = `${value > 4294967296n || value < -4294967296n ? grouped(`${value}`) : value}n`;
    else text = inspect(value);
    return nodeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "${name}" is out of range. It must be ${range}. Received ${text}`);
  };
  env.outOfRange = outOfRange;
  const number = (value, name, min, max) => {
    if (typeof value !== 'number') throw typeError(name, 'of type number', value);
    if (!NumberIsInteger(value)) throw outOfRange(name, 'an integer', value);
    if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
  };
  env.checkInteger = number;

  const codecs = {
    __proto__: null,
    utf8: { __proto__: null, decode: utf8Decode, encode: utf8Encode, length: utf8Length },
    utf16le: { __proto__: null, decode: utf16Decode, encode: utf16Encode, length: text => text.length * 2 },
    latin1: { __proto__: null, decode: latin1Decode, encode: latin1Encode, length: text => text.length },
    ascii: { __proto__: null, decode: asciiDecode, encode: latin1Encode, length: text => text.length },
    hex: { __proto__: null, decode: hexDecode, encode: hexEncode, length: text => text.length >>> 1 },
    base64: { __proto__: null, decode: bytes => base64Decode(bytes), encode: text => base64Encode(text), length: text => base64Length(text) },
    base64url: { __proto__: null, decode: bytes => base64Decode(bytes, true), encode: text => base64Encode(text), length: text => base64Length(text) },
  };
  const base64Length = text => {
    let { length } = text;
    if (length > 0 && text[length - 1] === '=') length -= 1;
    if (length > 1 && text[length - 1] === '=') length -= 1;
    return (length * 3) >>> 2;
  };
  const aliases = {
    __proto__: null, 'utf-8': 'utf8', utf8: 'utf8', ucs2: 'utf16le', 'ucs-2': 'utf16le', utf16le: 'utf16le', 'utf-16le': 'utf16le',
    latin1: 'latin1', binary: 'latin1', ascii: 'ascii', hex: 'hex', base64: 'base64', base64url: 'base64url',
  };
  // The plain name of an encoding, or undefined.
  const encodingName = name => (name === undefined || name === null || name === '' ? 'utf8' : aliases[name] ?? aliases[StringPrototypeToLowerCase(`${name}`)]);
  const codecOf = name => {
    const found = encodingName(name);
    if (found === undefined) throw nodeError(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${name}`);
    return codecs[found];
  };
  env.encodingName = encodingName;
  env.codecOf = codecOf;

  const wrap = bytes => ObjectSetPrototypeOf(bytes, Buffer.prototype);
  const isBytes = value => isObject(value) && isTypedArray(value) && p.TypedArrayPrototypeGetSymbolToStringTag(value) === 'Uint8Array';

  const MAX_LENGTH = 2 ** 32;
  const checkSize = size => {
    if (typeof size !== 'number') throw typeError('size', 'of type number', size);
    if (!(size >= 0 && size <= MAX_LENGTH)) throw outOfRange('size', `>= 0 && <= ${MAX_LENGTH}`, size);
  };

  const fromArrayBuffer = (buffer, byteOffset, length) => {
    let offset = 0;
    if (byteOffset !== undefined) { offset = +byteOffset; if (offset !== offset) offset = 0; }
    const most = ArrayBufferPrototypeGetByteLength(buffer) - offset;
    if (most < 0) throw nodeError(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', '"offset" is outside of buffer bounds');
    let size = most;
    if (length !== undefined) {
      size = +length;
      if (size > 0) { if (size > most) throw nodeError(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', '"length" is outside of buffer bounds'); }
      else size = 0;
    }
    return wrap(new Uint8Array(buffer, offset, size));
  };

  const fromArrayLike = value => {
    const { length } = value;
    if (!(length > 0)) return wrap(new Uint8Array(0));
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) bytes[i] = value[i];
    return wrap(bytes);
  };

  const from = (value, encodingOrOffset, length) => {
    if (typeof value === 'string') {
      return wrap(copyOf(codecOf(typeof encodingOrOffset === 'string' ? encodingOrOffset : undefined).encode(value)));
    }
    if (typeof value === 'object' && value !== null) {
      if (isArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
      const primitive = typeof value.valueOf === 'function' ? value.valueOf() : undefined;
      if (primitive !== undefined && primitive !== null && primitive !== value && (typeof primitive === 'string' || typeof primitive === 'object')) {
        return from(primitive, encodingOrOffset, length);
      }
      if (value.length !== undefined || isArrayBuffer(value.buffer)) return typeof value.length === 'number' ? fromArrayLike(value) : wrap(new Uint8Array(0));
      if (value.type === 'Buffer' && ArrayIsArray(value.data)) return fromArrayLike(value.data);
      const convert = value[p.SymbolToPrimitive];
      if (typeof convert === 'function') {
        const text = ReflectApply(convert, value, toArray(one('string')));
        if (typeof text === 'string') return from(text, encodingOrOffset);
      }
    }
    throw nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ${env.received(value)}`);
  };
  const one = item => { const items = list(); push(items, item); return items; };
  const copyOf = bytes => (lengthOf(bytes) === ArrayBufferPrototypeGetByteLength(TypedArrayPrototypeGetBuffer(bytes)) ? bytes : copyBytes(bytes));

  function Buffer(value, encodingOrOffset, length) {
    if (typeof value !== 'number') return from(value, encodingOrOffset, length);
    if (typeof encodingOrOffset === 'string') throw typeError('string', 'of type string', value);
    checkSize(value);
    return wrap(new Uint8Array(value));
  }
  ObjectSetPrototypeOf(Buffer, Uint8Array);
  Buffer.prototype = ObjectCreate(p.Uint8ArrayPrototype, { constructor: { value: Buffer, writable: true, configurable: true } });

  const compareBytes = (a, b) => {
    const x = lengthOf(a);
    const y = lengthOf(b);
    const shared = MathMin(x, y);
    for (let i = 0; i < shared; i += 1) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return x < y ? -1 : x > y ? 1 : 0;
  };

  const needBytes = (value, name, kinds = 'an instance of Buffer or Uint8Array') => { if (!isBytes(value)) throw typeError(name, kinds, value); };

  const statics = {
    from,
    of(...items) { return fromArrayLike(items); },
    alloc(size, fill, encoding) {
      checkSize(size);
      const made = wrap(new Uint8Array(size));
      if (fill !== undefined && fill !== 0 && size > 0) {
        if (encoding !== undefined && typeof encoding !== 'string') throw typeError('encoding', 'of type string', encoding);
        fillBytes(made, fill, 0, size, encoding);
      }
      return made;
    },
    allocUnsafe(size) { checkSize(size); return wrap(new Uint8Array(size)); },
    allocUnsafeSlow(size) { checkSize(size); return wrap(new Uint8Array(size)); },
    isBuffer: value => env.inherits(Object(value), Buffer.prototype),
    isEncoding: name => typeof name === 'string' && name.length !== 0 && encodingName(name) !== undefined,
    byteLength(value, encoding) {
      if (typeof value === 'string') return codecs[encodingName(encoding) ?? 'utf8'].length(value);
      if (isView(value)) return lengthOf(bytesOf(value));
      if (isArrayBuffer(value)) return ArrayBufferPrototypeGetByteLength(value);
      throw typeError('string', 'of type string or an instance of Buffer or ArrayBuffer', value);
    },
    compare(a, b) {
      needBytes(a, 'buf1');
      needBytes(b, 'buf2');
      return compareBytes(a, b);
    },
    concat(buffers, length) {
      if (!ArrayIsArray(buffers)) throw typeError('list', 'an instance of Array', buffers);
      for (let i = 0; i < buffers.length; i += 1) needBytes(buffers[i], `list[${i}]`);
      if (length === undefined) return wrap(concatBytes(buffers));
      number(length, 'length', 0, MAX_LENGTH);
      const all = new Uint8Array(length);
      let at = 0;
      for (let i = 0; i < buffers.length && at < length; i += 1) {
        const size = MathMin(lengthOf(buffers[i]), length - at);
        TypedArrayPrototypeSet(all, subarray(bytesOf(buffers[i]), 0, size), at);
        at += size;
      }
      return wrap(all);
    },
    copyBytesFrom(view, offset = 0, length = undefined) {
      if (!isTypedArray(view)) throw typeError('view', 'an instance of TypedArray', view);
      const size = lengthOf(view);
      const step = TypedArrayPrototypeGetByteLength(view) / (size || 1);
      number(offset, 'offset', 0, p.NumberMAX_SAFE_INTEGER);
      if (length !== undefined) number(length, 'length', 0, p.NumberMAX_SAFE_INTEGER);
      const to = length === undefined ? size : MathMin(offset + length, size);
      return offset >= to ? wrap(new Uint8Array(0)) : wrap(copyBytes(bytesOf(view), offset * step, to * step));
    },
  };
  const setStatics = () => {
    for (const key of ReflectOwnKeys(statics)) define(Buffer, key, statics[key], true);
    define(Buffer, 'poolSize', 8192, true);
  };

  const clamp = (value, size) => {
    let at = MathTrunc(+value);
    if (at !== at) return 0;
    if (at < 0) at += size;
    return at < 0 ? 0 : at > size ? size : at;
  };
  const part = (buffer, start, end) => {
    const size = lengthOf(buffer);
    const a = clamp(start ?? 0, size);
    const b = end === undefined ? size : clamp(end, size);
    return wrap(new Uint8Array(TypedArrayPrototypeGetBuffer(buffer), TypedArrayPrototypeGetByteOffset(buffer) + a, MathMax(b - a, 0)));
  };

  const within = (value, name, max) => {
    if (typeof value !== 'number') throw typeError(name, 'of type number', value);
    if (!(value >= 0 && value <= max)) throw outOfRange(name, `>= 0 && <= ${max}`, value);
  };

  const fillBytes = (buffer, value, start, end, encoding) => {
    const size = lengthOf(buffer);
    let from_ = start;
    let to = end;
    let name = encoding;
    let pattern = value;
    if (typeof value === 'string') {
      if (typeof from_ === 'string') { name = from_; from_ = undefined; to = undefined; }
      else if (typeof to === 'string') { name = to; to = undefined; }
      const codec = codecOf(name);
      pattern = codec.encode(value);
      if (value.length > 0 && lengthOf(pattern) === 0) {
        throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'value' is invalid. Received ${inspect(value)}`);
      }
      if (value.length === 0) pattern = 0;
    }
    if (from_ === undefined) { from_ = 0; to = size; }
    else {
      within(from_, 'offset', MAX_LENGTH);
      if (to === undefined) to = size;
      else within(to, 'end', size);
    }
    from_ = MathTrunc(from_);
    to = MathTrunc(to);
    if (from_ >= to) return buffer;
    if (!isObject(pattern)) { TypedArrayPrototypeFill(buffer, pattern & 255, from_, to); return buffer; }
    const bytes = bytesOf(pattern);
    const length = lengthOf(bytes);
    if (length === 0) throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'value' is invalid. Received ${inspect(value)}`);
    for (let i = from_; i < to; i += 1) buffer[i] = bytes[(i - from_) % length];
    return buffer;
  };

  // The place of a value in a buffer; `back` looks from the end.
  const search = (buffer, value, byteOffset, encoding, back) => {
    const size = lengthOf(buffer);
    let at = byteOffset;
    let name = encoding;
    if (typeof at === 'string') { name = at; at = undefined; }
    if (at > 0x7fffffff) at = 0x7fffffff;
    else if (at < -0x80000000) at = -0x80000000;
    at = at === undefined ? NaN : +at;
    if (at !== at) at = back ? size : 0;
    at = MathTrunc(at);
    let bytes;
    let step = 1;
    if (typeof value === 'number') {
      bytes = new Uint8Array(1);
      bytes[0] = value;
    } else if (typeof value === 'string') {
      bytes = codecOf(name).encode(value);
      if (encodingName(name) === 'utf16le') step = 2;
    } else if (isBytes(value)) {
      bytes = value;
      if (encodingName(name) === 'utf16le') step = 2;
    } else throw typeError('value', 'one of type number or string or an instance of Buffer or Uint8Array', value);
    const length = lengthOf(bytes);
    if (at < 0) {
      at += size;
      if (at < 0) { if (back && length > 0) return -1; at = 0; }
    }
    if (length === 0) return MathMin(at, size);
    if (length > size || (!back && at + length > size)) return -1;
    at = MathMin(at, size - length);
    if (step === 2 && (length < 2 || size < 2)) return -1;
    for (let i = at; back ? i >= 0 : i + length <= size; i += back ? -1 : 1) {
      if (step === 2 && (i - at) % 2 !== 0) continue;
      let k = 0;
      while (k < length && buffer[i + k] === bytes[k]) k += 1;
      if (k === length) return i;
    }
    return -1;
  };

  const swap = (buffer, step) => {
    const size = lengthOf(buffer);
    if (size % step !== 0) throw nodeError(RangeError, 'ERR_INVALID_BUFFER_SIZE', `Buffer size must be a multiple of ${step * 8}-bits`);
    for (let i = 0; i < size; i += step) {
      for (let a = i, b = i + step - 1; a < b; a += 1, b -= 1) { const held = buffer[a]; buffer[a] = buffer[b]; buffer[b] = held; }
    }
    return buffer;
  };

  const methods = {
    toString(encoding = undefined, start = undefined, end = undefined) {
      const size = lengthOf(this);
      if (arguments.length === 0) return utf8Decode(this);
      let from_ = MathTrunc(+(start ?? 0)) || 0;
      if (from_ <= 0) from_ = 0;
      else if (from_ >= size) return '';
      let to = end === undefined ? size : MathTrunc(+end) || 0;
      if (to > size) to = size;
      if (to <= from_) return '';
      return codecOf(encoding).decode(subarray(bytesOf(this), from_, to));
    },
    write(text, offset, length, encoding) {
      if (typeof text !== 'string') throw nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', 'argument must be a string');
      const size = lengthOf(this);
      let at = offset;
      let most = length;
      let name = encoding;
      if (typeof at === 'string') { name = at; at = most = undefined; }
      else if (typeof most === 'string') { name = most; most = undefined; }
      if (at === undefined) at = 0;
      else number(at, 'offset', 0, size);
      const room = size - at;
      if (most === undefined) most = room;
      else { number(most, 'length', 0, size); most = MathMin(most, room); }
      const target = subarray(bytesOf(this), at, at + most);
      const codec = codecOf(name);
      if (codec === codecs.utf8) return utf8Write(text, target).written;
      let bytes = codec.encode(text);
      let count = MathMin(lengthOf(bytes), most);
      if (codec === codecs.utf16le) count &= ~1;
      bytes = subarray(bytes, 0, count);
      TypedArrayPrototypeSet(target, bytes);
      return count;
    },
    equals(other) {
      needBytes(other, 'otherBuffer');
      return compareBytes(this, other) === 0;
    },
    compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
      needBytes(target, 'target');
      const bound = (value, name, fallback, most) => { if (value === undefined) return fallback; number(value, name, 0, most); return value; };
      const a = bound(targetStart, 'targetStart', 0, p.NumberMAX_SAFE_INTEGER);
      const b = bound(targetEnd, 'targetEnd', lengthOf(target), lengthOf(target));
      const c = bound(sourceStart, 'sourceStart', 0, p.NumberMAX_SAFE_INTEGER);
      const d = bound(sourceEnd, 'sourceEnd', lengthOf(this), lengthOf(this));
      if (c >= d) return a >= b ? 0 : -1;
      if (a >= b) return 1;
      return compareBytes(subarray(bytesOf(this), c, d), subarray(bytesOf(target), a, b));
    },
    copy(target, targetStart = 0, sourceStart = 0, sourceEnd = undefined) {
      if (!isBytes(target)) throw typeError('target', 'an instance of Buffer or Uint8Array', target);
      const whole = value => { const at = MathTrunc(+value); return at === at ? at : 0; };
      const at = whole(targetStart);
      if (at < 0) throw outOfRange('targetStart', '>= 0', targetStart);
      const a = whole(sourceStart);
      const size = lengthOf(this);
      if (a < 0 || a > size) throw outOfRange('sourceStart', `>= 0 && <= ${size}`, sourceStart);
      let b = sourceEnd === undefined ? size : whole(sourceEnd);
      if (b < 0) throw outOfRange('sourceEnd', '>= 0', sourceEnd);
      b = MathMin(b, size);
      if (at >= lengthOf(target) || a >= b) return 0;
      const count = MathMin(b - a, lengthOf(target) - at);
      TypedArrayPrototypeSet(target, subarray(bytesOf(this), a, a + count), at);
      return count;
    },
    slice(start, end) { return part(this, start, end); },
    subarray(start, end) { return part(this, start, end); },
    fill(value, offset, end, encoding) { return fillBytes(this, value, offset, end, encoding); },
    indexOf(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, false); },
    lastIndexOf(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, true); },
    includes(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, false) !== -1; },
    toJSON() {
      const size = lengthOf(this);
      const items = list();
      for (let i = 0; i < size; i += 1) push(items, this[i]);
      return { type: 'Buffer', data: toArray(items) };
    },
    swap16() { return swap(this, 2); },
    swap32() { return swap(this, 4); },
    swap64() { return swap(this, 8); },
    [inspectCustom](depth, options) {
      const size = lengthOf(this);
      const most = MathMin(50, size);
      let text = '';
      for (let i = 0; i < most; i += 1) text += `${i > 0 ? ' ' : ''}${hexDecode(subarray(bytesOf(this), i, i + 1))}`;
      if (size > most) text += ` ... ${size - most} more byte${size - most > 1 ? 's' : ''}`;
      const extra = { __proto__: null };
      let extras = 0;
      const keys = ReflectOwnKeys(this);
      for (let i = 0; i < keys.length; i += 1) {
        if ((typeof keys[i] === 'string' && `${keys[i] >>> 0}` === keys[i]) || !getDescriptor(this, keys[i]).enumerable) continue;
        extra[keys[i]] = this[keys[i]];
        extras += 1;
      }
      if (extras > 0) {
        if (size > 0) text += ', ';
        text += StringPrototypeSlice(inspect(extra, { ...options, breakLength: Infinity, compact: true }), 27, -2);
      }
      const name = env.find(env.find(this, 'constructor'), 'name') || 'Buffer';
      return `<${name} ${text}>`;
    },
  };

  // Reads and writes of numbers. Each kind has `read…` and `write…`, and those of
  // unsigned numbers a second name in small letters.
  const kinds = [
    ['UInt8', 1, 'Uint8', 0, 255], ['Int8', 1, 'Int8', -128, 127], ['UInt16', 2, 'Uint16', 0, 65535], ['Int16', 2, 'Int16', -32768, 32767],
    ['UInt32', 4, 'Uint32', 0, 4294967295], ['Int32', 4, 'Int32', -2147483648, 2147483647], ['Float', 4, 'Float32'], ['Double', 8, 'Float64'],
    ['BigUInt64', 8, 'BigUint64', 0n, 2n ** 64n - 1n], ['BigInt64', 8, 'BigInt64', -(2n ** 63n), 2n ** 63n - 1n],
  ];
  const checkOffset = (buffer, offset, size) => {
    if (typeof offset !== 'number') throw typeError('offset', 'of type number', offset);
    const most = lengthOf(buffer) - size;
    if (NumberIsInteger(offset) && offset >= 0 && offset <= most) return;
    if (!NumberIsInteger(offset)) throw outOfRange('offset', 'an integer', offset);
    if (most < 0) throw nodeError(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', 'Attempt to access memory outside buffer bounds');
    throw outOfRange('offset', `>= 0 and <= ${most}`, offset);
  };
  const checkValue = (value, min, max, size) => {
    if (!(value > max || value < min)) return;
    const n = typeof min === 'bigint' ? 'n' : '';
    let range = `>= ${min}${n} and <= ${max}${n}`;
    if (size > 4) {
      range = min === 0 || min === 0n ? `>= 0${n} and < 2${n} ** ${size * 8}${n}`
        : `>= -(2${n} ** ${size * 8 - 1}${n}) and < 2${n} ** ${size * 8 - 1}${n}`;
    }
    throw outOfRange('value', range, value);
  };
  const viewOf = buffer => new DataView(TypedArrayPrototypeGetBuffer(buffer), TypedArrayPrototypeGetByteOffset(buffer), lengthOf(buffer));
  const addNumber = (name, read, write) => {
    methods[`read${name}`] = { [`read${name}`]: read }[`read${name}`];
    methods[`write${name}`] = { [`write${name}`]: write }[`write${name}`];
    if (!name.includes('UInt')) return;
    const small = name.replace('UInt', 'Uint');
    methods[`read${small}`] = methods[`read${name}`];
    methods[`write${small}`] = methods[`write${name}`];
  };
  for (const [name, size, type, min, max] of kinds) {
    const get = p[`DataViewPrototypeGet${type}`];
    const set = p[`DataViewPrototypeSet${type}`];
    for (const order of size === 1 ? [''] : ['LE', 'BE']) {
      const little = order === 'LE';
      addNumber(name + order, function read(offset = 0) {
        checkOffset(this, offset, size);
        return get(viewOf(this), offset, little);
      }, function write(value, offset = 0) {
        let given = value;
        if (typeof min === 'bigint') { if (typeof value !== 'bigint') throw new TypeError(`Cannot mix BigInt and other types, use explicit conversions`); }
        else given = +value;
        if (size === 1 && typeof offset !== 'number') throw typeError('offset', 'of type number', offset);
        if (min !== undefined) checkValue(given, min, max, size);
        checkOffset(this, offset, size);
        set(viewOf(this), offset, given, little);
        return offset + size;
      });
    }
  }
  // Integers of one to six bytes.
  const checkSizeOf = size => {
    if (typeof size !== 'number') throw typeError('byteLength', 'of type number', size);
    if (!NumberIsInteger(size)) throw outOfRange('byteLength', 'an integer', size);
    if (size < 1 || size > 6) throw outOfRange('byteLength', '>= 1 and <= 6', size);
  };
  for (const signed of [false, true]) {
    for (const little of [true, false]) {
      const name = `${signed ? 'Int' : 'UInt'}${little ? 'LE' : 'BE'}`;
      addNumber(name, function read(offset, size) {
        if (offset === undefined) throw typeError('offset', 'of type number', offset);
        checkSizeOf(size);
        checkOffset(this, offset, size);
        let value = 0;
        for (let i = 0; i < size; i += 1) value = value * 256 + this[little ? offset + size - 1 - i : offset + i];
        return signed && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
      }, function write(value, offset, size) {
        checkSizeOf(size);
        const given = +value;
        checkValue(given, signed ? -(2 ** (8 * size - 1)) : 0, 2 ** (8 * size - (signed ? 1 : 0)) - 1, size);
        checkOffset(this, offset, size);
        let rest = BigInt(given === given ? MathTrunc(given) : 0);
        for (let i = 0; i < size; i += 1) {
          this[little ? offset + i : offset + size - 1 - i] = p.Number(rest & 255n);
          rest >>= 8n;
        }
        return offset + size;
      });
    }
  }
  for (const key of ReflectOwnKeys(methods)) define(Buffer.prototype, key, methods[key], true);
  define(Buffer.prototype, 'toLocaleString', methods.toString, true);
  p.ReflectDefineProperty(Buffer.prototype, 'parent', { __proto__: null, enumerable: true, get() { return env.inherits(this, Buffer.prototype) ? this.buffer : undefined; } });
  p.ReflectDefineProperty(Buffer.prototype, 'offset', { __proto__: null, enumerable: true, get() { return env.inherits(this, Buffer.prototype) ? this.byteOffset : undefined; } });
  setStatics();

  expose('Buffer', Buffer);
  env.Buffer = Buffer;
  env.toBuffer = wrap;
  env.isBytes = isBytes;
})
