// `node:crypto`: hashes, ciphers, derived keys and random numbers, all at once and in
// software; `webcrypto` is the global `crypto`.
(env => {
  'use strict';
  const { bytesOf, concatBytes, copyBytes, includes, isObject, list, native, nodeError, p, push, typeError } = env;
  const {
    Error: ErrorOf, RangeError, StringPrototypeToLowerCase, TypeError, TypedArrayPrototypeGetByteLength,
    TypedArrayPrototypeGetLength: lengthOf, TypedArrayPrototypeSet, Uint8Array,
  } = p;
  const { StringDecoder } = env.modules.string_decoder;
  const random = native.randomBytes;

  const binary = (data, encoding, name, types = 'Buffer, TypedArray, or DataView') => {
    if (typeof data === 'string') return env.codecOf(encoding).encode(data);
    const bytes = isObject(data) ? bytesOf(data) : undefined;
    if (bytes === undefined) throw typeError(name, `of type string or an instance of ${types}`, data);
    return bytes;
  };
  const given = (bytes, encoding) => {
    const buffer = env.toBuffer(bytes);
    return encoding === undefined || encoding === null || encoding === 'buffer' ? buffer : env.codecOf(encoding).decode(buffer);
  };

  // ---- hashes

  const digest = (algorithm, bytes, key, Class = ErrorOf) => {
    const found = native.hash(StringPrototypeToLowerCase(algorithm), bytes, key);
    if (found === null) throw nodeError(Class, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${algorithm}`);
    return found;
  };
  const hashClass = name => ({ [name]: class {
    #algorithm;
    #key;
    #parts = list();
    #done = false;
    constructor(algorithm, key) {
      if (typeof algorithm !== 'string') throw typeError(name === 'Hash' ? 'algorithm' : 'hmac', 'of type string', algorithm);
      digest(algorithm, new Uint8Array(0), key);
      this.#algorithm = algorithm;
      this.#key = key;
    }
    update(data, encoding) {
      if (this.#done) throw nodeError(ErrorOf, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
      push(this.#parts, copyBytes(binary(data, encoding, 'data')));
      return this;
    }
    digest(encoding) {
      if (this.#done) throw nodeError(ErrorOf, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
      this.#done = true;
      return given(digest(this.#algorithm, concatBytes(this.#parts), this.#key), encoding);
    }
    copy() {
      const other = new this.constructor(this.#algorithm, this.#key);
      for (let i = 0; i < this.#parts.length; i += 1) push(other.#parts, this.#parts[i]);
      return other;
    }
  } }[name]);
  const Hash = hashClass('Hash');
  const Hmac = hashClass('Hmac');

  // ---- ciphers

  const KEYS = 'ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey';
  const ivSizes = { __proto__: null, cbc: 16, ctr: 16, gcm: undefined };
  const ciphers = list();
  for (const bits of [128, 192, 256]) for (const mode in ivSizes) push(ciphers, `aes-${bits}-${mode}`);
  const unpadded = () => { throw nodeError(ErrorOf, 'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH', 'error:1C80006B:Provider routines::wrong final block length'); };
  const invalidState = operation => { throw nodeError(ErrorOf, 'ERR_CRYPTO_INVALID_STATE', `Invalid state${operation === undefined ? '' : ` for operation ${operation}`}`); };
  const invalidTag = size => { throw nodeError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${size}`); };
  const isTagSize = size => size === 4 || size === 8 || (size >= 12 && size <= 16);
  const EMPTY = new Uint8Array(0);
  const joined = (a, b) => { const both = list(); push(both, a); push(both, b); return concatBytes(both); };

  // A counter block moved on by a number of blocks.
  const advanced = (block, count) => {
    const moved = copyBytes(block);
    let carry = count;
    for (let i = 15; i >= 0 && carry > 0; i -= 1) {
      carry += moved[i];
      moved[i] = carry % 256;
      carry = p.MathFloor(carry / 256);
    }
    return moved;
  };

  const cipherClass = (name, decrypts) => ({ [name]: class {
    #mode;
    #key;
    #iv;
    #padding = true;
    // CBC: bytes that are no whole block yet. CTR and GCM: where the text is.
    #rest = EMPTY;
    #counter;
    #offset = 0;
    #aad = EMPTY;
    #sealed = list();
    #tag;
    #tagSize = 16;
    #done = false;
    // Texts are of whole characters, and of whole groups of base64.
    #decoder;
    constructor(algorithm, key, iv, options) {
      if (typeof algorithm !== 'string') throw typeError('cipher', 'of type string', algorithm);
      const found = StringPrototypeToLowerCase(algorithm);
      const record = env.recordOf(key);
      const material = record === undefined ? copyBytes(binary(key, 'utf8', 'key', KEYS)) : record.material;
      const start = iv === null ? EMPTY : copyBytes(binary(iv, 'utf8', 'iv', 'ArrayBuffer, Buffer, TypedArray, or DataView'));
      if (!includes(ciphers, found)) throw nodeError(ErrorOf, 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
      this.#mode = p.StringPrototypeSlice(found, 8);
      if (lengthOf(material) * 8 !== +p.StringPrototypeSlice(found, 4, 7)) throw nodeError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
      const size = ivSizes[this.#mode];
      if (size === undefined ? lengthOf(start) === 0 : lengthOf(start) !== size) throw nodeError(TypeError, 'ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector');
      this.#key = material;
      this.#iv = start;
      const tagSize = options?.authTagLength;
      if (this.#mode === 'gcm' && tagSize !== undefined) {
        if (!isTagSize(tagSize)) invalidTag(tagSize);
        this.#tagSize = tagSize;
      }
      if (this.#mode !== 'cbc') this.#counter = this.#mode === 'gcm' ? native.aes('gcm-start', material, start) : start;
    }
    update(data, inputEncoding, outputEncoding) {
      const bytes = copyBytes(binary(data, inputEncoding, 'data'));
      if (this.#done) throw new ErrorOf('Trying to add data in unsupported state');
      return this.#give(this.#mode === 'cbc' ? this.#blocks(bytes) : this.#stream(bytes), outputEncoding, 'write');
    }
    #give(bytes, encoding, method) {
      const buffer = env.toBuffer(bytes);
      if (encoding === undefined || encoding === null || encoding === 'buffer') return buffer;
      this.#decoder ??= new StringDecoder(encoding);
      return this.#decoder[method](buffer);
    }
    #stream(bytes) {
      const skip = this.#offset % 16;
      const isGcm = this.#mode === 'gcm';
      const counter = advanced(this.#counter, p.MathFloor(this.#offset / 16));
      const text = joined(new Uint8Array(skip), bytes);
      const out = copyBytes(native.aes('ctr', this.#key, counter, text, isGcm ? 32 : 128), skip);
      this.#offset += lengthOf(bytes);
      if (isGcm) push(this.#sealed, decrypts ? bytes : out);
      return out;
    }
    #blocks(bytes) {
      const all = joined(this.#rest, bytes);
      let whole = lengthOf(all) - (lengthOf(all) % 16);
      // The padding is in the last block, which may be this one.
      if (decrypts && this.#padding && whole === lengthOf(all) && whole > 0) whole -= 16;
      this.#rest = copyBytes(all, whole);
      if (whole === 0) return EMPTY;
      const text = copyBytes(all, 0, whole);
      const out = native.aes(`cbc-${decrypts ? 'decrypt' : 'encrypt'}-blocks`, this.#key, this.#iv, text);
      this.#iv = copyBytes(decrypts ? text : out, whole - 16);
      return out;
    }
    final(outputEncoding) {
      if (this.#done) invalidState();
      this.#done = true;
      if (this.#mode === 'gcm') {
        const tag = native.aes('gcm-tag', this.#key, this.#iv, concatBytes(this.#sealed), 0, this.#aad);
        if (!decrypts) this.#tag = copyBytes(tag, 0, this.#tagSize);
        else if (this.#tag === undefined || !env.sameBytes(this.#tag, copyBytes(tag, 0, lengthOf(this.#tag)))) {
          throw new ErrorOf('Unsupported state or unable to authenticate data');
        }
      }
      return this.#give(this.#mode === 'cbc' ? this.#last() : EMPTY, outputEncoding, 'end');
    }
    #last() {
      if (!this.#padding) return lengthOf(this.#rest) === 0 ? EMPTY : unpadded();
      if (!decrypts) return native.aes('cbc-encrypt', this.#key, this.#iv, this.#rest);
      if (lengthOf(this.#rest) !== 16) unpadded();
      const out = native.aes('cbc-decrypt', this.#key, this.#iv, this.#rest);
      if (out === null) throw nodeError(ErrorOf, 'ERR_OSSL_BAD_DECRYPT', 'error:1C800064:Provider routines::bad decrypt');
      return out;
    }
    setAutoPadding(padding = true) {
      if (this.#done) invalidState('setAutoPadding');
      this.#padding = !!padding;
      return this;
    }
    setAAD(data, options) {
      if (this.#done || this.#mode !== 'gcm') invalidState('setAAD');
      this.#aad = joined(this.#aad, binary(data, options?.encoding, 'buffer'));
      return this;
    }
    getAuthTag() {
      if (decrypts || this.#tag === undefined) invalidState('getAuthTag');
      return env.toBuffer(copyBytes(this.#tag));
    }
    setAuthTag(tag, encoding) {
      const bytes = copyBytes(binary(tag, encoding, 'buffer'));
      if (!decrypts || this.#done || this.#mode !== 'gcm' || this.#tag !== undefined) invalidState('setAuthTag');
      if (!isTagSize(lengthOf(bytes))) invalidTag(lengthOf(bytes));
      this.#tag = bytes;
      return this;
    }
  } }[name]);
  const Cipheriv = cipherClass('Cipheriv', false);
  const Decipheriv = cipherClass('Decipheriv', true);
  delete Cipheriv.prototype.setAuthTag;
  delete Decipheriv.prototype.getAuthTag;

  // ---- derived keys

  const SECRETS = 'ArrayBuffer, Buffer, TypedArray, or DataView';
  const hashNamed = (algorithm, name) => {
    if (typeof algorithm !== 'string') throw typeError(name, 'of type string', algorithm);
    digest(algorithm, EMPTY, undefined, TypeError);
    return StringPrototypeToLowerCase(algorithm);
  };
  const pbkdf2Sync = (password, salt, iterations, keylen, algorithm) => {
    if (typeof algorithm !== 'string') throw typeError('digest', 'of type string', algorithm);
    const secret = binary(password, 'utf8', 'password', SECRETS);
    const salted = binary(salt, 'utf8', 'salt', SECRETS);
    env.checkInteger(iterations, 'iterations', 1, 2147483647);
    env.checkInteger(keylen, 'keylen', 0, 2147483647);
    return env.toBuffer(native.pbkdf2(hashNamed(algorithm, 'digest'), secret, salted, iterations, keylen));
  };
  const hkdfSync = (algorithm, ikm, salt, info, keylen) => {
    if (typeof algorithm !== 'string') throw typeError('digest', 'of type string', algorithm);
    const secret = binary(ikm, 'utf8', 'ikm', SECRETS);
    const salted = binary(salt, 'utf8', 'salt', SECRETS);
    const context = binary(info, 'utf8', 'info', SECRETS);
    env.checkInteger(keylen, 'length', 0, 2147483647);
    const found = native.hkdf(hashNamed(algorithm, 'digest'), secret, salted, context, keylen);
    if (found === null) throw nodeError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
    return p.TypedArrayPrototypeGetBuffer(copyBytes(found));
  };

  // ---- random numbers

  // Uniform below `range`, by leaving out what would lean to small numbers.
  const uniform = range => {
    for (;;) {
      const bytes = random(6);
      let value = 0;
      for (let i = 0; i < 6; i += 1) value = value * 256 + bytes[i];
      if (value < 2 ** 48 - (2 ** 48 % range)) return value % range;
    }
  };
  const withCallback = (callback, make) => {
    if (callback === undefined) return make();
    if (typeof callback !== 'function') throw typeError('callback', 'of type function', callback);
    const args = list();
    push(args, null);
    push(args, make());
    env.soon(callback, undefined, args);
    return undefined;
  };
  const required = (callback, make) => {
    if (typeof callback !== 'function') throw typeError('callback', 'of type function', callback);
    withCallback(callback, make);
  };

  const { crypto } = env;
  env.modules.crypto = {
    webcrypto: crypto, subtle: crypto.subtle, getRandomValues: env.fillRandom, randomUUID: env.randomUUID, Hash, Hmac, Cipheriv, Decipheriv,
    randomBytes(size, callback) { env.checkInteger(size, 'size', 0, 2147483647); return withCallback(callback, () => env.toBuffer(random(size))); },
    randomInt(min, max, callback) {
      if (max === undefined || typeof max === 'function') return withCallback(max, () => uniform(min));
      if (!(max > min)) throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "max" is out of range. It must be greater than the value of "min" (${min}). Received ${max}`);
      return withCallback(callback, () => min + uniform(max - min));
    },
    randomFillSync(view) { TypedArrayPrototypeSet(bytesOf(view), random(TypedArrayPrototypeGetByteLength(bytesOf(view)))); return view; },
    createHash: algorithm => new Hash(algorithm),
    createHmac: (algorithm, key) => new Hmac(algorithm, copyBytes(binary(key, 'utf8', 'key'))),
    hash: (algorithm, data, encoding = 'hex') => new Hash(algorithm).update(data).digest(encoding),
    getHashes: () => ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
    createCipheriv: (algorithm, key, iv, options) => new Cipheriv(algorithm, key, iv, options),
    createDecipheriv: (algorithm, key, iv, options) => new Decipheriv(algorithm, key, iv, options),
    getCiphers() { const names = list(); for (let i = 0; i < ciphers.length; i += 1) push(names, ciphers[i]); return env.toArray(names); },
    pbkdf2Sync,
    pbkdf2(password, salt, iterations, keylen, algorithm, callback) { required(callback, () => pbkdf2Sync(password, salt, iterations, keylen, algorithm)); },
    hkdfSync,
    hkdf(algorithm, ikm, salt, info, keylen, callback) { required(callback, () => hkdfSync(algorithm, ikm, salt, info, keylen)); },
    timingSafeEqual(a, b) {
      const x = binary(a, 'utf8', 'buf1');
      const y = binary(b, 'utf8', 'buf2');
      if (lengthOf(x) !== lengthOf(y)) throw nodeError(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
      return env.sameBytes(x, y);
    },
  };
})
