// The modules of Node: the same programs here and there.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const qs = require('node:querystring');
const { StringDecoder } = require('node:string_decoder');
const { load, random } = require('./load.js');
const { same } = require('./same.js');

globalThis.require = require;
const setup = `
  const caught = async p => { try { return await p } catch (e) { return [e?.name ?? e, e?.code, e?.message] } };
  const wrong = f => { try { return f() } catch (e) { return [e.name, e.code, e.message] } };
  const log = [];
`;
const check = sources => async () => { for (const source of sources) await same(source, { setup }); };
const { env, run } = load();

test('util', check([
  'const u = require("util"); return u.promisify((a, cb) => cb(null, a + 1))(4)', 'const u = require("util"); return caught(u.promisify(cb => cb(new Error("x")))())', 'const u = require("util"); const f = () => {}; f[u.promisify.custom] = () => 7; return u.promisify(f)()', 'return wrong(() => require("util").promisify(5))',
  'const u = require("util"); return new Promise(r => u.callbackify(async x => x * 2)(4, (e, v) => r([e, v])))', 'const u = require("util"); return new Promise(r => u.callbackify(async () => { throw null })((e, v) => r([e.code, e.reason])))', 'const u = require("util"); function A() {} function B() {} u.inherits(A, B); return [new A() instanceof B, A.super_ === B]',
  'const { types: t } = require("util"); return Object.keys(t).filter(k => k !== "isExternal" && k !== "isCryptoKey" && k !== "isKeyObject" && k !== "isEventTarget").sort().map(k => [k, [1, {}, [], new Map(), new Set(), new Date(), /x/, new Uint8Array(1), new ArrayBuffer(1), new DataView(new ArrayBuffer(1)), Promise.resolve(), async () => {}, function* () {}, new Error(), Object(1), Object("s"), new Map().keys(), new Set().values(), new WeakMap(), new WeakSet(), new Proxy({}, {}), new BigInt64Array(1), (function () { return arguments })()].map(v => t[k](v) ? 1 : 0).join("")])',
  'const u = require("util"); return u.stripVTControlCharacters("\\u001b[31mred\\u001b[39m x")', 'return require("util").parseArgs({ args: ["-f", "--bar", "b", "--no=1", "pos"], strict: false })', 'return require("util").parseArgs({ args: ["-fv", "x", "--bar=b", "p", "--", "-q"], options: { foo: { type: "boolean", short: "f" }, val: { type: "string", short: "v", multiple: true }, bar: { type: "string" }, d: { type: "string", default: "dd" } }, allowPositionals: true })',
  'return wrong(() => require("util").parseArgs({ args: ["--x"] }))', 'return wrong(() => require("util").parseArgs({ args: ["x"] }))', 'return wrong(() => require("util").parseArgs({ args: ["--a"], options: { a: { type: "string" } } }))', 'return require("util").inspect(new Proxy({ a: 1 }, {}), { showProxy: true })', 'return require("util").toUSVString("a\\ud800")',
]));

