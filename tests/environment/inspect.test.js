// `inspect` and `format` against Node's own.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const vm = require('node:vm');
const { load, random } = require('./load.js');

const { env, run } = load();

// Each is evaluated in the cell's realm; the text must be what Node says of the same value.
const values = String.raw`
1 -0 0 NaN Infinity 1e21 123456.789 10n true null undefined 'a' "it's" 'a"b\'c' "a\`'\"" '\n\t\x00\x7f\u{1F600}\ud800x' Symbol('a') Symbol() Symbol('a\nb')
[] [1,2,3] [,] [1,,2] [,,1] [undefined,null] [[]] [[[[[1]]]]] [[[[]]]] {} {a:1} {a:{b:{c:{d:1}}}} {a:{b:{c:{}}}} {'a-b':1,$a:2,_b:3,1:4} {[Symbol('x')]:1,[Symbol()]:2}
new\u0020Map() new\u0020Map([[1,{a:2}],['x',new\u0020Set([1])]]) new\u0020Set([[1,2],{a:1}]) new\u0020WeakMap() new\u0020WeakSet() Object.create(null) Object.create({}) Object.create(Object.create(null))
(()=>{}) (function(){}) (function\u0020foo(){}) (async()=>{}) (function*g(){}) (async\u0020function*h(){}) (class{}) (class\u0020A{}) (class\u0020A\u0020extends\u0020Map{}) (class\u0020extends\u0020Object{}) Object.assign(()=>{},{a:1}) Math.max Math JSON Reflect globalThis.Map
new\u0020Date(0) new\u0020Date(NaN) /a/g Object.assign(/a/,{x:1}) Object.assign(new\u0020Date(5),{x:1}) Object(1) Object('abc') Object(true) Object(1n) Object(Symbol('q')) Object.assign(Object('ab'),{x:1})
new\u0020Uint8Array(3) new\u0020Float64Array([1.5,-0]) new\u0020BigInt64Array(2) new\u0020Uint8Array(200) new\u0020ArrayBuffer(4) new\u0020ArrayBuffer(200) new\u0020DataView(new\u0020ArrayBuffer(2)) Object.assign(new\u0020Uint8Array(1),{x:1})
Promise.resolve(4) Promise.resolve({a:{b:{c:{}}}}) new\u0020Promise(()=>{}) (()=>{const\u0020p=Promise.reject(3);p.catch(()=>{});return\u0020p})()
(function(){return\u0020arguments})(1,2) (function*(){})() new\u0020Map([[1,2]]).entries() new\u0020Map([[1,2]]).keys() new\u0020Set([5]).values() new\u0020Set([5]).entries() [1].values() 'a'[Symbol.iterator]()
{get\u0020a(){return\u00201}} {set\u0020a(v){}} {get\u0020a(){return\u00201},set\u0020a(v){}} {__proto__:null,a:1} {['__proto__']:1} {a:undefined,b:null,c:()=>{},d:class\u0020X{}}
new\u0020(class\u0020Foo{a=1}) new\u0020(class\u0020Foo\u0020extends\u0020Map{})([[1,2]]) new\u0020(class\u0020Foo\u0020extends\u0020Array{})(3) new\u0020(class\u0020Foo\u0020extends\u0020Set{}) new\u0020(class{}) new\u0020(class\u0020A{get[Symbol.toStringTag](){return\u0020'T'}}) {[Symbol.toStringTag]:'T'} Object.defineProperty({},Symbol.toStringTag,{value:'T'})
new\u0020Proxy({a:1},{}) new\u0020Proxy([1],{}) new\u0020Proxy(function\u0020f(){},{}) Object.assign([1,2],{x:1,[Symbol('s')]:2}) Object.assign([],{'-1':2}) Array(5) Array(200) Array.from({length:101},(_,i)=>i) Array.from({length:120},(_,i)=>'x'.repeat(i%7)) Array.from({length:30},(_,i)=>i*1000)
Array.from({length:7},(_,i)=>({a:i})) Array.from({length:27},(_,i)=>i%2?'aa':'bbbbbbbb') 'x'.repeat(10001) 'ab\n'.repeat(50) ['ab\n'.repeat(50)] {k:'long\u0020line\n'.repeat(20)} {a:'x'.repeat(80)} ['x'.repeat(80),'y'.repeat(80)]
(()=>{const\u0020a={};a.a=a;return\u0020a})() (()=>{const\u0020a=[];a.push(a,{a});return\u0020a})() (()=>{const\u0020a={},b={a};a.b=b;return\u0020[a,b]})() (()=>{const\u0020m=new\u0020Map();m.set('m',m);return\u0020m})()
new\u0020(class\u0020Foo\u0020extends\u0020Uint8Array{})(2) Object.setPrototypeOf(new\u0020Map([[1,2]]),null) Object.setPrototypeOf([1],null) Object.setPrototypeOf(()=>{},null) Object.setPrototypeOf(new\u0020Uint8Array(1),null) Object.setPrototypeOf(new\u0020Date(0),null) Object.setPrototypeOf(/x/,null)
{a:[1,2,[3,[4,[5]]]],b:{c:[{}]}} {f(){},get:1,'1a':2,'':3} {'日本':'語',é:1} ['日本語','한국어','a','b','c','d','e','f','g'] [1.5,22.25,333,4,5,6,7] [1n,2n,3n,4n,5n,6n,7n] [true,false,true,false,true,false,true]
Object.create({constructor:{name:'X'}}) Object.create(class\u0020Q{}.prototype) class\u0020Q{static\u0020x=1} Object.assign(Object.create({constructor:function\u0020Zed(){}}),{a:1}) {constructor:1} {constructor:{name:'Foo'}} Array.prototype Object.prototype Map.prototype Function.prototype Date.prototype
`.trim().split(/\s+/).map(text => text.replaceAll('\\u0020', ' '));

