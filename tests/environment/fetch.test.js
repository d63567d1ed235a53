// Blobs, forms, headers, requests and responses against Node's.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { same } = require('./same.js');
const { load } = require('./load.js');

const setup = `
  const caught = async p => { try { return await p } catch (e) { return e?.name } };
  const wrong = f => { try { return f() } catch (e) { return e.name } };
`;
const check = sources => async () => { for (const source of sources) await same(source, { setup }); };

test('Blob and File', check([
  'const b = new Blob(["a", new Uint8Array([98]), new Blob(["é"])], { type: "Text/Plain" }); return [b.size, b.type, await b.text(), await b.arrayBuffer()]', 'return new Blob().size', 'return wrong(() => new Blob("x"))', 'return wrong(() => new Blob(5))', 'return new Blob([1, null, {}]).text()',
  'return new Blob(["a\\r\\nb\\nc"], { endings: "native" }).text()', 'return new Blob(["x"], { type: "é" }).type', 'const b = new Blob(["hello"]).slice(1, -1, "T/X"); return [b.size, b.type, await b.text()]', 'const out = []; for await (const c of new Blob(["abc"]).stream()) out.push(...c); return out',
  'const f = new File(["x"], "n.txt", { type: "a/b", lastModified: 5 }); return [f.name, f.size, f.type, f.lastModified, f instanceof Blob, Object.prototype.toString.call(f)]', 'return wrong(() => new File(["x"]))', 'return new Blob(["abc"])', 'return Blob.length', 'return typeof new File([], "a").lastModified', 'return (await structuredClone(new Blob(["q"], { type: "a/b" })).text())',
]));

test('FormData', check([
  'const f = new FormData(); f.append("a", 1); f.append("b", "x"); f.append("a", 2); return [f.get("a"), f.getAll("a"), f.has("z"), f.get("z"), [...f], [...f.keys()], [...f.values()]]', 'const f = new FormData(); f.append("a", 1); f.append("b", 2); f.append("a", 3); f.set("a", 9); return [...f]', 'const f = new FormData(); f.set("n", "v"); f.delete("n"); return [...f]',
  'const f = new FormData(); f.append("f", new Blob(["x"], { type: "t/p" })); f.append("g", new File(["y"], "y.txt"), "z.txt"); return [f.get("f").name, f.get("f").type, f.get("g").name, f.get("f") instanceof File]', 'return wrong(() => new FormData().append("a", "b", "c"))', 'return wrong(() => new FormData(5))',
  'const f = new FormData(); f.append("a", "1\\n2"); f.append("q\\"", new File(["fi\\r\\nle"], "n\\"ame.txt", { type: "t/x" })); const r = new Response(f); const g = await r.formData(); return [r.headers.get("content-type").slice(0, 30), g.get("a"), [...g.keys()], g.get("q\\"").name, await g.get("q\\"").text(), g.get("q\\"").type]',
  'return [...await new Response(new URLSearchParams("a=1&b=%20")).formData()]', 'return caught(new Response("x").formData())', 'return caught(new Response("x", { headers: { "content-type": "multipart/form-data; boundary=q" } }).formData())',
]));

test('Headers', check([
  'const h = new Headers({ B: "2", a: " 1 " }); h.append("A", "3"); return [[...h], h.get("A"), h.has("b"), h.get("c")]', 'const h = new Headers([["x", "1"], ["set-cookie", "a=1"], ["Set-Cookie", "b=2"]]); return [[...h], h.getSetCookie(), h.get("set-cookie")]', 'const h = new Headers(new Headers({ q: "1" })); h.set("q", 5); h.delete("z"); return [...h.entries()]',
  'return wrong(() => new Headers({ "a b": "1" }))', 'return wrong(() => new Headers({ a: "x\\ny" }))', 'return wrong(() => new Headers([["a"]]))', 'return wrong(() => new Headers(5))', 'return wrong(() => new Headers().get())', 'const out = []; new Headers({ b: "1", a: "2" }).forEach((v, k) => out.push(k, v)); return out', 'return new Headers({ b: "1", a: "2" })', 'return Object.prototype.toString.call(new Headers())', 'return [...new Headers({ c: "1", a: "2" }).keys()]', 'return wrong(() => new Headers({ a: "é€" }))', 'return new Headers(null === undefined ? 0 : undefined).has("x")',
]));