test('isDeepStrictEqual and deepEqual', () => {
  const values = ['1', '"1"', '0', '-0', 'NaN', 'null', 'undefined', '[]', '{}', '[1,2]', '[1,,2]', '[1,undefined,2]', '{a:1}', '{a:"1"}', '{a:undefined}', '{b:1}', '{a:1,b:2}', '{b:2,a:1}', 'new Map()', 'new Map([[1,2]])', 'new Map([["1",2]])', 'new Map([[{a:1},2]])', 'new Map([[{a:1},3]])', 'new Set()', 'new Set([1])', 'new Set(["1"])', 'new Set([{a:1}])', 'new Set([{a:1},{a:2}])', 'new Set([{a:2},{a:1}])', 'new Date(0)', 'new Date(1)', '/a/', '/a/g', 'new Error("a")', 'new Error("b")', 'new TypeError("a")', 'new Uint8Array([1])', 'new Uint8Array([2])', 'new Int8Array([1])', 'new Float32Array([0])', 'new Float32Array([-0])', 'new ArrayBuffer(1)', 'Object(1)', 'Object(2)', 'Object("1")', 'Symbol.iterator', '() => {}', 'new (class A { a = 1 })', 'Object.create(null)', '{[Symbol.iterator]:1}', '(() => { const a = {}; a.a = a; return a })()', '(() => { const a = { a: {} }; a.a.a = a; return a })()', 'Object.assign([1,2], { x: 1 })', '1n', 'true', '{a:{b:[1,{c:2}]}}', '(function () { return arguments })(1, 2)', 'Object.assign(new Date(0), { x: 1 })', 'new Map([[1, { a: 1 }]])', 'new Map([[NaN, 1]])'];
  const nodeAssert = require('node:assert');
  const verdict = f => { try { f(); return true; } catch { return false; } };
  for (const a of values) {
    for (const b of values) {
      const [x, y] = run(`[(${a}), (${b})]`);
      const [v, w] = (0, eval)(`[(${a}), (${b})]`);
      assert.equal(env.modules.util.isDeepStrictEqual(x, y), util.isDeepStrictEqual(v, w), `strict ${a} ${b}`);
      if (!/a\.a/.test(a + b)) assert.equal(env.deepEqual(x, y, false), verdict(() => nodeAssert.deepEqual(v, w)), `loose ${a} ${b}`);
    }
  }
});

test('events', check([
  'const E = require("events"); const e = new E(); e.on("a", (...x) => log.push(x)); e.once("a", () => log.push("once")); log.push(e.emit("a", 1, 2), e.emit("a"), e.emit("z"), e.listenerCount("a"), e.eventNames()); return log', 'const E = require("node:events"); const e = new E(); const f = () => log.push(1); e.on("a", f); e.off("a", f); e.emit("a"); return log', 'const { EventEmitter: E } = require("events"); return wrong(() => new E().emit("error", new TypeError("x")))', 'const { EventEmitter: E } = require("events"); return wrong(() => new E().emit("error", "x"))',
  'const E = require("events"); const e = new E(); e.prependListener("a", () => log.push(2)); e.prependListener("a", () => log.push(1)); e.emit("a"); return log', 'const E = require("events"); const e = new E(); e.on("newListener", n => log.push("new", n)); e.on("removeListener", n => log.push("rem", n)); const f = () => {}; e.on("q", f); e.removeAllListeners("q"); return log', 'const E = require("events"); class A extends E { constructor() { super(); this.x = 1 } } const a = new A(); a.on("q", function () { log.push(this.x) }); a.emit("q"); return log',
  'const E = require("events"); const e = new E(); setTimeout(() => e.emit("x", 5, 6), 1); return E.once(e, "x")', 'const E = require("events"); const e = new E(); setTimeout(() => e.emit("error", new Error("bad")), 1); return caught(E.once(e, "x"))', 'const E = require("events"); const c = new AbortController(); const p = E.once(new E(), "x", { signal: c.signal }); c.abort(); return caught(p)', 'const E = require("events"); const e = new E(); setTimeout(() => { e.emit("x", 1); e.emit("x", 2); }, 1); for await (const v of E.on(e, "x")) { log.push(v); if (v[0] === 2) break } return [log, e.listenerCount("x")]',
  'const E = require("events"); const t = new EventTarget(); setTimeout(() => t.dispatchEvent(new Event("q")), 1); return (await E.once(t, "q"))[0].type', 'return wrong(() => new (require("events"))().on("a", 5))', 'const E = require("events"); const e = new E(); e.once("a", () => {}); return [e.listeners("a").length, e.rawListeners("a")[0].listener !== undefined, E.defaultMaxListeners, e.getMaxListeners()]', 'return require("events").EventEmitter === require("events")',
  'const E = require("events"); const e = new E(); e.on("a", () => { e.on("a", () => log.push("late")); log.push("first") }); e.emit("a"); return log', 'return wrong(() => new (require("events"))().setMaxListeners(-1))',
]));

