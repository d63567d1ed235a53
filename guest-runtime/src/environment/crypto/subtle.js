// `crypto`, `Crypto` and `SubtleCrypto` over the algorithms of the files before.
(env => {
  'use strict';
  const { bytesOf, copyBytes, domError, expose, includes, isObject, normalizeAlgorithm, p, read } = env;
  const { PromiseReject, PromiseResolve, TypeError, TypedArrayPrototypeGetBuffer } = p;

  const FORMATS = env.few('raw', 'spki', 'pkcs8', 'jwk');
  const bufferOf = bytes => TypedArrayPrototypeGetBuffer(copyBytes(bytes));
  const data = value => read.bytes(value, 'The data');
  const formatOf = value => {
    const format = `${value}`;
    if (!includes(FORMATS, format)) throw new TypeError(`"${format}" is no format of a key; these are: ${env.join(FORMATS, ', ')}.`);
    return format;
  };
  const denied = message => { throw domError('InvalidAccessError', message); };
  // The key must be of this algorithm, and for this use.
  const allowed = (algorithm, record, usage) => {
    if (algorithm.name !== record.algorithm.name) denied(`The key is one of ${record.algorithm.name}, and not of ${algorithm.name}.`);
    if (!includes(record.usages, usage)) denied(`The key has no usage "${usage}".`);
  };

  const finished = record => {
    if (record.type !== 'public' && record.usages.length === 0) throw domError('SyntaxError', 'A secret or private key must have a usage.');
    return env.makeKey(record);
  };
  const imported = (format, material, algorithm, extractable, usages) => (
    finished(algorithm.run(algorithm, format, material, extractable, usages))
  );
  const exported = (format, record) => {
    const { exportKey } = env.algorithms[p.StringPrototypeToUpperCase(record.algorithm.name)];
    if (exportKey === undefined) throw domError('NotSupportedError', `A key of ${record.algorithm.name} cannot be exported.`);
    if (!record.extractable) denied('The key is not extractable.');
    return exportKey.run(format, record);
  };
  // Wrapping has operations of its own, or is encryption.
  const wrapping = (operation, instead, given) => {
    try { return normalizeAlgorithm(operation, given); } catch (error) {
      if (!env.isDOMException(error) || error.name !== 'NotSupportedError') throw error;
      return normalizeAlgorithm(instead, given);
    }
  };
  const bitsGiven = value => (value === null || value === undefined ? null : read.long(value, 'The length'));

  const operations = {
    digest(given, value) {
      const bytes = data(value);
      return bufferOf(normalizeAlgorithm('digest', given).run(bytes));
    },
    sign(given, key, value) {
      const record = env.keyGiven(key, 'The key');
      const bytes = data(value);
      const algorithm = normalizeAlgorithm('sign', given);
      allowed(algorithm, record, 'sign');
      return bufferOf(algorithm.run(algorithm, record, bytes));
    },
    verify(given, key, signature, value) {
      const record = env.keyGiven(key, 'The key');
      const signed = read.bytes(signature, 'The signature');
      const bytes = data(value);
      const algorithm = normalizeAlgorithm('verify', given);
      allowed(algorithm, record, 'verify');
      return algorithm.run(algorithm, record, signed, bytes);
    },
    generateKey(given, extractable, keyUsages) {
      const usages = env.usagesOf(keyUsages);
      const algorithm = normalizeAlgorithm('generateKey', given);
      const record = algorithm.run(algorithm, !!extractable, usages);
      if (record.privateKey === undefined) return finished(record);
      return { publicKey: env.makeKey(record.publicKey), privateKey: finished(record.privateKey) };
    },
    importKey(format, keyData, given, extractable, keyUsages) {
      const kind = formatOf(format);
      const usages = env.usagesOf(keyUsages);
      const isBytes = isObject(keyData) && bytesOf(keyData) !== undefined;
      if (isBytes === (kind === 'jwk')) throw new TypeError(`A key in the format "${kind}" must be ${kind === 'jwk' ? 'an object' : 'an ArrayBuffer or a view of one'}. Received ${env.received(keyData)}`);
      const material = isBytes ? read.bytes(keyData, 'The key') : env.readJwk(keyData);
      return imported(kind, material, normalizeAlgorithm('importKey', given), !!extractable, usages);
    },
    exportKey(format, key) {
      const kind = formatOf(format);
      const found = exported(kind, env.keyGiven(key, 'The key'));
      return kind === 'jwk' ? found : bufferOf(found);
    },
    deriveBits(given, baseKey, length) {
      const record = env.keyGiven(baseKey, 'The base key');
      const bits = bitsGiven(length);
      const algorithm = normalizeAlgorithm('deriveBits', given);
      allowed(algorithm, record, 'deriveBits');
      return bufferOf(algorithm.run(algorithm, record, bits));
    },
    deriveKey(given, baseKey, derivedKeyType, extractable, keyUsages) {
      const record = env.keyGiven(baseKey, 'The base key');
      const usages = env.usagesOf(keyUsages);
      const algorithm = normalizeAlgorithm('deriveBits', given);
      const type = normalizeAlgorithm('importKey', derivedKeyType);
      const length = normalizeAlgorithm('get key length', derivedKeyType);
      allowed(algorithm, record, 'deriveKey');
      const secret = algorithm.run(algorithm, record, length.run(length));
      return imported('raw', secret, type, !!extractable, usages);
    },
    wrapKey(format, key, wrappingKey, given) {
      const kind = formatOf(format);
      const record = env.keyGiven(key, 'The key');
      const wrapper = env.keyGiven(wrappingKey, 'The wrapping key');
      const algorithm = wrapping('wrapKey', 'encrypt', given);
      allowed(algorithm, wrapper, 'wrapKey');
      const found = exported(kind, record);
      const bytes = kind === 'jwk' ? env.utf8Encode(p.JSONStringify(found)) : found;
      return bufferOf(algorithm.run(algorithm, wrapper, bytes));
    },
    unwrapKey(format, wrappedKey, unwrappingKey, given, unwrappedKeyType, extractable, keyUsages) {
      const kind = formatOf(format);
      const wrapped = read.bytes(wrappedKey, 'The wrapped key');
      const wrapper = env.keyGiven(unwrappingKey, 'The unwrapping key');
      const usages = env.usagesOf(keyUsages);
      const algorithm = wrapping('unwrapKey', 'decrypt', given);
      const type = normalizeAlgorithm('importKey', unwrappedKeyType);
      allowed(algorithm, wrapper, 'unwrapKey');
      const bytes = algorithm.run(algorithm, wrapper, wrapped);
      if (kind !== 'jwk') return imported(kind, bytes, type, !!extractable, usages);
      let parsed;
      try { parsed = p.JSONParse(env.utf8Decode(bytes)); } catch { env.invalidKey('The wrapped key is no JSON.'); }
      if (!isObject(parsed)) env.invalidKey('The wrapped key is no JSON object.');
      return imported(kind, env.readJwk(parsed), type, !!extractable, usages);
    },
  };
  for (const direction of ['encrypt', 'decrypt']) {
    operations[direction] = (given, key, value) => {
      const record = env.keyGiven(key, 'The key');
      const bytes = data(value);
      const algorithm = normalizeAlgorithm(direction, given);
      allowed(algorithm, record, direction);
      return bufferOf(algorithm.run(algorithm, record, bytes));
    };
  }

  const made = {};
  const guard = token => { if (token !== made) throw env.nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor'); };
  class SubtleCrypto {
    #own = true;
    constructor() { guard(arguments[0]); }
    static is(value) { return isObject(value) && #own in value; }
  }
  const isSubtle = SubtleCrypto.is;
  delete SubtleCrypto.is;
  // Every operation answers with a promise, whatever goes wrong.
  const counts = {
    __proto__: null, encrypt: 3, decrypt: 3, sign: 3, verify: 4, digest: 2, generateKey: 3, deriveKey: 5, deriveBits: 2, importKey: 5,
    exportKey: 2, wrapKey: 4, unwrapKey: 7,
  };
  for (const name in counts) {
    const run = operations[name];
    const method = { [name](...args) {
      try {
        if (!isSubtle(this)) throw env.nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type SubtleCrypto');
        env.required(counts[name], args.length, `SubtleCrypto.${name}`);
        return PromiseResolve(p.ReflectApply(run, undefined, args));
      } catch (error) { return PromiseReject(error); }
    } }[name];
    p.ReflectDefineProperty(method, 'length', { __proto__: null, value: counts[name], configurable: true });
    env.define(SubtleCrypto.prototype, name, method);
  }
  class Crypto {
    #subtle = new SubtleCrypto(made);
    constructor() { guard(arguments[0]); }
    get subtle() { return this.#subtle; }
    getRandomValues(array) { void this.#subtle; return env.fillRandom(array); }
    randomUUID() { void this.#subtle; return env.randomUUID(); }
  }
  env.webClass('SubtleCrypto', SubtleCrypto);
  env.webClass('Crypto', Crypto);
  env.crypto = new Crypto(made);
  expose('crypto', env.crypto);
})
