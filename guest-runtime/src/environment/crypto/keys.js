// The ground of `crypto`: random bytes, `CryptoKey`, and what Web Cryptography reads of
// algorithms and of keys in JSON (RFC 7517).
//
// `env.algorithms` holds, by upper-case name, records of the operations that each
// algorithm has: `{ params, run }`, where `params` says what is read of the caller's
// dictionary, in order. Files that follow add theirs.
(env => {
  'use strict';
  const { bytesOf, copyBytes, domError, isObject, isTypedArray, list, native, p, push } = env;
  const {
    ArrayPrototype, MathFloor, ObjectSetPrototypeOf, StringPrototypeCharCodeAt, StringPrototypeSlice,
    StringPrototypeToUpperCase, TypeError, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetLength,
    TypedArrayPrototypeSet, Uint8Array,
  } = p;
  const algorithms = { __proto__: null };
  env.algorithms = algorithms;

  // ---- random bytes

  env.randomUUID = () => {
    const bytes = native.randomBytes(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const text = env.hexDecode(bytes);
    const part = (from, to) => StringPrototypeSlice(text, from, to);
    return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20)}`;
  };
  env.fillRandom = view => {
    const name = isObject(view) && isTypedArray(view) ? p.TypedArrayPrototypeGetSymbolToStringTag(view) : undefined;
    if (name === undefined || name === 'Float16Array' || name === 'Float32Array' || name === 'Float64Array') {
      throw domError('TypeMismatchError', 'The data argument must be an integer-type TypedArray');
    }
    const size = TypedArrayPrototypeGetByteLength(view);
    if (size > 65536) throw domError('QuotaExceededError', 'The requested length exceeds 65,536 bytes');
    TypedArrayPrototypeSet(bytesOf(view), native.randomBytes(size));
    return view;
  };

  // Whether two byte arrays hold the same; time tells only of their lengths.
  env.sameBytes = (a, b) => {
    const length = TypedArrayPrototypeGetLength(a);
    if (length !== TypedArrayPrototypeGetLength(b)) return false;
    let different = 0;
    for (let i = 0; i < length; i += 1) different |= a[i] ^ b[i];
    return different === 0;
  };

  // ---- algorithms

  const bytesGiven = (value, where) => {
    const bytes = isObject(value) ? bytesOf(value) : undefined;
    if (bytes === undefined) throw new TypeError(`${where} must be an ArrayBuffer or a view of one. Received ${env.received(value)}`);
    return copyBytes(bytes);
  };
  // WebIDL's [EnforceRange].
  const integer = most => (value, where) => {
    const number = +value;
    const whole = number < 0 ? -MathFloor(-number) : MathFloor(number);
    if (!(whole >= 0 && whole <= most)) throw new TypeError(`${where} must be an integer from 0 to ${most}. Received ${env.received(value)}`);
    return whole + 0;
  };
  env.read = {
    __proto__: null,
    bytes: bytesGiven, octet: integer(255), short: integer(65535), long: integer(4294967295),
    hash: value => env.normalizeAlgorithm('digest', value).name,
    text: value => `${value}`,
  };

  const supporting = operation => {
    let names = '';
    for (const key in algorithms) if (algorithms[key][operation] !== undefined) names += `${names === '' ? '' : ', '}${algorithms[key].name}`;
    return names;
  };

  // The caller's algorithm, read once: `{ name, run, … }` with the members of the operation.
  env.normalizeAlgorithm = (operation, given) => {
    const dictionary = isObject(given) ? given : { __proto__: null, name: `${given}` };
    if (dictionary.name === undefined) throw new TypeError('The member "name" of the algorithm is required.');
    const name = `${dictionary.name}`;
    const algorithm = algorithms[StringPrototypeToUpperCase(name)];
    const found = algorithm === undefined ? undefined : algorithm[operation];
    if (found === undefined) {
      throw domError('NotSupportedError', `The algorithm "${name}" has no ${operation} here; these have: ${supporting(operation)}.`);
    }
    const read = { __proto__: null, name: algorithm.name, algorithm, run: found.run };
    const params = found.params ?? list();
    for (let i = 0; i < params.length; i += 1) {
      const { key, convert, optional } = params[i];
      const value = dictionary[key];
      if (value !== undefined) read[key] = convert(value, `The member "${key}" of the algorithm`);
      else if (!optional) throw new TypeError(`The member "${key}" of the algorithm ${algorithm.name} is required.`);
    }
    return read;
  };
  const param = (key, convert, optional = false) => ({ __proto__: null, key, convert, optional });
  env.params = (...all) => ObjectSetPrototypeOf(all, null);
  env.param = param;

  // ---- keys

  const USAGES = ['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'];
  const includes = (items, item) => {
    for (let i = 0; i < items.length; i += 1) if (items[i] === item) return true;
    return false;
  };
  env.includes = includes;
  // A sequence of usages, each once.
  env.usagesOf = value => {
    const method = isObject(value) ? value[p.SymbolIterator] : undefined;
    if (typeof method !== 'function') throw new TypeError('The usages of a key must be an array of strings.');
    const given = list();
    env.iterate(value, method, item => {
      const usage = `${item}`;
      if (!includes(USAGES, usage)) throw new TypeError(`"${usage}" is no usage of a key; these are: ${p.ArrayPrototypeJoin(USAGES, ', ')}.`);
      if (!includes(given, usage)) push(given, usage);
    });
    return given;
  };
  env.checkUsages = (usages, allowed, name) => {
    for (let i = 0; i < usages.length; i += 1) {
      if (!includes(allowed, usages[i])) throw domError('SyntaxError', `A key of ${name} has no usage "${usages[i]}"; it has: ${env.join(allowed, ', ')}.`);
    }
  };

  // What a program is shown of an algorithm: plain objects of its own.
  const shown = value => {
    if (!isObject(value)) return value;
    if (isTypedArray(value)) return copyBytes(value);
    const copied = {};
    for (const key in value) env.define(copied, key, shown(value[key]), true);
    return copied;
  };

  const made = {};
  let recordOf;
  class CryptoKey {
    #record;
    #algorithm;
    #usages;
    // The arguments are not the program's, and not counted.
    constructor() {
      if (arguments[0] !== made) throw env.nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
      this.#record = arguments[1];
    }
    get type() { return this.#record.type; }
    get extractable() { return this.#record.extractable; }
    get algorithm() { this.#algorithm ??= shown(this.#record.algorithm); return this.#algorithm; }
    get usages() {
      if (this.#usages === undefined) {
        const copied = list();
        for (let i = 0; i < this.#record.usages.length; i += 1) push(copied, this.#record.usages[i]);
        this.#usages = ObjectSetPrototypeOf(copied, ArrayPrototype);
      }
      return this.#usages;
    }
    static { recordOf = value => (isObject(value) && #record in value ? value.#record : undefined); }
  }
  // A key is its record `{ type, extractable, algorithm, usages, material }`.
  env.makeKey = record => new CryptoKey(made, record);
  env.recordOf = recordOf;
  env.keyGiven = (value, where) => {
    const record = recordOf(value);
    if (record === undefined) throw new TypeError(`${where} must be a CryptoKey. Received ${env.received(value)}`);
    return record;
  };
  env.webClass('CryptoKey', CryptoKey);
  env.platform(value => recordOf(value) !== undefined, value => env.makeKey(recordOf(value)));
  env.showAs(CryptoKey, key => ({ type: key.type, extractable: key.extractable, algorithm: key.algorithm, usages: key.usages }));

  // ---- JSON Web Key

  const invalid = message => { throw domError('DataError', message); };
  env.invalidKey = invalid;
  // base64url without padding (RFC 7515), or an error.
  env.jwkBytes = (jwk, member) => {
    const text = jwk[member];
    if (typeof text !== 'string') invalid(`The member "${member}" of the key must be a text in base64url.`);
    for (let i = 0; i < text.length; i += 1) {
      const code = StringPrototypeCharCodeAt(text, i);
      const fits = (code > 47 && code < 58) || (code > 64 && code < 91) || (code > 96 && code < 123) || code === 45 || code === 95;
      if (!fits) invalid(`The member "${member}" of the key must be base64url; character ${i + 1} is not.`);
    }
    return copyBytes(env.codecOf('base64url').encode(text));
  };
  env.jwkText = bytes => env.codecOf('base64url').decode(bytes);

  const MEMBERS = ['kty', 'use', 'alg', 'crv', 'd', 'dp', 'dq', 'e', 'k', 'n', 'p', 'q', 'qi', 'x', 'y'];
  // The dictionary JsonWebKey, read once.
  env.readJwk = given => {
    if (!isObject(given)) throw new TypeError(`A key in the format "jwk" must be an object. Received ${env.received(given)}`);
    const jwk = { __proto__: null };
    for (let i = 0; i < MEMBERS.length; i += 1) {
      const value = given[MEMBERS[i]];
      if (value !== undefined) jwk[MEMBERS[i]] = `${value}`;
    }
    const { ext, key_ops: operations } = given;
    if (ext !== undefined) jwk.ext = !!ext;
    if (operations !== undefined) {
      const method = isObject(operations) ? operations[p.SymbolIterator] : undefined;
      if (typeof method !== 'function') throw new TypeError('The member "key_ops" of the key must be an array of strings.');
      jwk.operations = list();
      env.iterate(operations, method, item => push(jwk.operations, `${item}`));
    }
    return jwk;
  };
  // What every import of a key in JSON checks.
  env.checkJwk = (jwk, { kty, use, alg, extractable, usages }) => {
    if (jwk.kty !== kty) invalid(`The member "kty" of the key must be "${kty}". Received ${env.received(jwk.kty)}`);
    if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) invalid(`The member "use" of the key must be "${use}" for these usages.`);
    if (jwk.operations !== undefined) {
      for (let i = 0; i < jwk.operations.length; i += 1) {
        for (let j = 0; j < i; j += 1) if (jwk.operations[i] === jwk.operations[j]) invalid(`The member "key_ops" of the key names "${jwk.operations[i]}" twice.`);
      }
      for (let i = 0; i < usages.length; i += 1) {
        if (!includes(jwk.operations, usages[i])) invalid(`The member "key_ops" of the key does not allow "${usages[i]}".`);
      }
    }
    if (jwk.ext === false && extractable) invalid('The member "ext" of the key is false; it cannot be imported as extractable.');
    if (jwk.alg !== undefined && alg !== undefined && jwk.alg !== alg) invalid(`The member "alg" of the key must be "${alg}". Received "${jwk.alg}".`);
  };
  env.jwkOf = (record, members) => {
    const usages = list();
    for (let i = 0; i < record.usages.length; i += 1) push(usages, record.usages[i]);
    const jwk = { key_ops: ObjectSetPrototypeOf(usages, ArrayPrototype), ext: record.extractable };
    for (const key in members) env.define(jwk, key, members[key], true);
    return jwk;
  };
})
