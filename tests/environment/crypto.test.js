// Keys, ciphers and derived keys: the same programs here and in Node.
'use strict';
const test = require('node:test');
const { same } = require('./same.js');

globalThis.require = require;
const setup = `
  const { subtle } = crypto;
  const bytes = (...all) => new Uint8Array(all.length > 0 ? all : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  const text = t => new TextEncoder().encode(t);
  const hex = b => Buffer.from(b).toString("hex");
  const node = require("node:crypto");
  // Sentences differ; kinds do not.
  const kind = async f => { try { return await f() } catch (e) { return e.name } };
  const wrong = f => { try { return f() } catch (e) { return [e.name, e.code, e.message] } };
  const hmac = (usages = ["sign", "verify"], extractable = true) => subtle.importKey("raw", text("secret"), { name: "HMAC", hash: "SHA-256" }, extractable, usages);
  const aes = (mode, usages = ["encrypt", "decrypt"], size = 16) => subtle.importKey("raw", bytes().slice(0, size), "AES-" + mode, true, usages);
`;
const check = sources => async () => { for (const source of sources) await same(source, { setup }); };

test('keys', check([
  'return hmac()', 'const k = await hmac(); return [k.type, k.extractable, k.algorithm, k.usages, k.algorithm === k.algorithm, Object.prototype.toString.call(k)]',
  'const k = await hmac(["verify", "sign"]); return k.usages',
  'return structuredClone(await hmac())', 'return hex(await subtle.exportKey("raw", structuredClone(await hmac())))', 'return kind(() => new CryptoKey())', 'return kind(() => Object.getOwnPropertyDescriptor(CryptoKey.prototype, "type").get.call({}))',
  'return [CryptoKey.length, CryptoKey.name, Object.getOwnPropertyNames(CryptoKey.prototype).sort()]',
  'return subtle.exportKey("jwk", await hmac())', 'return subtle.exportKey("jwk", await aes("GCM"))',
  'const k = await subtle.importKey("jwk", { kty: "oct", k: "c2VjcmV0", alg: "HS256", key_ops: ["sign"], ext: true }, { name: "HMAC", hash: { name: "sha-256" } }, false, ["sign"]); return [k, hex(await subtle.sign("hmac", k, text("a")))]',
]));

const jwk = changes => `kind(() => subtle.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", ...${changes} }, "AES-GCM", true, ["encrypt"]))`;
test('imports that are refused', check([
  'kty: "RSA"', 'k: "A*"', 'k: undefined', 'k: "AAA"', 'use: "sig"', 'key_ops: ["decrypt"]', 'key_ops: ["encrypt", "encrypt"]', 'ext: false', 'alg: "A256GCM"', 'alg: "A128GCM"',
].map(changes => `return ${jwk(`{ ${changes} }`)}`).concat([
  'return kind(() => subtle.importKey("raw", bytes(1, 2, 3), "AES-GCM", true, ["encrypt"]))', 'return kind(() => subtle.importKey("raw", bytes(), "AES-GCM", true, []))', 'return kind(() => subtle.importKey("raw", bytes(), "AES-GCM", true, ["sign"]))',
  'return kind(() => subtle.importKey("raw", bytes(), "AES-GCM", true, ["nonsense"]))', 'return kind(() => subtle.importKey("raw", {}, "AES-GCM", true, ["encrypt"]))',
  'return kind(() => subtle.importKey("nonsense", bytes(), "AES-GCM", true, ["encrypt"]))', 'return kind(() => subtle.importKey("raw", bytes(), "NONSENSE", true, ["encrypt"]))', 'return kind(() => subtle.importKey("raw", bytes(), "HMAC", true, ["sign"]))',
  'return kind(() => subtle.importKey("raw", bytes(), { name: "HMAC", hash: "MD5" }, true, ["sign"]))', 'return kind(() => subtle.importKey("raw", new Uint8Array(0), { name: "HMAC", hash: "SHA-1" }, true, ["sign"]))', 'return kind(() => subtle.importKey("raw", bytes(), "PBKDF2", true, ["deriveBits"]))',
  'return kind(() => subtle.importKey("raw", bytes(), "PBKDF2", false, ["deriveBits", "deriveKey"]))', 'return kind(() => subtle.importKey("raw", bytes()))',
])));

