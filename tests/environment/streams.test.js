// Streams: the same programs here and in Node.
'use strict';
const test = require('node:test');
const { same } = require('./same.js');

const setup = `
  const all = async s => { const out = []; for await (const c of s) out.push(c); return out };
  const log = []; const later = (ms = 2) => new Promise(r => { let n = ms * 5; const f = () => n-- ? Promise.resolve().then(f) : r(); f() });
  const count = n => { let i = 0; return new ReadableStream({ pull(c) { i < n ? c.enqueue(i++) : c.close() } }) };
  const caught = async p => { try { return await p } catch (e) { return [e?.name ?? e, e?.code] } };
`;
const check = sources => async () => { for (const source of sources) await same(source, { setup }); };

test('readable', check([
  'return all(count(5))', 'const r = count(2).getReader(); return [await r.read(), await r.read(), await r.read(), await r.closed]',
  'const s = new ReadableStream({ start(c) { c.enqueue("a"); c.enqueue("b"); c.close() } }); return all(s)', 'const s = count(2); s.getReader(); return [s.locked, await caught(s.cancel())]',
  'const s = new ReadableStream({ cancel(r) { log.push(r) } }); await s.cancel("why"); return log', 'const s = new ReadableStream({ start(c) { c.error(new TypeError("x")) } }); return caught(all(s))',
  'const s = new ReadableStream({ pull() { throw new Error("p") } }); return caught(s.getReader().read())', 'const s = count(3); for await (const x of s) { log.push(x); break } return [log, s.locked, await caught(s.getReader().read())]',
  'const s = count(3); for await (const x of s.values({ preventCancel: true })) { log.push(x); break } return [log, await all(s)]', 'const [a, b] = count(4).tee(); return [await all(a), await all(b)]',
  'const [a, b] = count(4).tee(); const p = a.cancel(1); const q = b.cancel(2); return [await p, await q]', 'return all(ReadableStream.from([1, Promise.resolve(2), 3]))', 'return all(ReadableStream.from((async function* () { yield 1; yield 2 })()))',
  'return ReadableStream.from(5)', 'const r = count(1).getReader(); r.releaseLock(); return caught(r.read())', 'const s = count(1), r = s.getReader(); const p = r.read(); r.releaseLock(); return [await caught(p), s.locked]',
  'const s = new ReadableStream({ pull(c) { log.push(c.desiredSize); c.enqueue(1); if (log.length > 3) c.close() } }, { highWaterMark: 3 }); await later(); return log', 'new ReadableStream({ type: "x" })', 'new ReadableStream({}, { highWaterMark: -1 })', 'new ReadableStream(5)',
  'const s = new ReadableStream({ start(c) { c.enqueue("abc"); log.push(c.desiredSize) } }, { size: x => x.length, highWaterMark: 5 }); return log', 'new ReadableStreamDefaultController()', 'return Object.prototype.toString.call(new ReadableStream())',
  'const s = new ReadableStream({ start(c) { c.close(); try { c.enqueue(1) } catch (e) { log.push(e.name, e.code) } } }); return log', 'return [ReadableStream.length, ReadableStream.name, Object.keys(ReadableStream.prototype).sort()]', 'return (async () => new ReadableStream())().then(s => s.locked)',
]));

test('bytes', check([
  'const s = new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([1, 2, 3])); c.enqueue(new Uint8Array([4])); c.close() } }); return all(s)',
  'const s = new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([1, 2, 3])); c.enqueue(new Uint8Array([4])); c.close() } }); const r = s.getReader({ mode: "byob" }); return [await r.read(new Uint8Array(2)), await r.read(new Uint8Array(5)), (await r.read(new Uint8Array(5))).done]',
  'count(1).getReader({ mode: "byob" }).read', 'const s = new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array([7])) } }); const r = s.getReader({ mode: "byob" }); return r.read(new Uint8Array(4))',
  'const s = new ReadableStream({ type: "bytes", start(c) { c.enqueue("x") } })',
].filter(s => !s.startsWith('count(1).getReader({ mode'))));

test('requests of byte readers', check([
  'const s = new ReadableStream({ type: "bytes", pull(c) { const { view } = c.byobRequest; view[0] = 7; view[1] = 8; c.byobRequest.respond(2) } }); const r = s.getReader({ mode: "byob" }); const a = await r.read(new Uint8Array(4)); const b = await r.read(new Uint8Array(a.value.buffer, 2)); return [a, b.value.byteOffset, b]',
  'let n = 0; const s = new ReadableStream({ type: "bytes", autoAllocateChunkSize: 3, pull(c) { if (n++ > 1) { c.close(); c.byobRequest.respond(0); return } c.byobRequest.view.fill(n); c.byobRequest.respond(3) } }); const out = []; for await (const chunk of s) out.push(chunk); return out',
  'const s = new ReadableStream({ type: "bytes", pull(c) { const v = new Uint8Array(c.byobRequest.view.buffer, 0, 3); v.fill(5); c.byobRequest.respondWithNewView(v) } }); return (await s.getReader({ mode: "byob" }).read(new Uint8Array(8)))',
  'const s = new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([1, 2, 3])); } }); const r = s.getReader({ mode: "byob" }); const view = new Uint16Array(2); const { value } = await r.read(view); return [value, view.byteLength, view.buffer === value.buffer]',
  'let request; const s = new ReadableStream({ type: "bytes", pull(c) { request = c.byobRequest; request.respond(1) } }); await s.getReader({ mode: "byob" }).read(new Uint8Array(1)); try { request.respond(1) } catch (e) { return [e.name, request.view] }',
  'const s = new ReadableStream({ type: "bytes", pull(c) { try { c.byobRequest.respond(9) } catch (e) { c.error(e.name) } } }); try { await s.getReader({ mode: "byob" }).read(new Uint8Array(1)) } catch (e) { return e }',
  'const s = new ReadableStream({ type: "bytes", start(c) { c.close() } }); return s.getReader({ mode: "byob" }).read(new Uint8Array(3))',
  'let c; const s = new ReadableStream({ type: "bytes", start(given) { c = given } }); const r = s.getReader({ mode: "byob" }); const p = r.read(new Uint8Array(2)); await null; const none = c.byobRequest.view.byteLength; c.enqueue(new Uint8Array([1, 2, 3])); return [none, await p, c.byobRequest, c.desiredSize]',
  'const r = new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }); const p = r.read(new Uint8Array(2)); r.releaseLock(); try { await p } catch (e) { return e.name }',
]));

