// Algorithms of keys that both sides share: digests, HMAC, AES, and derived keys.
(env => {
  'use strict';
  const { algorithms, domError, includes, native, p, param, params, read } = env;
  const { StringPrototypeSlice, TypedArrayPrototypeGetLength: lengthOf } = p;
  const { bytes, hash, long, octet, short } = read;

  const add = algorithm => { algorithms[p.StringPrototypeToUpperCase(algorithm.name)] = p.ObjectSetPrototypeOf(algorithm, null); };
  env.addAlgorithm = add;
  const failed = message => { throw domError('OperationError', message); };
  env.operationFailed = failed;
  const unsupported = (name, format) => { throw domError('NotSupportedError', `A key of ${name} has no format "${format}".`); };
  env.unsupportedFormat = unsupported;
  const few = (...items) => p.ObjectSetPrototypeOf(items, null);
  env.few = few;

  // ---- digests

  // `sha256` of `SHA-256`, as the host names it.
  const plain = name => `sha${StringPrototypeSlice(name, 4)}`;
  env.plainHash = plain;
  const blockBits = { __proto__: null, 'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024 };
  for (const name in blockBits) add({ name, digest: { run: data => native.hash(plain(name), data) } });

  const secret = (algorithm, usages, extractable, material) => ({ __proto__: null, type: 'secret', extractable, algorithm, usages, material });
  // Raw bytes, or the member `k` of a key in JSON.
  const importedBytes = (name, format, data, checks) => {
    if (format === 'raw') return data;
    if (format !== 'jwk') unsupported(name, format);
    env.checkJwk(data, { ...checks, kty: 'oct', alg: undefined });
    return env.jwkBytes(data, 'k');
  };
  const checkAlg = (format, data, alg) => {
    if (format === 'jwk' && data.alg !== undefined && data.alg !== alg) env.invalidKey(`The member "alg" of the key must be "${alg}". Received "${data.alg}".`);
  };
  const exported = alg => (format, record) => {
    if (format === 'raw') return record.material;
    if (format !== 'jwk') return unsupported(record.algorithm.name, format);
    return env.jwkOf(record, { __proto__: null, kty: 'oct', k: env.jwkText(record.material), alg: alg(record.algorithm) });
  };

  // ---- HMAC

  const signing = few('sign', 'verify');
  const hmacAlg = algorithm => `HS${algorithm.hash.name === 'SHA-1' ? '1' : StringPrototypeSlice(algorithm.hash.name, 4)}`;
  const hmacKey = (hashName, length, usages, extractable, material) => secret(
    { __proto__: null, name: 'HMAC', hash: { __proto__: null, name: hashName }, length }, usages, extractable, material,
  );
  const hmac = (record, data) => native.hash(plain(record.algorithm.hash.name), data, record.material);
  add({
    name: 'HMAC',
    sign: { run: (_, record, data) => hmac(record, data) },
    verify: { run: (_, record, signature, data) => env.sameBytes(signature, hmac(record, data)) },
    generateKey: {
      params: params(param('hash', hash), param('length', long, true)),
      run(given, extractable, usages) {
        env.checkUsages(usages, signing, 'HMAC');
        const length = given.length ?? blockBits[given.hash];
        if (length === 0 || length % 8 !== 0) failed('The length of an HMAC key must be a multiple of 8 bits, and not 0.');
        return hmacKey(given.hash, length, usages, extractable, native.randomBytes(length / 8));
      },
    },
    importKey: {
      params: params(param('hash', hash), param('length', long, true)),
      run(given, format, data, extractable, usages) {
        env.checkUsages(usages, signing, 'HMAC');
        const material = importedBytes('HMAC', format, data, { __proto__: null, use: 'sig', extractable, usages });
        checkAlg(format, data, hmacAlg({ __proto__: null, hash: { __proto__: null, name: given.hash } }));
        const bits = lengthOf(material) * 8;
        if (bits === 0) env.invalidKey('An HMAC key must not be empty.');
        if (given.length !== undefined && given.length !== bits) env.invalidKey(`The key has ${bits} bits, and not ${given.length}.`);
        return hmacKey(given.hash, bits, usages, extractable, material);
      },
    },
    exportKey: { run: exported(hmacAlg) },
    'get key length': {
      params: params(param('hash', hash), param('length', long, true)),
      run(given) {
        if (given.length === 0) throw new p.TypeError('The length of an HMAC key must not be 0.');
        return given.length ?? blockBits[given.hash];
      },
    },
  });

  // ---- AES

  const isKeySize = bits => bits === 128 || bits === 192 || bits === 256;
  const aesKey = (name, usages, extractable, material) => secret({ __proto__: null, name, length: lengthOf(material) * 8 }, usages, extractable, material);
  const aes = (mode, usages, operations) => {
    const name = `AES-${mode}`;
    add({
      name,
      generateKey: {
        params: params(param('length', short)),
        run(given, extractable, wanted) {
          env.checkUsages(wanted, usages, name);
          if (!isKeySize(given.length)) failed('The length of an AES key must be 128, 192 or 256 bits.');
          return aesKey(name, wanted, extractable, native.randomBytes(given.length / 8));
        },
      },
      importKey: {
        run(_, format, data, extractable, wanted) {
          env.checkUsages(wanted, usages, name);
          const material = importedBytes(name, format, data, { __proto__: null, use: 'enc', extractable, usages: wanted });
          const bits = lengthOf(material) * 8;
          if (!isKeySize(bits)) env.invalidKey(`An AES key must have 128, 192 or 256 bits. Received ${bits}.`);
          checkAlg(format, data, `A${bits}${mode}`);
          return aesKey(name, wanted, extractable, material);
        },
      },
      exportKey: { run: exported(algorithm => `A${algorithm.length}${mode}`) },
      'get key length': {
        params: params(param('length', short)),
        run(given) {
          if (!isKeySize(given.length)) failed('The length of an AES key must be 128, 192 or 256 bits.');
          return given.length;
        },
      },
      ...operations,
    });
  };
  const ciphering = few('encrypt', 'decrypt', 'wrapKey', 'unwrapKey');
  const orFail = (found, message) => (found === null ? failed(message) : found);
  const checkSize = (value, size, member) => {
    if (lengthOf(value) !== size) failed(`The member "${member}" of the algorithm must have ${size} bytes. Received ${lengthOf(value)}.`);
  };

  const cbc = direction => ({
    params: params(param('iv', bytes)),
    run(given, record, data) {
      checkSize(given.iv, 16, 'iv');
      return orFail(native.aes(`cbc-${direction}`, record.material, given.iv, data), 'The text is not what this key and iv have made.');
    },
  });
  aes('CBC', ciphering, { encrypt: cbc('encrypt'), decrypt: cbc('decrypt') });

  const ctr = {
    params: params(param('counter', bytes), param('length', octet)),
    run(given, record, data) {
      checkSize(given.counter, 16, 'counter');
      if (given.length === 0 || given.length > 128) failed('The member "length" of the algorithm must be from 1 to 128 bits.');
      if (lengthOf(data) / 16 > 2 ** given.length) failed(`A counter of ${given.length} bits is too short for this text.`);
      return native.aes('ctr', record.material, given.counter, data, given.length);
    },
  };
  aes('CTR', ciphering, { encrypt: ctr, decrypt: ctr });

  const tagSizes = few(32, 64, 96, 104, 112, 120, 128);
  const gcm = direction => ({
    params: params(param('additionalData', bytes, true), param('iv', bytes), param('tagLength', octet, true)),
    run(given, record, data) {
      const { iv, additionalData, tagLength = 128 } = given;
      if (!includes(tagSizes, tagLength)) failed(`The member "tagLength" of the algorithm must be one of ${env.join(tagSizes, ', ')}.`);
      if (lengthOf(iv) === 0) failed('The member "iv" of the algorithm must not be empty.');
      const done = native.aes(`gcm-${direction}`, record.material, iv, data, tagLength / 8, additionalData);
      return orFail(done, 'The text is not what this key, iv and additional data have made, or was changed since.');
    },
  });
  aes('GCM', ciphering, { encrypt: gcm('encrypt'), decrypt: gcm('decrypt') });

  aes('KW', few('wrapKey', 'unwrapKey'), {
    wrapKey: {
      run(_, record, data) {
        if (lengthOf(data) % 8 !== 0 || lengthOf(data) < 16) failed('AES-KW wraps keys of 16 bytes and more, in multiples of 8.');
        return native.aes('kw-wrap', record.material, undefined, data);
      },
    },
    unwrapKey: { run: (_, record, data) => orFail(native.aes('kw-unwrap', record.material, undefined, data), 'The key was not wrapped by this key.') },
  });

  // ---- derived keys

  const deriving = few('deriveKey', 'deriveBits');
  const derived = (name, members, derive) => add({
    name,
    importKey: {
      run(_, format, data, extractable, usages) {
        if (format !== 'raw') unsupported(name, format);
        env.checkUsages(usages, deriving, name);
        if (extractable) throw domError('SyntaxError', `A key of ${name} cannot be extractable.`);
        return secret({ __proto__: null, name }, usages, false, data);
      },
    },
    deriveBits: {
      params: members,
      run(given, record, length) {
        if (length === null || length === 0 || length % 8 !== 0) failed('The length must be a multiple of 8 bits, and not 0.');
        return derive(given, record.material, length / 8);
      },
    },
    'get key length': { run: () => null },
  });
  derived('PBKDF2', params(param('hash', hash), param('iterations', long), param('salt', bytes)), (given, material, size) => {
    if (given.iterations === 0) failed('The member "iterations" of the algorithm must not be 0.');
    return native.pbkdf2(plain(given.hash), material, given.salt, given.iterations, size);
  });
  derived('HKDF', params(param('hash', hash), param('info', bytes), param('salt', bytes)), (given, material, size) => orFail(
    native.hkdf(plain(given.hash), material, given.salt, given.info, size), `HKDF with ${given.hash} cannot give ${size} bytes.`,
  ));
})