test('HMAC', check([
  'const k = await hmac(); return hex(await subtle.sign("HMAC", k, text("data")))', 'const k = await hmac(); const s = await subtle.sign("HMAC", k, text("data")); return [await subtle.verify("HMAC", k, s, text("data")), await subtle.verify("HMAC", k, s, text("dat")), await subtle.verify("HMAC", k, s.slice(1), text("data"))]',
  'return kind(async () => subtle.sign("HMAC", await hmac(["verify"]), bytes()))', 'return kind(async () => subtle.verify("HMAC", await hmac(["sign"]), bytes(), bytes()))', 'return kind(async () => subtle.sign("HMAC", {}, bytes()))', 'return kind(async () => subtle.sign("HMAC", await aes("GCM"), bytes()))',
  'const out = []; for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) { const k = await subtle.generateKey({ name: "HMAC", hash }, true, ["sign"]); out.push(k.algorithm.length, (await subtle.exportKey("raw", k)).byteLength, (await subtle.exportKey("jwk", k)).alg) } return out',
  'return (await subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 64 }, true, ["sign"])).algorithm.length', 'return kind(() => subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 0 }, true, ["sign"]))',
]));

test('AES', check([
  'const k = await aes("GCM"); const c = await subtle.encrypt({ name: "AES-GCM", iv: bytes().slice(0, 12), additionalData: text("more") }, k, text("a text that is longer than a block")); return hex(c)',
  ...[32, 64, 96, 104, 112, 120, 128, 127, 0].map(size => `return kind(async () => { const k = await aes("GCM"); const p = { name: "AES-GCM", iv: bytes().slice(0, 12), tagLength: ${size} }; const c = await subtle.encrypt(p, k, text("x")); return [hex(c), hex(await subtle.decrypt(p, k, c))] })`),
  'return kind(async () => { const k = await aes("GCM"); const p = { name: "AES-GCM", iv: bytes().slice(0, 12) }; const c = new Uint8Array(await subtle.encrypt(p, k, text("x"))); c[0] ^= 1; return subtle.decrypt(p, k, c) })', 'return kind(async () => subtle.decrypt({ name: "AES-GCM", iv: bytes() }, await aes("GCM"), bytes(1, 2)))',
  'return kind(async () => subtle.encrypt({ name: "AES-GCM" }, await aes("GCM"), bytes()))', 'return kind(async () => subtle.encrypt({ name: "AES-GCM", iv: "text" }, await aes("GCM"), bytes()))', 'return kind(async () => subtle.encrypt({ name: "AES-CBC", iv: bytes() }, await aes("GCM"), bytes()))', 'return kind(async () => subtle.encrypt({ name: "AES-GCM", iv: bytes() }, await aes("GCM", ["decrypt"]), bytes()))',
  'const k = await aes("CBC"); const out = []; for (const n of [0, 1, 15, 16, 17, 40]) { const c = await subtle.encrypt({ name: "AES-CBC", iv: bytes() }, k, new Uint8Array(n).fill(7)); out.push(hex(c), hex(await subtle.decrypt({ name: "AES-CBC", iv: bytes() }, k, c))) } return out',
  'return kind(async () => subtle.encrypt({ name: "AES-CBC", iv: bytes(1) }, await aes("CBC"), bytes()))', 'return kind(async () => subtle.decrypt({ name: "AES-CBC", iv: bytes() }, await aes("CBC"), bytes()))',
  'const k = await aes("CTR"); const p = { name: "AES-CTR", counter: bytes(), length: 64 }; const c = await subtle.encrypt(p, k, new Uint8Array(50)); return [hex(c), hex(await subtle.decrypt(p, k, c))]',
  'const k = await aes("CTR"); const counter = new Uint8Array(16).fill(255); return Promise.all([1, 2, 8, 20, 64, 128].map(async length => kind(async () => hex(await subtle.encrypt({ name: "AES-CTR", counter, length }, k, new Uint8Array(48))))))',
  'return kind(async () => subtle.encrypt({ name: "AES-CTR", counter: bytes(), length: 0 }, await aes("CTR"), bytes()))', 'return kind(async () => subtle.encrypt({ name: "AES-CTR", counter: bytes(), length: 300 }, await aes("CTR"), bytes()))',
  'const out = []; for (const length of [128, 192, 256]) { const k = await subtle.generateKey({ name: "AES-GCM", length }, true, ["encrypt"]); out.push((await subtle.exportKey("raw", k)).byteLength, (await subtle.exportKey("jwk", k)).alg) } return out', 'return kind(() => subtle.generateKey({ name: "AES-GCM", length: 64 }, true, ["encrypt"]))', 'return kind(() => subtle.generateKey({ name: "AES-GCM", length: 128 }, true, []))',
]));

