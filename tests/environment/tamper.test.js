// Results stay right when a program has replaced what this environment is made of.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { load } = require('./load.js');

const tamper = `
  globalThis.realThen = Promise.prototype.then;
  const E = Error; const bad = () => { throw new E('tampered') };
  const protos = [String, Number, RegExp, Map, Set, WeakMap, Promise, Date, Symbol, Function, BigInt, ArrayBuffer, DataView, Object.getPrototypeOf(Uint8Array), Array, Error]
    .map(C => [C.name, C.prototype]);
  const keep = { Promise: ['constructor'], Function: ['constructor'], Error: ['name', 'message', 'constructor'], Array: ['constructor', 'length'] };
  const statics = ['Object', 'Array', 'String', 'Number', 'JSON', 'Math', 'Reflect', 'Promise', 'Symbol', 'Date', 'ArrayBuffer', 'Uint8Array', 'parseInt', 'Map', 'Set', 'WeakMap', 'RegExp', 'TypeError', 'Error', 'DataView', 'BigInt'];
  const define = Object.defineProperty, own = Reflect.ownKeys, iterator = Symbol.iterator, describe = Object.getOwnPropertyDescriptor;
  for (let i = 0; i < protos.length; i++) {
    const keys = own(protos[i][1]);
    for (let k = 0; k < keys.length; k++) {
      let kept = keys[k] === 'constructor'; const list = keep[protos[i][0]] ?? '';
      for (let q = 0; q < list.length; q++) if (list[q] === keys[k]) kept = true;
      const d = describe(protos[i][1], keys[k]);
      if (kept || !d.configurable) continue;
      define(protos[i][1], keys[k], 'value' in d ? { __proto__: null, value: bad, writable: true, configurable: true } : { __proto__: null, get: bad, configurable: true });
    }
  }
  for (let i = 0; i < statics.length; i++) {
    const target = globalThis[statics[i]];
    const keys = own(target);
    for (let k = 0; k < keys.length; k++) { const d = describe(target, keys[k]); if (d.configurable && typeof d.value === 'function' && keys[k] !== 'prototype') define(target, keys[k], { __proto__: null, value: bad, configurable: true }); }
  }
  const planted = ['get', 'set', 'value', 'writable', 'enumerable', 'configurable', '0', '1', '2', 'done', 'size', 'type', 'name', 'stream', 'capture', 'signal', 'depth'];
  for (let i = 0; i < planted.length; i++) define(Object.prototype, planted[i], { __proto__: null, get() { return undefined }, set: bad, configurable: true });
  for (let i = 0; i < statics.length; i++) { const d = describe(globalThis, statics[i]); if (statics[i] !== 'Promise') define(globalThis, statics[i], { __proto__: null, value: bad, configurable: true }); }
`;

const cases = {
  'env.inspect({ a: [1, 2, { b: m }], s, d, r: /x/g, n: -0, big: 10n, sym: q })': "{\n  a: [ 1, 2, { b: [Map] } ],\n  s: Set(1) { 1 },\n  d: 1970-01-01T00:00:00.000Z,\n  r: /x/g,\n  n: -0,\n  big: 10n,\n  sym: Symbol(s)\n}",
  'env.format("%s %d %j", "a", 2, [1])': 'a 2 [1]',
  'Buffer.from("héllo").toString("base64")': 'aMOpbGxv',
  'Buffer.concat([Buffer.from("6162", "hex"), Buffer.from([99])]).toString()': 'abc',
  'env.inspect(Buffer.from("abc"))': '<Buffer 61 62 63>',
  'const b1 = Buffer.alloc(8); b1.writeInt32BE(-5, 2); b1.readInt32BE(2) + ""': '-5',
  'new URLSearchParams("b=2&a=%C3%A9").get("a")': 'é',
  'const u1 = new URLSearchParams("b=2&a=1"); u1.sort(); u1 + ""': 'a=1&b=2',
  'new TextDecoder().decode(new TextEncoder().encode("€😀"))': '€😀',
  'atob(btoa("xyz"))': 'xyz',
  'const t1 = new EventTarget(); let n1 = 0; t1.addEventListener("a", () => { n1++ }); t1.dispatchEvent(new Event("a")); n1 + ""': '1',
  'const c1 = new AbortController(); c1.abort(); c1.signal.reason.name': 'AbortError',
  'structuredClone({ a: [1, { b: m }] }).a[1].b === undefined ? "" : "cloned"': 'cloned',
  'new Headers({ b: "1", A: "2" }).get("a")': '2',
  'const f1 = new FormData(); f1.append("q", "v"); f1.get("q")': 'v',
  'require("path").join("/a", "../b", "c")': '/b/c',
  'require("util").isDeepStrictEqual({ a: [1, s] }, { a: [1, s2] }) + ""': 'true',
  'const e1 = new (require("events"))(); let n2 = 0; e1.on("x", v => { n2 += v }); e1.emit("x", 3); n2 + ""': '3',
  'require("querystring").stringify({ a: "x y", b: ["1", "2"] })': 'a=x%20y&b=1&b=2',
};
const later = {
  'new Response("body").text()': 'body',
  'new Response("[1]").json()': '1',
  'new Blob(["a", "b"]).text()': 'ab',
  'fetch("http://a.b").catch2(e => e.message)': 'fetch failed: the network is blocked, so http://a.b/ cannot be reached. Call a tool of `codemode` or `github` instead.',
  'new ReadableStream({ start(c) { c.enqueue("chunk"); c.close() } }).pipeThrough(new TransformStream()).getReader().read().then2(r => r.value)': 'chunk',
  'new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("streamed")); c.close() } })).clone().text()': 'streamed',
  'require("timers/promises").setTimeout(1, "late")': 'late',
  'require("util").promisify((v, cb) => cb(null, v))("p")': 'p',
};

function world() {
  const made = load();
  made.global.env = made.env;
  // Set before: a tampered realm cannot be written to from outside.
  made.finish = { resolve: undefined };
  made.global.finish = value => made.finish.resolve(value);
  made.run('globalThis.m = new Map([[1, "x"]]); globalThis.s = new Set([1]); globalThis.s2 = new Set([1]); globalThis.d = new Date(0); globalThis.q = Symbol("s")');
  // The program's own way to wait, which is not what is tested.
  made.run('{ const then = Promise.prototype.then, apply = Reflect.apply; Object.defineProperty(Promise.prototype, "then2", { value(f) { return apply(then, this, [f]) } }); Object.defineProperty(Promise.prototype, "catch2", { value(f) { return apply(then, this, [undefined, f]) } }); globalThis.wait = (p, f, g) => apply(then, p, [f, g]); }');
  made.run(`(() => { ${tamper} })()`);
  return made;
}

test('at once', () => {
  const { run } = world();
  for (const [source, wanted] of Object.entries(cases)) {
    let got;
    try { got = run(source); } catch (error) { got = `${error.name}: ${error.stack}`; }
    assert.equal(got, wanted, source);
  }
});

test('later', async () => {
  for (const [source, wanted] of Object.entries(later)) {
    const { finish, run } = world();
    const got = await new Promise(resolve => { finish.resolve = resolve; try { run(`wait(${source}, v => finish(typeof v === 'object' ? v[0] + '' : v), e => finish(e))`); } catch (error) { resolve(error); } });
    assert.equal(got?.stack ?? got, wanted, source);
  }
});