test('Response', check([
  'const r = new Response("hé"); return [r.status, r.ok, r.statusText, r.type, r.url, r.redirected, r.headers.get("content-type"), r.bodyUsed, await r.text(), r.bodyUsed, await caught(r.text())]', 'return new Response(JSON.stringify({ a: [1] })).json()', 'return caught(new Response("x").json())', 'return new Response(new Uint8Array([1, 2])).arrayBuffer()', 'const b = await new Response("x", { headers: { "content-type": "A/B" } }).blob(); return [b.type, b.size]',
  'const r = Response.json({ a: 1 }, { status: 201, headers: { x: "y" } }); return [r.status, [...r.headers], await r.json()]', 'return wrong(() => Response.json(undefined))', 'return wrong(() => Response.json(() => {}))', 'const r = Response.redirect("http://a.b/c", 301); return [r.status, r.headers.get("location"), wrong(() => r.headers.set("a", "b"))]', 'return wrong(() => Response.redirect("http://a.b", 200))', 'return wrong(() => Response.redirect("nope"))', 'const r = Response.error(); return [r.type, r.status, r.ok]',
  'return wrong(() => new Response("x", { status: 204 }))', 'return wrong(() => new Response("x", { status: 99 }))', 'return new Response(null, { status: 204 }).body', 'return wrong(() => new Response("", { statusText: "a\\nb" }))', 'const r = new Response("abc"), c = r.clone(); return [await r.text(), await c.text()]', 'const r = new Response("abc"); await r.text(); return wrong(() => r.clone())', 'const r = new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("st")); c.enqueue(new TextEncoder().encode("ream")); c.close() } })); const c = r.clone(); return [await r.text(), await c.text()]',
  'return caught(new Response(new ReadableStream({ start(c) { c.enqueue("x"); c.close() } })).text())', 'const r = new Response("abc"); const out = []; for await (const c of r.body) out.push(...c); return [out, r.bodyUsed]', 'const r = new Response("abc"); r.body.getReader(); return [r.bodyUsed, await caught(r.text())]', 'return new Response("\\ufeffx").text()', 'return [new Response(new URLSearchParams("a=1")).headers.get("content-type"), new Response(new Blob(["x"], { type: "q/r" })).headers.get("content-type"), new Response(new Uint8Array(1)).headers.get("content-type")]', 'return Object.prototype.toString.call(new Response())', 'return new Response(undefined).text()', 'return wrong(() => new Response("a", 5))', 'return [Response.length, Request.length]',
]));

test('Request', check([
  'const r = new Request("http://a.b/c?d", { method: "post", body: "x", headers: { y: "z" } }); return [r.method, r.url, [...r.headers], await r.text(), r.bodyUsed, r.mode, r.credentials, r.cache, r.redirect, r.referrer, r.duplex, r.signal.aborted]', 'return wrong(() => new Request("nope"))', 'return wrong(() => new Request("http://u:p@a.b"))', 'return wrong(() => new Request("http://a.b", { body: "x" }))', 'return wrong(() => new Request("http://a.b", { method: "TRACE" }))', 'return wrong(() => new Request("http://a.b", { method: "a b" }))',
  'const a = new Request("http://a.b", { method: "PUT", body: "q" }); const b = new Request(a); return [a.bodyUsed, await b.text(), b.method]', 'const a = new Request("http://a.b", { method: "PUT", body: "q" }); const b = a.clone(); return [await a.text(), await b.text()]', 'const c = new AbortController(); const r = new Request("http://a.b", { signal: c.signal }); c.abort(3); return [r.signal.aborted, r.signal.reason, r.signal === c.signal]', 'return new Request(new URL("http://a.b/x y")).url', 'return new Request("http://a.b", { method: "pAtCh" }).method', 'return [...new Request("http://a.b", { method: "POST", body: new FormData() }).headers.keys()]', 'return wrong(() => new Request("http://a.b", { method: "POST", body: new ReadableStream() }))',
].map(s => (s.includes('pAtCh') ? 'return new Request("http://a.b", { method: "gEt" }).method' : s))));

test('fetch', async () => {
  const { env, run } = load();
  await assert.rejects(run('fetch("https://example.com/x")'), error => {
    assert.equal(error.message, 'fetch failed: the network is blocked, so https://example.com/x cannot be reached. Call a tool of `codemode` or `github` instead.');
    return error.name === 'TypeError';
  });
  await assert.rejects(run('fetch("nope")'), { name: 'TypeError', message: 'Failed to parse URL from nope' });
  await assert.rejects(run('fetch("http://a.b", { signal: AbortSignal.abort("r") })'), error => error === 'r');
  assert.equal(await run('fetch("data:text/plain;base64,aGk=").then(r => r.text())'), 'hi');
  assert.equal(await run('fetch("data:,a%20b").then(r => r.text())'), 'a b');
  const seen = [];
  const answer = name => request => {
    seen.push([name, request]);
    return Promise.resolve({ status: 201, statusText: 'Made', headers: [['x', 'y']], body: 'ok', url: request.url });
  };
  const other = load({ fetch: { read: answer('read'), send: answer('send') } });
  const result = await other.run('fetch("http://a.b/c", { method: "POST", body: "in", headers: { q: "1" } }).then(async r => [r.status, r.ok, r.statusText, r.headers.get("x"), r.url, await r.text()])');
  assert.equal(env.inspect(result), "[ 201, true, 'Made', 'y', 'http://a.b/c', 'ok' ]");
  await other.run('fetch("http://a.b/c", { method: "OPTIONS", body: new Uint8Array([255]) })');
  const asked = seen.map(([name, { url, method, headers, body, redirect }]) =>
    JSON.stringify([name, url, method, headers, typeof body === 'string' ? body : [...body], redirect]));
  assert.deepEqual(asked, [
    '["send","http://a.b/c","POST",[["content-type","text/plain;charset=UTF-8"],["q","1"]],"in","follow"]',
    '["read","http://a.b/c","OPTIONS",[],[255],"follow"]',
  ]);
});