test('wrapped and derived keys', check([
  'const w = await aes("KW", ["wrapKey", "unwrapKey"]); const c = await subtle.wrapKey("raw", await aes("GCM"), w, "AES-KW"); const k = await subtle.unwrapKey("raw", c, w, "AES-KW", "AES-GCM", true, ["encrypt"]); return [hex(c), k, hex(await subtle.exportKey("raw", k))]',
  'const w = await aes("GCM", ["wrapKey", "unwrapKey"]); const p = { name: "AES-GCM", iv: bytes() }; const c = await subtle.wrapKey("jwk", await hmac(), w, p); const k = await subtle.unwrapKey("jwk", c, w, p, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]); return [k, hex(await subtle.exportKey("raw", k))]',
  'return kind(async () => { const w = await aes("KW", ["wrapKey", "unwrapKey"]); return subtle.unwrapKey("raw", new Uint8Array(24), w, "AES-KW", "AES-GCM", true, ["encrypt"]) })', 'return kind(async () => subtle.wrapKey("raw", await hmac(), await aes("KW", ["unwrapKey"]), "AES-KW"))',
  'const k = await subtle.importKey("raw", text("pass"), "PBKDF2", false, ["deriveBits", "deriveKey"]); const p = { name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1000 }; const d = await subtle.deriveKey(p, k, { name: "AES-GCM", length: 256 }, true, ["encrypt"]); return [k, hex(await subtle.deriveBits(p, k, 256)), d, hex(await subtle.exportKey("raw", d))]',
  'const k = await subtle.importKey("raw", text("pass"), "HKDF", false, ["deriveBits", "deriveKey"]); const p = { name: "HKDF", hash: "SHA-512", salt: text("salt"), info: text("info") }; const d = await subtle.deriveKey(p, k, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]); return [hex(await subtle.deriveBits(p, k, 128)), d.type, d.usages, hex(await subtle.exportKey("raw", d))]',
  'return kind(async () => { const k = await subtle.importKey("raw", text("pass"), "PBKDF2", false, ["deriveKey"]); return subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1 }, k, 256) })', 'return kind(async () => { const k = await subtle.importKey("raw", text("pass"), "PBKDF2", false, ["deriveBits"]); return subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 0 }, k, 256) })',
  'return kind(async () => { const k = await subtle.importKey("raw", text("pass"), "HKDF", false, ["deriveBits"]); return subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: text("salt"), info: bytes() }, k, 9) })',
]));