test('querystring, generated', () => {
  const r = random(9);
  const mine = env.modules.querystring;
  for (let i = 0; i < 5000; i += 1) {
    const text = Array.from({ length: r.int(12) }, () => r.pick(['a', 'b', '=', '&', '%20', '+', '%E2%82%AC', '%zz', '%', 'é', '', ';', ':'])).join('');
    const args = r.pick([[], [], [';', ':'], ['&', '=', { maxKeys: 2 }]]);
    const show = o => util.inspect(Object.entries(o).map(([k, v]) => [k, Array.isArray(v) ? [...v] : v]));
    if (!/%(zz|$|[^2E])/.test(text) || !/é/.test(text)) assert.equal(show(mine.parse(text, ...args)), show(qs.parse(text, ...args)), JSON.stringify([text, args]));
    const object = { [r.pick(['a', 'é', 'x y'])]: r.pick(['1', 2, true, null, undefined, ['p', 'q&'], [], 'é€', 3n, NaN, {}]), b: 'z' };
    assert.equal(mine.stringify(object, ...args), qs.stringify(object, ...args));
    assert.equal(mine.unescape('%41+%zz'), qs.unescape('%41+%zz'));
  }
});

test('string_decoder, generated', () => {
  const r = random(10);
  for (let i = 0; i < 3000; i += 1) {
    const name = r.pick(['utf8', 'utf16le', 'base64', 'hex', 'latin1']);
    const [mine, theirs] = [new env.modules.string_decoder.StringDecoder(name), new StringDecoder(name)];
    let [a, b] = ['', ''];
    for (let k = r.int(5); k >= 0; k -= 1) {
      const bytes = Buffer.from(name === 'utf16le' ? r.bytes(r.int(6)) : Uint8Array.from({ length: r.int(5) }, () => r.pick([0x41, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xc3, 0xa9])));
      a += mine.write(bytes);
      b += theirs.write(bytes);
    }
    a += mine.end();
    b += theirs.end();
    assert.equal(a, b, name);
  }
});

test('url', check([
  'const u = require("url"); return u.parse("http://user:pw@Host.com:80/p/a?q=1&q=2#h").href', 'const { host, hostname, port, pathname, path, search, query, hash, auth, protocol, slashes } = require("url").parse("http://user:pw@host.com:80/p/a?q=1&q=2#h"); return { host, hostname, port, pathname, path, search, query, hash, auth, protocol, slashes }', 'return { ...require("url").parse("/a/b?x=1", true).query }', 'return require("url").format({ protocol: "https", hostname: "a.b", pathname: "x", query: { q: "1 2" } })', 'return require("url").format(new URL("http://a.b/c?d#e"), { fragment: false })',
  'return require("url").resolve("http://a.b/c/d", "../e")', 'return require("url").resolve("/a/b", "c")', 'return require("url").fileURLToPath("file:///a%20b/c")', 'return wrong(() => require("url").fileURLToPath("http://a"))', 'return require("url").pathToFileURL("/a b#c").href', 'return require("url").urlToHttpOptions(new URL("http://u:p@a.b:9/c?d")).auth', 'return require("url").URL === URL',
]));

test('timers, process, crypto', check([
  'return require("timers/promises").setTimeout(2, "v")', 'const c = new AbortController(); const p = require("timers/promises").setTimeout(50, 1, { signal: c.signal }); c.abort(); return caught(p)', 'for await (const v of require("timers/promises").setInterval(1, "t")) { log.push(v); if (log.length === 3) break } return log', 'return require("node:timers/promises").setImmediate(4)', 'return new Promise(r => setImmediate((...a) => r(a), 1, 2))', 'const i = setImmediate(() => log.push(1)); clearImmediate(i); await new Promise(r => setTimeout(r, 5)); return log',
  'return new Promise(r => process.nextTick((...a) => r(a), 1, 2))', 'const [s, n] = process.hrtime(); const d = process.hrtime([s, n]); return [typeof s, typeof n, d[0], typeof process.hrtime.bigint()]', 'return [typeof process.uptime(), typeof process.memoryUsage().heapUsed, Array.isArray(process.argv), process.platform, typeof process.version, typeof process.versions.node]', 'return Object.prototype.toString.call(process)', 'return wrong(() => process.nextTick(5))', 'return require("process") === process', 'process.on("exit", () => {}); return process.listenerCount("exit") > 0',
  'return require("crypto").createHash("sha256").update("a").update(Buffer.from("b")).digest("hex")', 'return require("crypto").createHmac("sha1", "k").update("d").digest("base64")', 'return require("crypto").createHash("md5").update("x").digest()', 'return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()) && crypto.randomUUID() !== crypto.randomUUID()', 'return [crypto.getRandomValues(new Uint8Array(4)).length, require("crypto").randomBytes(8).length, require("crypto").randomInt(5) < 5]', 'return crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"))', 'return require("crypto").timingSafeEqual(Buffer.from("a"), Buffer.from("a"))', 'return wrong(() => crypto.getRandomValues(new Float32Array(1)))[0]', 'const h = require("crypto").createHash("sha1"); h.digest(); return wrong(() => h.update("x"))',
  'queueMicrotask(() => log.push(1)); await null; await null; return log', 'return wrong(() => queueMicrotask(5))',
]));