test('writable', check([
  'const w = new WritableStream({ write(c) { log.push(c) }, close() { log.push("close") } }).getWriter(); await w.write(1); await w.write(2); await w.close(); return [log, await w.closed]',
  'const w = new WritableStream({ write() { throw new Error("w") } }).getWriter(); return [await caught(w.write(1)), await caught(w.closed), await caught(w.write(2))]', 'const w = new WritableStream({ abort(r) { log.push(r) } }).getWriter(); await w.abort("r"); return [log, await caught(w.closed), await caught(w.write(1))]',
  'const w = new WritableStream({}, { highWaterMark: 2 }).getWriter(); log.push(w.desiredSize); w.write(1); log.push(w.desiredSize); w.write(2); log.push(w.desiredSize); await w.ready; log.push(w.desiredSize); return log',
  'const s = new WritableStream(); s.getWriter(); return [s.locked, await caught(s.close()), await caught(s.abort())]', 'const s = new WritableStream(); await s.close(); return caught(s.close())',
  'const w = new WritableStream().getWriter(); w.releaseLock(); return [await caught(w.write(1)), await caught(w.closed)]', 'const s = new WritableStream({ start(c) { c.error(new RangeError("s")) } }); const w = s.getWriter(); return [await caught(w.write(1)), await caught(w.closed)]',
  'let sig; const s = new WritableStream({ start(c) { sig = c.signal } }); await s.abort("q"); return [sig.aborted, sig.reason]', 'const w = new WritableStream({ write: () => later() , close() { log.push("c") } }).getWriter(); w.write(1); w.write(2); await w.close(); return log',
  'const w = new WritableStream({ close() { throw new Error("c") } }).getWriter(); return [await caught(w.close()), await caught(w.closed)]',
]));

test('piping and transforming', check([
  'await count(4).pipeTo(new WritableStream({ write(c) { log.push(c) }, close() { log.push("end") } })); return log',
  'return all(count(4).pipeThrough(new TransformStream({ transform(c, k) { k.enqueue(c * 2); if (c === 1) k.enqueue("x") }, flush(k) { k.enqueue("last") } })))',
  'return all(count(3).pipeThrough(new TransformStream()))', 'return caught(all(count(3).pipeThrough(new TransformStream({ transform() { throw new TypeError("t") } }))))', 'return caught(all(count(3).pipeThrough(new TransformStream({ start(k) { k.error("early") } }))))',
  'return all(count(9).pipeThrough(new TransformStream({ transform(c, k) { k.enqueue(c); if (c === 2) k.terminate() } })))', 'const s = new ReadableStream({ start(c) { c.error("bad") } }); const t = new WritableStream({ abort(r) { log.push("abort", r) } }); return [await caught(s.pipeTo(t)), log]',
  'const t = new WritableStream({ write() { throw "wbad" } }); const s = new ReadableStream({ pull(c) { c.enqueue(1) }, cancel(r) { log.push("cancel", r) } }); return [await caught(s.pipeTo(t)), log]',
  'const c = new AbortController(); const s = new ReadableStream({ pull: () => later(), cancel(r) { log.push("cancel", r) } }); const p = s.pipeTo(new WritableStream({ abort(r) { log.push("abort", r) } }), { signal: c.signal }); c.abort("sig"); return [await caught(p), log]',
  'const t = new WritableStream({ close() { log.push("close") } }); await count(1).pipeTo(t, { preventClose: true }); return [log, t.locked]', 'const s = count(1); s.getReader(); return caught(s.pipeTo(new WritableStream()))', 'return caught(count(1).pipeTo({}))', 'return count(1).pipeThrough({})',
  'const t = new TransformStream(); const w = t.writable.getWriter(); const p = w.write("a"); const r = t.readable.getReader(); const got = await r.read(); await p; w.close(); return [got, await r.read()]',
  'const t = new TransformStream({ flush() { log.push("flush") } }); t.writable.getWriter().close(); return [await all(t.readable), log]', 'const t = new TransformStream(); await t.readable.cancel("no"); return caught(t.writable.getWriter().write(1))', 'const t = new TransformStream(); await t.writable.abort("no"); return caught(all(t.readable))',
  'return all(ReadableStream.from(["é", "\\ud83d", "\\ude00"]).pipeThrough(new TextEncoderStream()))', 'return all(ReadableStream.from([new Uint8Array([0xe2, 0x82]), new Uint8Array([0xac, 65])]).pipeThrough(new TextDecoderStream()))', 'return new TextDecoderStream("latin1").encoding',
  'return [new CountQueuingStrategy({ highWaterMark: 4 }).highWaterMark, new ByteLengthQueuingStrategy({ highWaterMark: 4 }).size({ byteLength: 7 })]', 'new CountQueuingStrategy()', 'return caught(all(ReadableStream.from([new Uint8Array([255])]).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))))',
  'let n = 0; await count(500).pipeThrough(new TransformStream()).pipeThrough(new TransformStream()).pipeTo(new WritableStream({ write() { n++ } })); return n',
]));