const pair = (name, usages) => `const all = []; for (const namedCurve of ["P-256", "P-384", "P-521"]) { const k = await subtle.generateKey({ name: "${name}", namedCurve }, true, ${usages});`;
test('keys of two halves', check([
  `${pair('ECDSA', '["sign", "verify"]')} all.push(k.publicKey, k.privateKey) } return all`, `${pair('ECDH', '["deriveBits"]')} all.push(k.publicKey, k.privateKey) } return all`,
  `${pair('ECDSA', '["sign"]')} for (const [key, formats] of [[k.publicKey, ["raw", "spki", "jwk"]], [k.privateKey, ["pkcs8", "jwk"]]]) for (const format of formats) { const out = await subtle.exportKey(format, key); const back = await subtle.importKey(format, out, { name: "ECDSA", namedCurve }, true, key.usages); const again = await subtle.exportKey(format, back); all.push(format, back.type, format === "jwk" ? [Object.keys(out).sort(), out.x === again.x] : [hex(out) === hex(again), out.byteLength]) } } return all`,
  `${pair('ECDH', '["deriveBits", "deriveKey"]')} const other = await subtle.generateKey({ name: "ECDH", namedCurve }, true, ["deriveBits"]); for (const length of [8, 64, 200]) all.push(hex(await subtle.deriveBits({ name: "ECDH", public: other.publicKey }, k.privateKey, length)) === hex(await subtle.deriveBits({ name: "ECDH", public: k.publicKey }, other.privateKey, length))); all.push((await subtle.deriveKey({ name: "ECDH", public: other.publicKey }, k.privateKey, { name: "AES-GCM", length: 256 }, true, ["encrypt"])).algorithm); all.push(await kind(() => subtle.deriveBits({ name: "ECDH", public: other.privateKey }, k.privateKey, 64)), await kind(() => subtle.deriveBits({ name: "ECDH", public: other.publicKey }, k.privateKey, 1000)), await kind(() => subtle.deriveBits({ name: "ECDH" }, k.privateKey, 64))) } return all`,
  ...['{ name: "ECDSA" }, true, ["sign"]', '{ name: "ECDSA", namedCurve: "P-1" }, true, ["sign"]', '{ name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]', '{ name: "ECDSA", namedCurve: "P-256" }, true, ["encrypt"]', '{ name: "ECDH", namedCurve: "P-256" }, true, []'].map(args => `return kind(() => subtle.generateKey(${args}))`),
  ...['"raw", bytes(), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]', '"raw", bytes(), { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]', '"spki", bytes(), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]', '"pkcs8", bytes(), { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]', '"pkcs8", bytes(), { name: "ECDSA", namedCurve: "P-256" }, true, []', '"jwk", { kty: "EC", crv: "P-384" }, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]', '"jwk", { kty: "oct", k: "AA" }, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]'].map(args => `return kind(() => subtle.importKey(${args}))`),
]));

test('subtle', check([
  'return kind(() => new SubtleCrypto())', 'return kind(() => new Crypto())', 'return kind(() => subtle.digest.call({}, "SHA-256", bytes()))', 'return kind(() => subtle.encrypt())', 'return ["encrypt", "decrypt", "sign", "verify", "digest", "generateKey", "importKey", "exportKey", "wrapKey", "unwrapKey", "deriveKey"].map(n => [n, subtle[n].length, subtle[n].name])',
  'return kind(() => subtle.digest("SHA-256", "text"))', 'return kind(() => subtle.digest("MD5", bytes()))', 'return kind(() => subtle.digest({ name: "sha-512" }, bytes()).then(hex))', 'return kind(() => subtle.digest({}, bytes()))', 'return Object.prototype.toString.call(subtle)',
]));

