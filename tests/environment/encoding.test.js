// Text coders, base64, URLs and their parameters against Node's.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const { load, random } = require('./load.js');
const { same } = require('./same.js');

const { env, run, global } = load();
const outcome = f => { try { return f(); } catch (error) { return `${error.name} ${error.code} ${error.message}`; } };
const plain = value => util.inspect(value, { depth: 5 });

const interesting = [0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xa0, 0x9f, 0xed, 0xef, 0xbb, 0xbf, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff, 0xfe, 0xd8, 0xdc];
const randomText = r => Array.from({ length: r.int(20) }, () => String.fromCharCode(r.pick([r.int(128), r.int(0x800), 0xd800 + r.int(0x800), r.int(0x10000), 0xfeff]))).join('');

test('TextDecoder', () => {
  const r = random(3);
  for (let i = 0; i < 6000; i += 1) {
    const bytes = Uint8Array.from({ length: r.int(14) }, () => r.pick(interesting));
    const options = { fatal: r.next() < 0.3, ignoreBOM: r.next() < 0.3 };
    const label = r.pick(['utf-8', 'utf-8', 'utf8', 'utf-16le', 'utf-16']);
    const cuts = [0, ...Array.from({ length: r.int(4) }, () => r.int(bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    const decode = (Decoder, Bytes) => outcome(() => {
      const decoder = new Decoder(label, options);
      let text = '';
      for (let k = 1; k < cuts.length; k += 1) text += decoder.decode(Bytes.from(bytes.slice(cuts[k - 1], cuts[k])), { stream: true });
      return text + decoder.decode();
    });
    const theirs = decode(TextDecoder, Uint8Array);
    const mine = decode(global.TextDecoder, run('Uint8Array'));
    // Node 20 loses marks and halves of UTF-16 streams; whole inputs it decodes right.
    if (label.startsWith('utf-16') && cuts.length > 2) continue;
    assert.equal(mine, theirs, `${label} ${plain(options)} ${bytes} ${cuts}`);
    assert.equal(outcome(() => new global.TextDecoder(label, options).decode(bytes)), outcome(() => new TextDecoder(label, options).decode(bytes)), `${bytes}`);
  }
  assert.equal(new global.TextDecoder('latin1').decode(new Uint8Array([0x80, 0x41, 0xe9, 0x99])), '€Aé™');
  assert.equal(new global.TextDecoder('utf-16be').decode(new Uint8Array([0, 0x41, 0xd8, 0x3d, 0xde, 0])), 'A😀');
});

test('TextDecoder and TextEncoder as objects', async () => {
  for (const source of [
    'return new TextDecoder("foo")', 'return new TextDecoder(" UTF8\\n").encoding', 'return new TextDecoder("ascii").encoding', 'return new TextDecoder().decode("x")',
    'return new TextDecoder().decode(new DataView(new Uint8Array([65, 66, 67]).buffer, 1))', 'return new TextDecoder().decode(new Uint16Array([65]).buffer)', 'return new TextDecoder().fatal',
    'return new TextEncoder().encode("aé€😀\\ud800")', 'return new TextEncoder().encode()', 'return new TextEncoder().encode(undefined)', 'return new TextEncoder().encode(5)',
    'const b = new Uint8Array(5); return [new TextEncoder().encodeInto("aé€😀", b), b]', 'return new TextEncoder().encoding', 'return Object.prototype.toString.call(new TextEncoder())',
    'const d = new TextDecoder("utf-8", { fatal: true }); try { d.decode(new Uint8Array([0xff])) } catch {} return d.decode(new Uint8Array([65]))',
    'return atob("aGk=")', 'return atob(" aG\\nk")', 'return atob("a")', 'return atob("")', 'return atob(null)', 'return atob("ab$d")', 'return btoa("hé")', 'return btoa("€")', 'return btoa("")', 'return btoa()', 'return atob()', 'return btoa(12)', 'return atob("YQ==")',
  ]) await same(source);
});

test('TextEncoder and base64, generated', () => {
  const r = random(4);
  for (let i = 0; i < 3000; i += 1) {
    const text = randomText(r);
    assert.deepEqual([...new global.TextEncoder().encode(text)], [...new TextEncoder().encode(text)]);
    const bytes = r.bytes(r.int(20));
    const binary = Buffer.from(bytes).toString('latin1');
    assert.equal(global.btoa(binary), btoa(binary));
    assert.equal(global.atob(btoa(binary)), binary);
    const loose = Array.from({ length: r.int(8) }, () => r.pick(['A', 'z', '/', '+', '=', ' ', '\n', '-', 'é'])).join('');
    const kind = f => outcome(f).replace(/(Error \d+) .*/, "$1");
    assert.equal(kind(() => global.atob(loose)), kind(() => atob(loose)), JSON.stringify(loose));
  }
});

test('URLSearchParams, generated', () => {
  const r = random(5);
  for (let i = 0; i < 4000; i += 1) {
    // Node 20 garbles what is not ASCII beside a percent sign.
    const text = r.next() < 0.5 ? randomText(r).replace(/[%+]/g, '') : Array.from({ length: r.int(12) }, () => r.pick(['a', 'b', '=', '&', '%', '%20', '+', '%E2%82%AC', '%ff', '?', '%2', ' '])).join('');
    const mine = new global.URLSearchParams(text);
    const theirs = new URLSearchParams(text);
    for (let k = r.int(6); k > 0; k -= 1) {
      const [a, b] = [r.pick(['a', 'b', '', 'é', 'ab', randomText(r)]), r.pick(['1', '', 'x y', '~!*()\''])];
      const action = r.pick(['append', 'set', 'delete', 'sort', 'delete2']);
      for (const params of [mine, theirs]) {
        if (action === 'sort') params.sort();
        else if (action === 'delete') params.delete(a);
        else if (action === 'delete2') params.delete(a, b);
        else params[action](a, b);
      }
    }
    assert.equal(mine.toString(), theirs.toString(), JSON.stringify(text));
    assert.deepEqual([...mine].map(e => [...e]), [...theirs]);
    assert.equal(env.inspect(mine), util.inspect(theirs));
    assert.equal(mine.get('a'), theirs.get('a'));
    assert.equal(mine.has('a', '1'), theirs.has('a', '1'));
    assert.equal(mine.size, theirs.size);
  }
});

test('URL and URLSearchParams as objects', async () => {
  for (const source of [
    'return new URLSearchParams({ a: 1, b: "x y" }).toString()', 'return new URLSearchParams([["a", 1], ["a", 2]]).getAll("a")', 'return new URLSearchParams(new Map([["a", "b"]])).toString()',
    'return new URLSearchParams([["a"]])', 'return new URLSearchParams([1])', 'return new URLSearchParams("?a=1&&b").toString()', 'return [...new URLSearchParams("a=1&b=2").keys()]', 'return [...new URLSearchParams("a=1&b=2").values()]',
    'const out = []; new URLSearchParams("a=1&b=2").forEach((v, k, p) => out.push(v, k, p.size)); return out', 'return new URLSearchParams().append("a")', 'return new URLSearchParams(new URLSearchParams("q=1")).get("q")',
    'return Object.prototype.toString.call(new URLSearchParams().entries())', 'return URLSearchParams.prototype.get.call({}, "a")', 'return new URLSearchParams().get()', 'return Object.keys(URLSearchParams.prototype).sort()',
    'const u = new URL("http://user:pw@example.com:8080/a/b?x=1#h"); return [u.href, u.origin, u.host, u.hostname, u.port, u.protocol, u.username, u.password, u.pathname, u.search, u.hash, String(u), JSON.stringify(u)]',
    'return new URL("nope")', 'return new URL("/x?y", "https://e.com/a/b").href', 'return new URL("x", "bad")', 'const u = new URL("http://e.com"); u.searchParams.append("a b", "c&d"); return [u.href, u.search]',
    'const u = new URL("http://e.com?a=1"); const p = u.searchParams; u.search = "?b=2"; return [p.get("b"), p.get("a"), p === u.searchParams]', 'const u = new URL("http://e.com"); u.pathname = "/x y"; u.hash = "z"; u.port = "99"; u.protocol = "https"; u.host = "f.org"; return u.href',
    'return URL.canParse("http://a")', 'return URL.canParse("a")', 'return new URL("http://e.com/?q=1")', 'return { u: new URL("http://e.com/?q=1") }', 'const u = new URL("http://e.com/?q=1"); u.href = "x:y"; return u.href', 'const u = new URL("http://e.com/?q=1"); u.href = "y"', 'return URL.length', 'return new URL()',
    'const u = new URL("http://e.com?a=1"); u.searchParams.delete("a"); return u.href', 'return Object.keys(URL.prototype).sort().filter(k => k !== "parse")',
  ]) await same(source);
});

test('in a tampered realm', () => {
  const world = load();
  const result = world.run(`
    for (const C of [String, Map, Set, RegExp, Object.getPrototypeOf(Uint8Array), Array]) for (const key of Object.getOwnPropertyNames(C.prototype)) if (key !== 'push') { try { C.prototype[key] = () => { throw 3 } } catch {} }
    Array.prototype[Symbol.iterator] = () => { throw 2 };
    const u = new URLSearchParams('b=2&a=%20x'); u.sort(); u.append('c', 'é');
    [u.toString(), btoa('hi'), atob('aGk='), new TextDecoder().decode(new TextEncoder().encode('é€😀'))] + ''`.replace("] + ''", "]"));
  assert.equal(result[0], 'a=+x&b=2&c=%C3%A9');
  assert.equal(result[1], 'aGk=');
  assert.equal(result[2], 'hi');
  assert.equal(result[3], 'é€😀');
});