test('compression', check([
  'const s = new Blob(["hello ".repeat(100)]).stream().pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip")); return new Response(s).text()', 'return wrong(() => new CompressionStream("zip"))[0]', 'return caught(new Response(new Blob(["x"]).stream().pipeThrough(new DecompressionStream("gzip"))).text()).then(x => typeof x)',
]));

test('assert', check([
  ...['equal(1, 1)', 'equal(1, 2)', 'strictEqual(1, 2)', 'strictEqual("a", "b")', 'strictEqual(1, 2, new TypeError("own"))', 'deepEqual({ a: 1 }, { a: "1" })', 'notStrictEqual(1, 1)', 'notDeepStrictEqual({ a: 1 }, { a: 1 })', 'ok(1)', 'fail()', 'fail("f")', 'throws(() => { throw new TypeError("x") }, TypeError)', 'throws(() => { throw new TypeError("x") }, RangeError)', 'throws(() => { throw new TypeError("xyz") }, /xy/)', 'throws(() => { throw new TypeError("xyz") }, /q/)', 'throws(() => {})', 'throws(() => {}, TypeError)', 'throws(() => {}, "msg")', 'throws(() => { throw new Error("a") }, { message: "a", name: "Error" })', 'throws(() => { throw new Error("a") }, { message: /a/ })', 'throws(() => { throw new Error("a") }, e => e.message === "a")', 'doesNotThrow(() => { throw new Error("z") })', 'match("abc", /b/)', 'match("abc", /q/)', 'doesNotMatch("abc", /b/)', 'ifError(null)', 'ifError(new Error("i"))', 'equal(1)', 'strict.equal(1, "1")', 'notEqual(1, 1)', 'deepStrictEqual([1, 2, 3], [1, 2, 3])', 'strictEqual(NaN, NaN)', 'ok(0, "zero")', 'throws("x")', 'deepStrictEqual(1, 2)'].map(call => `return wrong(() => require("assert").${call})`),
  'return caught(require("assert").rejects(Promise.reject(new Error("r")), /r/))', 'return caught(require("assert").rejects(Promise.resolve(1)))', 'return caught(require("assert").doesNotReject(Promise.reject(new Error("r"))))', 'return caught(require("assert").rejects(async () => { throw new TypeError("q") }, TypeError))', 'try { require("assert").strictEqual(1, 2) } catch (e) { return [e.actual, e.expected, e.operator, e.generatedMessage, e instanceof require("assert").AssertionError, e instanceof Error, String(e)] }',
  'return [require("assert/strict").equal === require("assert").strictEqual, require("assert").strict.deepEqual === require("assert").deepStrictEqual]', 'return wrong(() => require("assert").deepStrictEqual({ a: 1 }, { a: 2 })).slice(0, 2)', 'return wrong(() => require("assert")(false, "said"))',
]));

