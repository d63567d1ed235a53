// The host's ciphers and derived keys, by Node's own.
'use strict';
const crypto = require('node:crypto');

const bytes = made => new Uint8Array(made);
const cipher = (mode, key, iv, options) => crypto.createCipheriv(`aes-${key.length * 8}-${mode}`, key, iv, options);
const decipher = (mode, key, iv, options) => crypto.createDecipheriv(`aes-${key.length * 8}-${mode}`, key, iv, options);
const done = (stream, data) => bytes(Buffer.concat([stream.update(data), stream.final()]));
const unpadded = stream => { stream.setAutoPadding(false); return stream; };
const wrapped = (key, make, data) => {
  const stream = make(`id-aes${key.length * 8}-wrap`, key, Buffer.alloc(8, 0xa6));
  return done(stream, data);
};
const add = (block, count) => {
  const sum = (BigInt(`0x${Buffer.from(block).toString('hex')}`) + BigInt(count)) % (1n << 128n);
  return Buffer.from(sum.toString(16).padStart(32, '0'), 'hex');
};
// Counters of fewer bits than the block begin again at zero.
const counted = (key, counter, data, bits) => {
  const mask = (1n << BigInt(bits)) - 1n;
  const start = BigInt(`0x${Buffer.from(counter).toString('hex')}`);
  const before = Number((mask - (start & mask) + 1n) * 16n);
  if (data.length <= before) return done(cipher('ctr', key, counter), data);
  const again = add(Buffer.alloc(16), start - (start & mask));
  return bytes(Buffer.concat([done(cipher('ctr', key, counter), data.subarray(0, before)), done(cipher('ctr', key, again), data.subarray(before))]));
};

const operations = {
  'gcm-encrypt': (key, iv, data, size, extra = new Uint8Array(0)) => {
    const stream = cipher('gcm', key, iv, { authTagLength: size }).setAAD(extra);
    return bytes(Buffer.concat([done(stream, data), stream.getAuthTag()]));
  },
  'gcm-decrypt': (key, iv, data, size, extra = new Uint8Array(0)) => {
    const end = data.length - size;
    const stream = decipher('gcm', key, iv, { authTagLength: size }).setAAD(extra).setAuthTag(data.subarray(end));
    return done(stream, data.subarray(0, end));
  },
  // Of nonces of 12 bytes, which is what these tests have.
  'gcm-start': (key, iv) => bytes([...iv, 0, 0, 0, 2]),
  'gcm-tag': (key, iv, data, size, extra) => {
    const text = done(cipher('gcm', key, iv), data);
    return operations['gcm-encrypt'](key, iv, text, 16, extra).slice(data.length);
  },
  'cbc-encrypt': (key, iv, data) => done(cipher('cbc', key, iv), data),
  'cbc-decrypt': (key, iv, data) => done(decipher('cbc', key, iv), data),
  'cbc-encrypt-blocks': (key, iv, data) => done(unpadded(cipher('cbc', key, iv)), data),
  'cbc-decrypt-blocks': (key, iv, data) => done(unpadded(decipher('cbc', key, iv)), data),
  ctr: counted,
  'kw-wrap': (key, iv, data) => wrapped(key, crypto.createCipheriv, data),
  'kw-unwrap': (key, iv, data) => wrapped(key, crypto.createDecipheriv, data),
};

// The host's curves; a secret is a number, a point 0x04 and both coordinates.
const names = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
const sizes = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };
const text = part => Buffer.from(part).toString('base64url');
const pointOf = (curve, secret) => {
  const ecdh = crypto.createECDH(names[curve]);
  ecdh.setPrivateKey(Buffer.from(secret));
  return ecdh.getPublicKey();
};
const jwk = (curve, point) => {
  const size = sizes[curve];
  return { kty: 'EC', crv: curve, x: text(point.subarray(1, 1 + size)), y: text(point.subarray(1 + size)) };
};
const publicKey = (curve, point) => crypto.createPublicKey({ key: jwk(curve, Buffer.from(point)), format: 'jwk' });
const privateKey = (curve, secret) => crypto.createPrivateKey({ key: { ...jwk(curve, pointOf(curve, secret)), d: text(secret) }, format: 'jwk' });
const numbers = (curve, key, members) => {
  const found = key.export({ format: 'jwk' });
  if (found.crv !== curve) throw new Error('another curve');
  return Buffer.concat(members.map(member => Buffer.from(found[member], 'base64url')));
};
const onCurve = {
  public: (curve, secret) => pointOf(curve, secret),
  point: (curve, point) => crypto.ECDH.convertKey(Buffer.from(point), names[curve]),
  'from-spki': (curve, der) => Buffer.concat([Buffer.of(4), numbers(curve, crypto.createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }), ['x', 'y'])]),
  'to-spki': (curve, point) => publicKey(curve, point).export({ format: 'der', type: 'spki' }),
  'from-pkcs8': (curve, der) => numbers(curve, crypto.createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }), ['d']),
  'to-pkcs8': (curve, secret) => privateKey(curve, secret).export({ format: 'der', type: 'pkcs8' }),
  agree: (curve, secret, point) => crypto.diffieHellman({ privateKey: privateKey(curve, secret), publicKey: publicKey(curve, point) }),
};

module.exports = {
  // Node signs texts and not digests; what is signed is tested in the cell.
  curve: (curve, operation, ...parts) => {
    try { return bytes(onCurve[operation](curve, ...parts)); } catch { return null; }
  },
  aes: (operation, ...rest) => {
    const run = (key, iv, data, ...more) => operations[operation](Buffer.from(key), iv && Buffer.from(iv), data && Buffer.from(data), ...more);
    try { return run(...rest); } catch { return null; }
  },
  hkdf: (hash, secret, salt, info, length) => {
    try { return bytes(crypto.hkdfSync(hash, secret, salt, info, length)); } catch { return null; }
  },
  pbkdf2: (hash, secret, salt, rounds, length) => bytes(crypto.pbkdf2Sync(secret, salt, rounds, length, hash)),
};
