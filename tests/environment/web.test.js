// Events, aborting, cloning: the same program here and in Node.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const { load } = require('./load.js');
const { same } = require('./same.js');

test('DOMException', async () => {
  await same('return Object.keys(DOMException).sort()');
  await same('return Object.entries(DOMException)');
  await same('const e = new DOMException("m", "AbortError"); return [e.name, e.message, e.code, e instanceof Error, e instanceof DOMException, String(e), Object.prototype.toString.call(e), DOMException.length, DOMException.name, Object.keys(e)]');
  await same('const e = new DOMException(); return [e.name, e.message, e.code]');
  await same('return ["IndexSizeError", "QuotaExceededError", "URLMismatchError", "DataCloneError", "NotAllowedError"].map(n => new DOMException("", n).code)');
  await same('DOMException("a")');
  await same('return new DOMException("m", { name: "N", cause: 3 }).cause');
});

test('events', async () => {
  await same(`const t = new EventTarget(), out = []; t.addEventListener("a", e => out.push(1, e.type, e.target === t, e.currentTarget === t, e.eventPhase)); t.addEventListener("a", { handleEvent(e) { out.push(this.x) }, x: 7 });
    const e = new Event("a"); out.push(t.dispatchEvent(e), e.currentTarget, e.eventPhase, e.target === t, e.composedPath().length); return out`);
  await same('const t = new EventTarget(), out = []; const f = () => out.push(1); t.addEventListener("a", f); t.addEventListener("a", f); t.addEventListener("a", f, true); t.dispatchEvent(new Event("a")); t.removeEventListener("a", f); t.dispatchEvent(new Event("a")); return out');
  await same('const t = new EventTarget(), out = []; t.addEventListener("a", () => out.push(1), { once: true }); t.dispatchEvent(new Event("a")); t.dispatchEvent(new Event("a")); return out');
  await same('const t = new EventTarget(), c = new AbortController(), out = []; t.addEventListener("a", () => out.push(1), { signal: c.signal }); t.dispatchEvent(new Event("a")); c.abort(); t.dispatchEvent(new Event("a")); return out');
  await same('const t = new EventTarget(), out = []; t.addEventListener("a", e => { e.stopImmediatePropagation(); out.push(1) }); t.addEventListener("a", () => out.push(2)); t.dispatchEvent(new Event("a")); return out');
  await same('const t = new EventTarget(); t.addEventListener("a", e => e.preventDefault()); return [t.dispatchEvent(new Event("a", { cancelable: true })), t.dispatchEvent(new Event("a"))]');
  // Node 20 lets passive listeners cancel, against the standard.
  assert.equal(load().run('const t = new EventTarget(); t.addEventListener("a", e => e.preventDefault(), { passive: true }); t.dispatchEvent(new Event("a", { cancelable: true }))'), true);
  await same('const e = new CustomEvent("c", { detail: { a: 1 } }); return [e.detail, e.type, e instanceof Event, Object.prototype.toString.call(e), new CustomEvent("x").detail]');
  await same('const t = new EventTarget(); t.dispatchEvent({ type: "x" })');
  await same('const t = new EventTarget(), out = []; t.addEventListener("a", () => { t.addEventListener("a", () => out.push("late")); out.push("first") }); t.dispatchEvent(new Event("a")); return out');
  await same('class T extends EventTarget { constructor() { super(); this.n = 1 } } const t = new T(); let got; t.addEventListener("q", function (e) { got = this.n }); t.dispatchEvent(new Event("q")); return got');
  await same('return [Event.NONE, Event.AT_TARGET, Event.length, EventTarget.length, new Event("x", { bubbles: true, composed: true }).bubbles]');
});

test('abort', async () => {
  await same('const c = new AbortController(), out = []; c.signal.onabort = e => out.push(e.type, c.signal.aborted); c.signal.addEventListener("abort", () => out.push(2)); c.abort(); c.abort(); return [out, c.signal.reason.name, c.signal.reason.message, c.signal.reason.code]');
  await same('const c = new AbortController(); c.abort("why"); return c.signal.reason');
  await same('AbortSignal.abort().throwIfAborted()');
  await same('AbortSignal.abort(new TypeError("mine")).throwIfAborted()');
  await same('new AbortSignal()');
  await same('const s = AbortSignal.timeout(5); await new Promise(r => s.onabort = r); return [s.aborted, s.reason.name, s.reason.message, s.reason.code]');
  await same('const a = new AbortController(), b = new AbortController(), s = AbortSignal.any([a.signal, b.signal]), out = []; s.addEventListener("abort", () => out.push(s.reason)); b.abort(1); a.abort(2); return out');
  await same('return AbortSignal.any([AbortSignal.abort(5)]).reason');
  await same('return AbortSignal.any([]).aborted');
  await same('const s = AbortSignal.any([AbortSignal.any([AbortSignal.abort(1)])]); return s.reason');
  const { env, run } = load();
  assert.equal(env.inspect(run('[new AbortController(), AbortSignal.abort(1), new EventTarget()]')), util.inspect([new AbortController(), AbortSignal.abort(1), new EventTarget()]));
  assert.equal(run('AbortSignal.any([]) instanceof AbortSignal'), true);
});