test('require', async () => {
  const message = name => { try { run(`require(${JSON.stringify(name)})`); return undefined; } catch (error) { assert.equal(error.code, 'MODULE_NOT_FOUND'); return error.message; } };
  assert.equal(message('fs'), "Cannot find module 'fs': there are no files here; keep data in variables and return what matters.");
  assert.equal(message('node:net'), "Cannot find module 'node:net': there is no network here; call a tool of `codemode` or `github` instead.");
  assert.equal(message('axios'), "Cannot find module 'axios': there is no network here; call a tool of `codemode` or `github` instead.");
  assert.equal(message('lodash/get'), "Cannot find module 'lodash/get': packages cannot be installed here; use the methods of Array, Object, Map and Set, structuredClone and util.isDeepStrictEqual.");
  assert.equal(message('left-pad'), "Cannot find module 'left-pad': packages cannot be installed here; write what you need in plain JavaScript, or call a tool of `codemode` or `github`.");
  assert.equal(message('./x.js'), "Cannot find module './x.js': there are no files here; keep data in variables and return what matters.");
  for (const name of ['assert', 'assert/strict', 'buffer', 'events', 'path', 'path/posix', 'path/win32', 'url', 'util', 'util/types', 'querystring', 'string_decoder', 'timers', 'timers/promises', 'process', 'crypto', 'stream/web']) {
    assert.equal(message(name), undefined);
    assert.equal(message(`node:${name}`), undefined);
  }
  assert.throws(() => run('process.exit(1)'), { message: 'process.exit() is not available here: return from the program to end it, or throw an error to make it fail' });
  const world = load();
  await world.run('process.stdout.write("a"); process.stdout.write("b\\nc"); process.stderr.write("e\\n"); Promise.resolve().then(() => {}).then(() => {})');
  assert.deepEqual(world.lines, [['log', 'ab'], ['error', 'e'], ['log', 'c']]);
});

test('the shape of the globals', () => {
  const names = ['EventTarget', 'Event', 'CustomEvent', 'AbortController', 'AbortSignal', 'DOMException', 'structuredClone', 'atob', 'btoa', 'TextEncoder', 'TextDecoder', 'TextEncoderStream', 'TextDecoderStream', 'URLSearchParams', 'URL', 'Blob', 'File', 'FormData', 'Headers', 'Request', 'Response', 'ReadableStream', 'WritableStream', 'TransformStream', 'CompressionStream', 'DecompressionStream', 'queueMicrotask', 'fetch', 'Buffer', 'setImmediate', 'clearImmediate'];
  const wrong = [];
  for (const name of names) {
    const descriptor = run(`Object.getOwnPropertyDescriptor(globalThis, '${name}')`);
    assert.equal(descriptor.enumerable, false, name);
    assert.equal(descriptor.writable && descriptor.configurable, true, name);
    const [mine, theirs] = [descriptor.value, globalThis[name] ?? require('node:buffer')[name]];
    if (mine.length !== theirs.length) wrong.push(`${name}.length ${mine.length} ${theirs.length}`);
    if (mine.name !== theirs.name) wrong.push(`${name}.name ${mine.name}`);
    if (typeof mine !== 'function' || mine.prototype === undefined || name === 'Buffer') continue;
    for (const key of Reflect.ownKeys(theirs.prototype)) {
      if (typeof key === 'symbol' && key.description.startsWith('nodejs') || typeof key === 'symbol' && !/^Symbol\./.test(key.description)) continue;
      const [a, b] = [Object.getOwnPropertyDescriptor(mine.prototype, typeof key === 'symbol' ? run(key.description) : key), Object.getOwnPropertyDescriptor(theirs.prototype, key)];
      if (a === undefined) { wrong.push(`${name}.prototype.${String(key)} is missing`); continue; }
      if (a.enumerable !== b.enumerable || typeof a.value !== typeof b.value) wrong.push(`${name}.prototype.${String(key)} ${util.inspect(a)} ${util.inspect(b)}`);
      if (typeof b.value === 'function' && key !== 'constructor' && a.value.length !== b.value.length) wrong.push(`${name}.prototype.${String(key)}.length ${a.value.length} ${b.value.length}`);
    }
  }
  // Where Node strays from the standard, or shows its own insides.
  const odd = /^(AbortSignal.prototype.(reason|throwIfAborted) |structuredClone.length|Blob.prototype.bytes|FormData.length|Request.prototype.attribute|setImmediate.length)/;
  assert.deepEqual(wrong.filter(text => !odd.test(text)), []);
});