const modes = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'aes-128-ctr', 'aes-256-ctr', 'aes-128-gcm', 'aes-256-gcm'];
const made = mode => `const size = +"${mode}".slice(4, 7) / 8; const key = Buffer.alloc(size, 5); const iv = Buffer.alloc("${mode}".endsWith("gcm") ? 12 : 16, 9);`;
test('node:crypto ciphers', check([
  ...modes.map(mode => `${made(mode)} const c = node.createCipheriv("${mode}", key, iv); const parts = []; for (const n of [1, 15, 16, 17, 0, 31, 5]) parts.push(c.update(Buffer.alloc(n, n), undefined, "hex")); parts.push(c.final("hex")); const d = node.createDecipheriv("${mode}", key, iv); if (c.getAuthTag && "${mode}".endsWith("gcm")) { parts.push(c.getAuthTag().toString("hex")); d.setAuthTag(c.getAuthTag()) } const back = []; const all = Buffer.from(parts.slice(0, 8).join(""), "hex"); for (let i = 0; i < all.length; i += 13) back.push(d.update(all.subarray(i, i + 13)).toString("hex")); back.push(d.final("hex")); return [parts, back]`),
  'const c = node.createCipheriv("aes-128-gcm", bytes(), Buffer.alloc(12)); c.setAAD(Buffer.from("more")); return c.update("a", "utf8", "hex") + c.final("hex") + c.getAuthTag().toString("hex")', 'const c = node.createCipheriv("aes-128-cbc", "0123456789abcdef", "0123456789abcdef"); return c.update("some text of one and a half", "utf8", "base64") + c.final("base64")',
  'return wrong(() => node.createCipheriv("foo", bytes(), bytes()))', 'return wrong(() => node.createCipheriv("aes-256-cbc", bytes(), bytes()))', 'return wrong(() => node.createCipheriv("aes-128-cbc", bytes(), bytes(1)))', 'return wrong(() => node.createCipheriv("aes-128-cbc", bytes(), null))', 'return wrong(() => node.createCipheriv("aes-128-gcm", bytes(), new Uint8Array(0)))', 'return wrong(() => node.createCipheriv("aes-128-cbc"))', 'return wrong(() => node.createCipheriv("aes-128-gcm", bytes(), bytes(), { authTagLength: 3 }))',
  ...['d.update(Buffer.alloc(16)); return d.final()', 'd.update(Buffer.alloc(15)); return d.final()', 'd.setAutoPadding(false); d.update(Buffer.alloc(15)); return d.final()', 'd.setAutoPadding(false); return [d.update(Buffer.alloc(32), undefined, "hex"), d.final("hex")]', 'd.update(Buffer.alloc(16)); try { d.final() } catch {} return d.update("x")', 'return d.setAuthTag(bytes())', 'return d.update(5)'].map(body => `return wrong(() => { const d = node.createDecipheriv("aes-128-cbc", bytes(), bytes()); ${body} })`),
  ...['d.setAuthTag(bytes()); d.update(Buffer.alloc(5)); return d.final()', 'd.update(Buffer.alloc(5)); return d.final()', 'return d.setAuthTag(bytes(1, 2, 3))'].map(body => `return wrong(() => { const d = node.createDecipheriv("aes-128-gcm", bytes(), Buffer.alloc(12)); ${body} })`),
  'return wrong(() => node.createCipheriv("aes-128-gcm", bytes(), Buffer.alloc(12)).getAuthTag())', 'return wrong(() => { const c = node.createCipheriv("aes-128-cbc", bytes(), bytes()); c.final(); return c.final() })',
]));

test('node:crypto derived keys', check([
  'return node.pbkdf2Sync("pass", "salt", 10, 20, "sha1").toString("hex")', 'return new Promise((ok, no) => node.pbkdf2("pass", bytes(), 10, 20, "SHA512", (e, k) => (e ? no(e) : ok(k.toString("hex")))))', 'return hex(node.hkdfSync("sha256", "k", "s", "i", 42))',
  'return wrong(() => node.pbkdf2Sync("a", "b", 0, 10, "sha1"))', 'return wrong(() => node.pbkdf2Sync("a", "b", 1, 10, "foo"))', 'return wrong(() => node.pbkdf2Sync("a", "b", 1, 10))', 'return wrong(() => node.hkdfSync("foo", "k", "s", "i", 10))', 'return wrong(() => node.hkdfSync("sha256", "k", "s", "i", 100000))',
]));