test('structuredClone', async () => {
  const values = [
    '1', '-0', 'NaN', '"s"', 'null', 'undefined', '10n', 'true', 'Object(1)', 'Object("s")', 'Object(true)', 'Object(1n)', 'new Date(5)', 'new Date(NaN)', '/a/gi',
    '{ a: 1, b: { c: [1, , 3] } }', '[1, , 3]', 'Object.assign([1], { x: 2 })', 'new Map([[{ a: 1 }, new Set([1, "x"])]])', 'new Error("m", { cause: { a: 1 } }).cause',
    'new Uint8Array([1, 2, 3])', 'new DataView(new ArrayBuffer(8), 2, 4)', 'new Float64Array([1.5])', 'new ArrayBuffer(3)', '{ get a() { return 5 } }', 'Object.create({ inherited: 1 })',
    'new (class A { x = 1 })', '{ [Symbol("s")]: 1, __proto__: null, y: 2 }', '{ ["__proto__"]: 5 }', '(() => { const a = { b: [] }; a.b.push(a); return a })()', '(function () { return arguments })(1, 2)',
    'new Uint16Array([1, 2, 3]).subarray(1)', '(() => { const b = new ArrayBuffer(4); return [new Uint8Array(b), new Uint8Array(b), b] })()', 'new (class B extends Map {})([[1, 2]])',
    'Object.defineProperty({}, "hidden", { value: 1 })', 'new Array(3)', '[undefined]', 'new BigInt64Array(2)', 'Math', 'JSON', '{ a: undefined }',
    '() => 1', 'Symbol("x")', 'Object(Symbol("x"))', 'Promise.resolve()', 'new WeakMap()', 'new WeakSet()', '{ f() {} }', '[Symbol.iterator]', '(function* () {})()', 'new Proxy({}, {})', 'class X {}',
    'new WeakRef({})', '{ a: { b: () => {} } }',
  ];
  for (const value of values) await same(`return structuredClone(${value})`);
  for (const type of ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'URIError', 'EvalError', 'ReferenceError']) {
    await same(`const e = structuredClone(new ${type}("m")); return [e.name, e.message, e instanceof ${type}, Object.keys(e)]`);
  }
  await same('class Mine extends TypeError { name = "Mine"; extra = 1 } const e = structuredClone(new Mine("m")); return [e.name, e.message, e.constructor.name, e.extra]');
  await same('const b = new ArrayBuffer(4), v = new Uint8Array(b, 1, 2); v[0] = 7; const c = structuredClone({ b, v }, { transfer: [b] }); return [b.byteLength, v.length, c.b.byteLength, c.v.length, c.v[0], c.v.buffer === c.b]');
  await same('const b = new ArrayBuffer(4); structuredClone(b, { transfer: [b] }); structuredClone(b)');
  await same('const b = new ArrayBuffer(4); structuredClone(b, { transfer: [b, b] })');
  await same('structuredClone()');
  await same('const a = {}; const c = structuredClone([a, a]); return c[0] === c[1]');
  await same('const b = new ArrayBuffer(4); let n; try { structuredClone({ b, f() {} }, { transfer: [b] }) } catch (e) { n = e.name } return [n, b.byteLength]');
});

test('results stay right in a tampered realm', async () => {
  const { run } = load();
  run(`
    for (const C of [Map, Set, String, Promise, WeakMap, RegExp]) for (const key of Object.getOwnPropertyNames(C.prototype)) { try { C.prototype[key] = () => { throw 3 } } catch {} }
    for (const key of ['get', 'set', 'value', 'writable', 'enumerable', 'configurable', '0', '1']) Object.defineProperty(Object.prototype, key, { __proto__: null, get() { return key === 'get' || key === 'set' ? undefined : 'bad' }, set() {}, configurable: true });
    for (const key of Object.getOwnPropertyNames(Array.prototype)) if (typeof Array.prototype[key] === 'function') Array.prototype[key] = () => { throw 1 };
    Array.prototype[Symbol.iterator] = () => { throw 2 };
  `);
  assert.equal(run('const t = new EventTarget(); let n = 0; t.addEventListener("a", () => n++); t.addEventListener("b", () => n++); t.dispatchEvent(new Event("a")); const c = new AbortController(); c.signal.onabort = () => n++; c.abort(); n'), 2);
  const cloned = run('structuredClone({ a: [1, { b: 2 }] })');
  assert.equal(cloned.a[1].b, 2);
  assert.equal(cloned.a[0], 1);
});