const clean = text => text.replace(/\n +at [^\n}]*/g, '');
const native = vm.createContext({ inspect: util.inspect, format: util.format });

test('values, one by one', () => {
  const options = [undefined, { depth: 0 }, { depth: null }, { compact: false }, { compact: 1 }, { breakLength: 40 }, { showHidden: true }, { sorted: true },
    { maxArrayLength: 2, maxStringLength: 3 }, { getters: true }, { colors: true }, { breakLength: Infinity }, { compact: true, breakLength: 30 }, { numericSeparator: true }, { showProxy: true }];
  const wrong = [];
  let count = 0;
  for (const source of values) {
    for (const option of options) {
      for (const text of [`(${source})`, `({ key: ${source.startsWith('class') ? `(${source})` : source}, more: [${source}] })`]) {
        // What `showHidden` adds from prototypes is left out.
        if (option?.showHidden && /class|Symbol.iter|Weak|=>|function|Iterator|entries|keys\(|values\(|prototype|Promise|Math|JSON|Reflect|Object.create|globalThis|get a|\.f/.test(source)) continue;
        const value = run(text);
        const mine = env.inspect(value, option);
        const theirs = util.inspect(value, option);
        count += 1;
        if (mine !== theirs) wrong.push({ text, option, mine, theirs });
      }
    }
  }
  for (const w of wrong.slice(0, +process.env.SHOW || 10)) console.log(w);
  assert.equal(wrong.length, 0, `${wrong.length} of ${count} differ`);
});

// A random value as source text.
function sourceOf(r, depth = 0) {
  const kind = r.int(depth > 4 ? 8 : 16);
  switch (kind) {
    case 0: return `${r.int(1000) - 500}`;
    case 1: return `${(r.next() * 1000).toFixed(r.int(6))}`;
    case 2: return JSON.stringify('ab"\'`\n é日🎉\\x'.slice(r.int(6), 3 + r.int(20)).repeat(1 + r.int(r.pick([2, 2, 2, 12]))));
    case 3: return r.pick(['null', 'undefined', 'true', 'false', 'NaN', '-0', '12n', 'Symbol("s")']);
    case 4: return r.pick(['() => {}', 'function f() {}', '(class A {})', '/re/g', 'new Date(86400000)', 'new Error("x").message']);
    case 5: return `'${'word '.repeat(r.int(20))}'`;
    case 6: return `${r.int(10)}`;
    case 7: return `new ${r.pick(['Uint8', 'Float32', 'Int16'])}Array([${Array.from({ length: r.int(30) }, () => r.int(300))}])`;
    case 8: case 9: return `[${Array.from({ length: r.int(r.pick([4, 9, 40])) }, () => sourceOf(r, depth + 1))}]`;
    case 10: return `[${Array.from({ length: r.int(r.pick([12, 130])) }, () => r.pick([`${r.int(100000)}`, `'${'z'.repeat(r.int(12))}'`]))}]`;
    case 11: return `new Map([${Array.from({ length: r.int(4) }, () => `[${sourceOf(r, depth + 2)}, ${sourceOf(r, depth + 1)}]`)}])`;
    case 12: return `new Set([${Array.from({ length: r.int(5) }, () => sourceOf(r, depth + 1))}])`;
    case 13: return `Object.assign(new (class Point {}), { x: ${sourceOf(r, depth + 1)} })`;
    default: return `{ ${Array.from({ length: r.int(r.pick([3, 6, 12])) }, () => `${r.pick(['id', 'name', '"a b"', 'value', 'items', 'createdAt', '[Symbol.for("k")]', '1', '_x', 'description'])}: ${sourceOf(r, depth + 1)}`)} }`;
  }
}

test('generated values', () => {
  const r = random(1);
  const wrong = [];
  for (let i = 0; i < 6000; i += 1) {
    const source = `(${sourceOf(r)})`;
    const value = run(source);
    const option = r.pick([undefined, undefined, { depth: r.int(6) }, { breakLength: 20 + r.int(100), compact: r.pick([3, 1, 5, false, true]) }, ...(/class|=>|function/.test(source) ? [] : [{ depth: null, showHidden: true }])]);
    const mine = env.inspect(value, option);
    const theirs = util.inspect(value, option);
    if (mine !== theirs) wrong.push({ source, option, mine, theirs });
  }
  wrong.sort((a, b) => a.source.length - b.source.length);
  for (const w of wrong.slice(0, +process.env.SHOW || 5)) console.log(w);
  assert.equal(wrong.length, 0);
});

test('errors', () => {
  const sources = [
    'new Error("m")', 'new TypeError("m")', 'new Error()', 'new Error("m", { cause: new TypeError("c") })', 'new AggregateError([new Error("a"), 2], "m")',
    'new (class Foo extends Error {})("m")', 'new (class FooError extends Error {})("m")', 'new (class Foo extends Error { name = "Bar" })("m")',
    'Object.assign(new Error("m"), { code: "E", extra: { a: 1 } })', '{ e: new Error("multi\\nline") }', '[new RangeError("x")]', 'Object.assign(new Error("m"), { name: "Custom" })',
    'Object.assign(new Error("m"), { stack: undefined })', 'Object.assign(new Error("m"), { stack: "what" })', 'Object.setPrototypeOf(new Error("m"), null)',
    'Object.assign(new Error("m"), { message: "other" })', '{ a: { b: { c: { e: new Error("deep") } } } }', 'Object.assign(new Error("m"), { stack: "" })',
    'new Error("m", { cause: undefined })', 'new Error("m", { cause: "text" })', 'Object.assign(new Error("a"), { name: "AError", cause: 1 })', 'Object.create(new Error("p"))',
  ];
  for (const source of sources) {
    const value = run(`(${source})`);
    assert.equal(env.inspect(value), util.inspect(value), source);
    assert.equal(env.format('%s', value), util.format('%s', value), source);
  }
});

test('a stack without its first line gets one', () => {
  const value = run('Object.assign(new (class MyError extends Error {})("m"), { stack: "    at f (main.js:1:2)\\n" })');
  assert.equal(env.inspect(value), 'MyError: m\n    at f (main.js:1:2)');
  const named = run('Object.assign(new Error("m"), { name: "Custom", stack: "    at f (main.js:1:2)\\n" })');
  assert.equal(env.inspect(named), 'Custom: m\n    at f (main.js:1:2)');
});

test('format', () => {
  const r = random(2);
  const templates = ['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%c', '%%', 'a %s b %s', '%s%s', '%x', '%', 'plain', '', '%s %', '100%', '%d%% done'];
  const args = ['"a"', '1', '-0', '1.5', '10n', 'Symbol("s")', 'null', 'undefined', '{a:{b:{c:1}}}', '[1,[2,[3]]]', 'new Date(0)', '(class A{toString(){return "mine"}})', 'new (class A{toString(){return "mine"}})', 'new (class B{})', '{toString(){return "own"}}', '()=>{}', 'function f(){}', '"12px"', '"3.7"', 'new Map([[1,2]])', 'Object.create(null)', 'new Proxy({},{})', 'true', 'new (class extends Date{})(0)', '[]', 'new Error("e").message', 'Object(1)', 'Object("s")'];
  for (let i = 0; i < 4000; i += 1) {
    const list = run(`[${[r.next() < 0.8 ? JSON.stringify(r.pick(templates) + r.pick(['', ' '])+ r.pick(templates)) : r.pick(args), ...Array.from({ length: r.int(4) }, () => r.pick(args))]}]`);
    let theirs;
    try { theirs = util.format(...list); } catch (error) { theirs = error.name; }
    let mine;
    try { mine = env.format(...list); } catch (error) { mine = error.name; }
    assert.equal(mine, theirs, util.inspect(list));
  }
  assert.equal(env.formatWithOptions({ compact: false }, '%O', { a: 1 }), util.formatWithOptions({ compact: false }, '%O', { a: 1 }));
  assert.equal(env.format(), '');
});

test('custom methods', () => {
  for (const source of [
    '{ [Symbol.for("nodejs.util.inspect.custom")]() { return "own text" } }',
    '{ [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) { return inspect({ depth, d: options.depth, has: typeof options.stylize }, options) } }',
    '{ a: { [Symbol.for("nodejs.util.inspect.custom")](depth, options) { return { depth, d: options.depth } } } }',
    '{ a: [{ [Symbol.for("nodejs.util.inspect.custom")](depth, options) { return "two\\nlines" } }] }',
    '{ [Symbol.for("nodejs.util.inspect.custom")]() { return this } }', '{ [Symbol.for("nodejs.util.inspect.custom")]: 1 }',
    '{ a: { [Symbol.for("nodejs.util.inspect.custom")]() { return ["line\\n".repeat(4), 2] } } }',
  ]) {
    const value = run(`(${source})`);
    assert.equal(env.inspect(value), util.inspect(value), source);
    assert.equal(env.inspect(value, { customInspect: false }), util.inspect(value, { customInspect: false }), source);
  }
});

test('the objects of the platform', () => {
  for (const source of [
    'new Response("x")', 'new Request("http://a.b")', 'new Blob(["x"])', 'new File(["x"], "n", { lastModified: 1 })', 'new ReadableStream()', 'new WritableStream()', 'new TransformStream()', 'new FormData()',
    '(() => { const f = new FormData(); f.append("a", "1"); f.append("a", "2"); f.append("b", "x"); return f })()', 'new TextDecoder()', '[new Headers({ a: "1" }), new URLSearchParams("a=1")]', '{ u: { v: new URL("http://a.b") } }',
    'new EventTarget()', 'new CountQueuingStrategy({ highWaterMark: 1 })', 'new CompressionStream("gzip")', 'Response', '[AbortSignal.abort(), new AbortController()]', 'Buffer.from("abc")', '{ b: [Buffer.alloc(60)] }',
  ]) assert.equal(env.inspect(run(`(${source})`)), util.inspect((0, eval)(`(${source})`)), source);
});
