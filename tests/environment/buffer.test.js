// `Buffer` against Node's, by generated programs.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const { load, random } = require('./load.js');

const { env, run } = load();
const evaluate = source => (0, eval)(source);
const outcome = f => { try { return f(); } catch (error) { return `${error.name} ${error.code} ${error.message}`; } };
function same(source) {
  const mine = outcome(() => env.inspect(run(`(() => { ${source} })()`)));
  const theirs = outcome(() => util.inspect(evaluate(`(() => { ${source} })()`)));
  assert.equal(mine, theirs, source);
}

const encodings = ['utf8', 'hex', 'base64', 'base64url', 'latin1', 'binary', 'ascii', 'utf16le', 'ucs2', 'UTF-8', 'HEX'];
const text = r => Array.from({ length: r.int(14) }, () => r.pick(['a', 'F', '0', '9', 'é', '€', '😀', '\ud800', '=', '-', '_', '+', '/', ' ', '\n', 'zZ', '\x80', '41'])).join('');
const js = value => JSON.stringify(value).replace(/[\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16)}`);

test('encodings', () => {
  const r = random(6);
  for (let i = 0; i < 6000; i += 1) {
    const encoding = r.pick(encodings);
    // Node reads wide characters in base64 by their low byte here and there.
    const some = () => (encoding.startsWith('base') ? text(r).replace(/[^\x00-\x7f]/g, '') : text(r));
    same(`return Buffer.from(${js(some())}, '${encoding}')`);
    same(`return Buffer.from([${[...r.bytes(r.int(16))]}]).toString('${encoding}', ${r.pick(['', '1', '-1', '2, 5', '0, 100', 'undefined, 3', '5, 2'])})`);
    same(`return Buffer.byteLength(${js(text(r).replace(/[^\x20-\x7f]/g, encoding.startsWith('base') ? '' : '$&'))}, '${encoding}')`);
    same(`const b = Buffer.alloc(${r.int(12)}); return [b.write(${js(some())}${r.pick(['', ', 1', ', 1, 3', ', 0, 5'])}, '${encoding}'), b]`);
  }
});

test('searching, filling, comparing, slicing', () => {
  const r = random(7);
  const buffer = () => `Buffer.from([${Array.from({ length: r.int(10) }, () => r.int(3))}])`;
  const index = () => r.pick(['', 'undefined', '0', '1', '-1', '-3', '5', '100', '-100', '1.7', 'NaN', '"utf8"', 'null']);
  const needle = () => r.pick(['0', '1', '256', '-1', buffer(), '"\\u0000"', '"\\u0001\\u0002"', '""', 'Buffer.alloc(0)', '{}', 'null', 'undefined', 'new Uint8Array([1])']);
  for (let i = 0; i < 6000; i += 1) {
    same(`return ${buffer()}.${r.pick(['indexOf', 'lastIndexOf', 'includes'])}(${needle()}${r.next() < 0.6 ? `, ${index() || 'undefined'}` : ''}${r.next() < 0.1 ? ', "utf8"' : ''})`);
    same(`return ${buffer()}.${r.pick(['slice', 'subarray'])}(${index() || 'undefined'}, ${index() || 'undefined'})`);
    same(`return Buffer.alloc(6).fill(${r.pick(['"ab"', '1', '257', '""', 'Buffer.from([1,2])', '"zz", "hex"', '"6162", "hex"', '"a", 1, 3', '"a", 1, "latin1"', '1, 2', '1, 9', '1, -1', '"a", 2, 1', 'new Uint8Array(0)', 'true', '"a", "foo"'])})`);
    same(`return [${buffer()}.compare(${buffer()}), Buffer.compare(${buffer()}, ${buffer()}), ${buffer()}.equals(${buffer()})]`);
    same(`const a = ${buffer()}, b = Buffer.alloc(4); return [a.copy(b, ${r.pick(['0', '1', '9', '-1', 'undefined'])}, ${r.pick(['0', '1', '99', 'undefined'])}, ${r.pick(['2', '9', 'undefined'])}), b]`);
    same(`return Buffer.concat([${buffer()}, ${buffer()}]${r.pick(['', ', 3', ', 20', ', 0', ', -1'])})`);
  }
});

test('numbers', () => {
  const r = random(8);
  const kinds = ['UInt8', 'Int8', 'Uint8', ...['UInt16', 'Int16', 'UInt32', 'Int32', 'Float', 'Double', 'BigInt64', 'BigUInt64'].flatMap(k => [`${k}LE`, `${k}BE`])];
  for (let i = 0; i < 6000; i += 1) {
    const kind = r.pick(kinds);
    const offset = r.pick(['', '0', '1', '3', '-1', '1.5', '"1"', '8', 'undefined', 'null']);
    same(`return Buffer.from([${[...r.bytes(r.pick([9, 9, 9, 3, 0]))]}]).read${kind}(${offset})`);
    const value = kind.startsWith('Big') ? r.pick(['1n', '-1n', '2n ** 63n', '2n ** 64n', '-(2n ** 63n)', '12345678901234n'])
      : r.pick(['0', '1', '-1', '255', '256', '127', '-128', '-129', '65535', '65536', '4294967295', '4294967296', '2147483648', '1.5', '"12"', 'NaN', '1e10', 'undefined']);
    same(`const b = Buffer.alloc(10); return [b.write${kind}(${value}, ${offset === '' ? '0' : offset}), b]`);
    const size = r.pick(['1', '2', '3', '4', '5', '6', '0', '7', 'undefined', '"2"']);
    const wide = `${r.pick(['UInt', 'Int'])}${r.pick(['LE', 'BE'])}`;
    same(`return Buffer.from([${[...r.bytes(8)]}]).read${wide}(${r.pick(['0', '1', '2', '5'])}, ${size})`);
    same(`const b = Buffer.alloc(8); return [b.write${wide}(${r.pick(['0', '1', '-1', '200', '-200', '70000', '-70000', '1e9', '-1e9', '1e12', '281474976710655', '281474976710656'])}, ${r.pick(['0', '1', '2'])}, ${size}), b]`);
  }
});

test('making and showing', () => {
  for (const source of [
    'Buffer.from("héllo")', 'Buffer.from(new Uint16Array([1, 257]))', 'Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1, 1)', 'Buffer.from({ type: "Buffer", data: [1, 2] })', 'Buffer.from({ length: 2, 0: 5, 1: 6 })', 'Buffer.from(new String("abc"))',
    'Buffer.from(5)', 'Buffer.from(null)', 'Buffer.from(undefined)', 'Buffer.from({})', 'Buffer.from(() => {})', 'Buffer.from(Symbol("x"))', 'Buffer.from(true)', 'Buffer.from("a", "nope")', 'Buffer.alloc(3)', 'Buffer.alloc(3, 1)', 'Buffer.alloc(5, "ab")', 'Buffer.alloc("3")', 'Buffer.alloc(-1)', 'Buffer.alloc(NaN)',
    'Buffer.from({ [Symbol.toPrimitive]() { return "p" } })', 'Buffer.from({ valueOf() { return "v" } })', 'Buffer.isBuffer(Buffer.alloc(1))', 'Buffer.isBuffer(new Uint8Array(1))', 'Buffer.isBuffer(null)', 'Buffer.isEncoding("UTF8")', 'Buffer.isEncoding("x")', 'Buffer.isEncoding(1)',
    'Buffer.concat("a")', 'Buffer.concat([1])', 'Buffer.byteLength(new ArrayBuffer(3))', 'Buffer.byteLength(5)', 'Buffer.of(1, 2, 300)', 'Buffer.alloc(60)', 'Object.assign(Buffer.from("a"), { x: 1 })', '[Buffer.from("abc")]', '{ b: Buffer.from("abc") }', 'JSON.stringify(Buffer.from("ab"))', 'Buffer.from("ab").toJSON()',
    'Buffer.from("abcd").swap16()', 'Buffer.from("abc").swap16()', 'Buffer.from("abcdefgh").swap32()', 'Buffer.from("abcdefgh").swap64()', '[...Buffer.from("ab").entries()]', 'Buffer.from("abc").map(x => x + 1)', 'Buffer.from("abc") + ""', 'Buffer.from("abc") instanceof Uint8Array', 'Buffer.from("a").constructor === Buffer', 'Buffer.name', 'new Buffer("ab")', 'Buffer(2)',
    'Buffer.from("abc").toString("nope")', 'Buffer.from("abc").write(5)', 'Buffer.from("abc").equals("abc")', 'Buffer.compare("a", "b")', 'Buffer.copyBytesFrom(new Uint16Array([1, 2, 3]), 1, 1)', 'Buffer.from("test").readUInt16BE(3)', 'Buffer.from("").toString()', 'Object.prototype.toString.call(Buffer.alloc(1))', 'Buffer.from("abc").slice(1).buffer.byteLength >= 2', 'Buffer.from("Zm9v", "base64").toString()', 'Buffer.from("ab").parent instanceof ArrayBuffer',
  ]) same(`return (${source})`);
});
