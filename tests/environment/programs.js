// Programs on what the web and Node have. Node itself says what each must give:
//
//   node tests/environment/programs.js > tests/environment/programs.json
'use strict';

const PROGRAMS = [
  // URL
  'const u = new URL("../b c?x=1#h", "https://user:pw@exämple.com:8080/a/d"); return [u.href, u.host, u.hostname, u.port, u.pathname, u.search, u.hash, u.origin, u.username, u.password, String(u), JSON.stringify(u)]',
  'const u = new URL("http://a.com/x"); u.protocol = "https"; u.host = "b.org:444"; u.pathname = "/é/ü"; u.search = "?q=ä b"; u.hash = "z"; u.username = "me"; return u.href',
  'const u = new URL("http://a.com"); u.port = "99999"; u.protocol = "mailto"; u.searchParams.append("k", "v w"); return u.href',
  'return [URL.canParse("x:"), URL.canParse("x"), URL.canParse("x", "http://a.b")]',
  'try { new URL("nope") } catch (e) { return [e.name, e.code, e instanceof TypeError] }',
  'return ["http://1.2.3", "http://[::1]:80/", "file:///C:/x/../y", "http://a.b/%7Efoo/../%2e", "HTTP://EX.com", "javascript:alert(1)", "data:text/plain,hi"].map(x => new URL(x).href)',
  'const p = new URLSearchParams("a=1&b=2&a=3&c=%20+x"); p.sort(); p.delete("b"); p.set("d", "é&="); return [p.toString(), p.getAll("a"), p.get("c"), p.has("a", "3"), [...p.keys()], p.size]',
  // Encodings
  'return [btoa("hi ÿ"), atob(" aGk= "), [...new TextEncoder().encode("a€😀")], new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 97, 0xff]))]',
  'try { btoa("€") } catch (e) { return [e.name, e.code] }',
  'try { new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])) } catch (e) { return [e.name, e.code] }',
  'return [new TextDecoder("utf-16le").decode(new Uint8Array([97, 0, 61, 216, 0, 222])), new TextDecoder("latin1").encoding, new TextEncoder().encodeInto("a€", new Uint8Array(3)).written]',
  // structuredClone
  'const o = { d: new Date(0), m: new Map([[1, new Set(["x"])]]), r: /a/gi, e: new RangeError("no"), b: new Uint8Array([1, 2]), n: 10n }; o.self = o; const c = structuredClone(o); return [c.self === c, c.d.getTime(), c.m.get(1).has("x"), String(c.r), c.e.name, c.e.message, [...c.b], String(c.n), c !== o]',
  'try { structuredClone({ f() {} }) } catch (e) { return [e.name, e.code, e instanceof DOMException] }',
  // Events and aborting
  'const t = new EventTarget(), log = []; t.addEventListener("x", e => log.push(e.type, e.detail), { once: true }); t.dispatchEvent(new CustomEvent("x", { detail: 7 })); t.dispatchEvent(new CustomEvent("x")); return log',
  'const c = new AbortController(); const log = []; c.signal.addEventListener("abort", () => log.push(c.signal.reason.name)); c.abort(); try { c.signal.throwIfAborted() } catch (e) { log.push(e.name, e.code) } return [log, c.signal.aborted, AbortSignal.any([c.signal]).aborted]',
  'const s = AbortSignal.timeout(5); await new Promise(r => s.addEventListener("abort", r)); return [s.aborted, s.reason.name]',
  'return await new Promise(r => { const order = []; setTimeout(() => { order.push("timeout"); r(order) }, 1); setImmediate(() => order.push("immediate")); queueMicrotask(() => order.push("microtask")); process.nextTick(() => order.push("tick")); order.push("sync") }).then(o => o.includes("tick") && o[0] === "sync" && o.at(-1) === "timeout")',
  // Crypto
  'return [/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), crypto.getRandomValues(new Uint8Array(9)).length, crypto.randomUUID() !== crypto.randomUUID()]',
  'const d = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc")); return [...new Uint8Array(d)].map(b => b.toString(16).padStart(2, "0")).join("")',
  'const { createHash, createHmac } = require("node:crypto"); return [createHash("md5").update("a").update("b").digest("hex"), createHash("sha1").update("abc").digest("base64"), createHmac("sha512", "key").update("text").digest("hex").slice(0, 20)]',
  // Bodies
  'const b = new Blob(["ab", new Uint8Array([99])], { type: "text/plain" }); return [b.size, b.type, await b.text(), await b.slice(1, 2).text(), (await b.arrayBuffer()).byteLength]',
  'const f = new FormData(); f.append("a", "1"); f.append("a", "2"); f.set("b", new File(["x"], "n.txt")); return [f.getAll("a"), f.get("b").name, [...f.keys()]]',
  'const h = new Headers({ "X-A": "1" }); h.append("x-a", "2"); h.set("B", " c "); return [[...h], h.get("x-A"), h.has("b")]',
  'const r = new Response(JSON.stringify({ a: 1 }), { status: 201, headers: { "x-y": "z" } }); const c = r.clone(); return [r.status, r.ok, r.headers.get("content-type"), await r.json(), (await c.text()).length, r.bodyUsed]',
  'const r = Response.json({ b: 2 }); const q = new Request("http://a.b/c", { method: "post", body: "x" }); return [r.headers.get("content-type"), await r.json(), q.method, q.url, await q.text()]',
  'const s = new ReadableStream({ start(c) { c.enqueue("a"); c.enqueue("b"); c.close() } }).pipeThrough(new TransformStream({ transform(x, c) { c.enqueue(x.toUpperCase()) } })); const out = []; for await (const x of s) out.push(x); return out',
  'const gz = new Blob(["hello ".repeat(50)]).stream().pipeThrough(new CompressionStream("gzip")); const text = await new Response(gz.pipeThrough(new DecompressionStream("gzip"))).text(); return text.length',
  // Node
  'return [Buffer.from("héllo").toString("hex"), Buffer.from("aGk", "base64").toString(), Buffer.concat([Buffer.from([1]), Buffer.alloc(2, 7)]).toJSON(), Buffer.byteLength("€"), Buffer.compare(Buffer.from("a"), Buffer.from("b")), Buffer.from("ff00", "hex").readUInt16LE(0), Buffer.from("abc").subarray(1).toString("latin1")]',
  'const b = Buffer.alloc(8); b.writeDoubleBE(1.5); b.swap64(); return [b.readDoubleLE(0), b.includes(0x3f), b.equals(Buffer.from(b)), b.fill("ab").toString(), Buffer.isBuffer(b), b instanceof Uint8Array]',
  'const path = require("path"); return [path.join("/a", "../b", "c.txt"), path.extname("x.tar.gz"), path.relative("/a/b", "/a/c/d"), path.parse("/h/f.txt"), path.posix.normalize("a//b/../c"), path.win32.basename("C:\\\\x\\\\y")]',
  'const util = require("node:util"); return [util.format("%s=%d %j %%", "a", 1, { b: 2 }, "c"), util.inspect({ a: [1, { b: { c: {} } }], m: new Map([["k", 1]]) }), util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.types.isDate(new Date())]',
  'const { EventEmitter, once } = await import("node:events"); const e = new EventEmitter(); setTimeout(() => e.emit("x", 5), 1); return [await once(e, "x"), e.listenerCount("x")]',
  'import("node:assert").then(({ default: assert }) => 0); const assert = require("assert"); try { assert.deepStrictEqual({ a: 1 }, { a: 2 }) } catch (e) { return [e.name, e.code] }',
  'const { setTimeout: wait } = await import("timers/promises"); return await wait(2, "waited")',
  'const qs = require("querystring"); return [qs.stringify({ a: [1, 2], b: "x y" }), qs.parse("a=1&a=2&b=%20").a]',
  'const { StringDecoder } = require("string_decoder"); const d = new StringDecoder("utf8"); return [d.write(Buffer.from([0xe2, 0x82])), d.write(Buffer.from([0xac])), d.end()]',
  'return [typeof process.env, Object.keys(process.env).length >= 0, typeof process.hrtime.bigint(), process.argv.length >= 0, typeof process.version]',
  'const { fileURLToPath, pathToFileURL } = require("url"); return [fileURLToPath("file:///a%20b"), pathToFileURL("/x y").href]',
  'import path, { join } from "node:path"; return [join === path.join, join("a", "b")]',
  // The rest
  'return [new DOMException("m", "NotFoundError").code, DOMException.ABORT_ERR, typeof performance.now()]',
];

module.exports = PROGRAMS;

if (require.main === module) {
  const AsyncFunction = (async () => {}).constructor;
  const plain = code => code.replace(/^import (\w+), \{ (\w+) \} from "([^"]+)";/, 'const $1 = require("$3"), { $2 } = $1;');
  // A timeout of a signal keeps no process alive.
  const alive = setInterval(() => {}, 1000);
  (async () => {
    const all = [];
    for (const code of PROGRAMS) {
      process.env = {};
      all.push({ code, value: await new AsyncFunction('require', 'Buffer', plain(code))(require, Buffer) });
    }
    console.log(JSON.stringify(all, null, 1));
    clearInterval(alive);
  })();
}
