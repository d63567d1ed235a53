// Algorithms of keys of two halves: ECDSA and ECDH over the curves of NIST.
(env => {
  'use strict';
  const { copyBytes, domError, few, includes, list, native, p, param, params, push, read } = env;
  const { TypedArrayPrototypeGetLength: lengthOf } = p;

  // Bits of the numbers, and what JWS (RFC 7518) calls a signature.
  const curves = { __proto__: null, 'P-256': [256, 'ES256'], 'P-384': [384, 'ES384'], 'P-521': [521, 'ES512'] };
  const bitsOf = curve => curves[curve][0];
  const sizeOf = curve => p.MathCeil(bitsOf(curve) / 8);
  const checkCurve = curve => {
    if (curves[curve] === undefined) throw domError('NotSupportedError', `The curve "${curve}" is not here; these are: P-256, P-384, P-521.`);
    return curve;
  };
  const denied = message => { throw domError('InvalidAccessError', message); };
  const orInvalid = (found, what) => (found === null ? env.invalidKey(`The bytes are no ${what} of this curve.`) : found);
  const concat = (...parts) => { const all = list(); for (let i = 0; i < parts.length; i += 1) push(all, parts[i]); return env.concatBytes(all); };
  const only = (usages, allowed) => {
    const kept = list();
    for (let i = 0; i < usages.length; i += 1) if (includes(allowed, usages[i])) push(kept, usages[i]);
    return kept;
  };
  const record = (type, name, curve, extractable, usages, material) => ({
    __proto__: null, type, extractable, usages, material, algorithm: { __proto__: null, name, namedCurve: curve },
  });

  const imported = {
    __proto__: null,
    raw: (curve, data) => ({ point: orInvalid(native.curve(curve, 'point', data), 'point') }),
    spki: (curve, data) => ({ point: orInvalid(native.curve(curve, 'from-spki', data), 'public key') }),
    pkcs8: (curve, data) => ({ secret: orInvalid(native.curve(curve, 'from-pkcs8', data), 'private key') }),
    jwk(curve, jwk) {
      const size = sizeOf(curve);
      if (jwk.crv !== curve) env.invalidKey(`The member "crv" of the key must be "${curve}". Received ${env.received(jwk.crv)}`);
      const number = member => {
        const bytes = env.jwkBytes(jwk, member);
        if (lengthOf(bytes) !== size) env.invalidKey(`The member "${member}" of the key must have ${size} bytes. Received ${lengthOf(bytes)}.`);
        return bytes;
      };
      const point = orInvalid(native.curve(curve, 'point', concat(new p.Uint8Array([4]), number('x'), number('y'))), 'point');
      if (jwk.d === undefined) return { point };
      const secret = number('d');
      const own = orInvalid(native.curve(curve, 'public', secret), 'private key');
      if (!env.sameBytes(own, point)) env.invalidKey('The member "d" of the key is not that of "x" and "y".');
      return { secret };
    },
  };

  const concatLists = (a, b) => {
    const both = list();
    for (let i = 0; i < a.length; i += 1) push(both, a[i]);
    for (let i = 0; i < b.length; i += 1) push(both, b[i]);
    return both;
  };
  const pair = (name, publicUsages, privateUsages, use, alg, operations) => {
    const all = concatLists(privateUsages, publicUsages);
    env.addAlgorithm({
      name,
      generateKey: {
        params: params(param('namedCurve', read.text)),
        run(given, extractable, usages) {
          env.checkUsages(usages, all, name);
          const curve = checkCurve(given.namedCurve);
          for (;;) {
            const secret = native.randomBytes(sizeOf(curve));
            // A number of 521 bits has one in its first byte.
            if (bitsOf(curve) % 8 !== 0) secret[0] &= 1;
            const point = native.curve(curve, 'public', secret);
            if (point !== null) {
              return {
                publicKey: record('public', name, curve, true, only(usages, publicUsages), point),
                privateKey: record('private', name, curve, extractable, only(usages, privateUsages), secret),
              };
            }
          }
        },
      },
      importKey: {
        params: params(param('namedCurve', read.text)),
        run(given, format, data, extractable, usages) {
          const isPrivate = format === 'pkcs8' || (format === 'jwk' && data.d !== undefined);
          env.checkUsages(usages, isPrivate ? privateUsages : publicUsages, `${name}, ${isPrivate ? 'private' : 'public'},`);
          const curve = checkCurve(given.namedCurve);
          if (format === 'jwk') env.checkJwk(data, { __proto__: null, kty: 'EC', use, alg: alg(curve), extractable, usages });
          const { secret, point } = imported[format](curve, data);
          return record(isPrivate ? 'private' : 'public', name, curve, extractable, usages, isPrivate ? secret : point);
        },
      },
      exportKey: {
        run(format, key) {
          const { type, material, algorithm: { namedCurve: curve } } = key;
          if (format === 'jwk') {
            const point = type === 'public' ? material : native.curve(curve, 'public', material);
            const half = (from, to) => env.jwkText(copyBytes(point, from, to));
            const size = sizeOf(curve);
            const members = { __proto__: null, kty: 'EC', x: half(1, 1 + size), y: half(1 + size), crv: curve };
            if (type === 'private') members.d = env.jwkText(material);
            return env.jwkOf(key, members);
          }
          const expected = format === 'pkcs8' ? 'private' : 'public';
          if (type !== expected) denied(`Only a ${expected} key has the format "${format}".`);
          return format === 'raw' ? material : native.curve(curve, `to-${format}`, material);
        },
      },
      ...operations,
    });
  };
  const hashed = (given, data) => native.hash(env.plainHash(given.hash), data);
  pair('ECDSA', few('verify'), few('sign'), 'sig', curve => curves[curve][1], {
    sign: {
      params: params(param('hash', read.hash)),
      run: (given, key, data) => native.curve(key.algorithm.namedCurve, 'sign', key.material, hashed(given, data)),
    },
    verify: {
      params: params(param('hash', read.hash)),
      run: (given, key, signature, data) => (
        native.curve(key.algorithm.namedCurve, 'verify', key.material, hashed(given, data), signature) !== null
      ),
    },
  });

  pair('ECDH', few(), few('deriveKey', 'deriveBits'), 'enc', () => undefined, {
    deriveBits: {
      params: params(param('public', env.keyGiven)),
      run(given, key, length) {
        const { public: other } = given;
        if (key.type !== 'private') denied('The base key must be a private key.');
        if (other.type !== 'public') denied('The member "public" of the algorithm must be a public key.');
        if (other.algorithm.name !== 'ECDH') denied(`The member "public" of the algorithm is a key of ${other.algorithm.name}, and not of ECDH.`);
        const { namedCurve: curve } = key.algorithm;
        if (other.algorithm.namedCurve !== curve) denied(`The keys are of different curves, ${curve} and ${other.algorithm.namedCurve}.`);
        const agreed = native.curve(curve, 'agree', key.material, other.material);
        if (agreed === null) env.operationFailed('The keys have no secret in common.');
        if (length === null) return agreed;
        if (length > lengthOf(agreed) * 8) env.operationFailed(`${curve} gives ${lengthOf(agreed) * 8} bits, and not ${length}.`);
        const bits = copyBytes(agreed, 0, p.MathCeil(length / 8));
        if (length % 8 !== 0) bits[lengthOf(bits) - 1] &= 0xff << (8 - (length % 8));
        return bits;
      },
    },
  });
})
