// `URLPattern`: what patterns mean, how they are written back, and what is refused.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const { load } = require('./load.js');

const { env, run } = load();
run(`
  const names = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
  const written = (...args) => { const p = new URLPattern(...args); return names.map(name => p[name]); };
  const path = (pattern, pathname, options) => new URLPattern({ pathname: pattern }, options).exec({ pathname })?.pathname ?? null;
  const groups = (pattern, pathname, options) => path(pattern, pathname, options)?.groups ?? null;
  const wrong = f => { try { return f(); } catch (error) { return [error.name, error.code, error.message]; } };
  const refused = (...args) => wrong(() => new URLPattern(...args))[2];
`);
// Whole values, keys in order.
const check = (name, cases) => test(name, () => {
  for (const [source, expected] of cases) {
    let found;
    try { found = run(source); } catch (error) { found = `${error.name}: ${error.message}`; }
    assert.equal(env.inspect(found, { depth: 9 }), util.inspect(expected, { depth: 9 }), source);
  }
});

check('the class has the shape of WebIDL', [
  ['[URLPattern.name, URLPattern.length, typeof URLPattern, Object.prototype.toString.call(new URLPattern())]', ['URLPattern', 0, 'function', '[object URLPattern]']],
  ['Object.getOwnPropertyNames(URLPattern.prototype).sort()', ['constructor', 'exec', 'hasRegExpGroups', 'hash', 'hostname', 'password', 'pathname', 'port', 'protocol', 'search', 'test', 'username']],
  ['Object.keys(URLPattern.prototype).sort()', ['exec', 'hasRegExpGroups', 'hash', 'hostname', 'password', 'pathname', 'port', 'protocol', 'search', 'test', 'username']],
  ['const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(URLPattern.prototype, "hash"); [get.name, get.length, set, enumerable, configurable]', ['get hash', 0, undefined, true, true]],
  ['const { writable, enumerable: e, configurable: c } = Object.getOwnPropertyDescriptor(URLPattern.prototype, "exec"); [writable, e, c]', [true, true, true]],
  ['const own = Object.getOwnPropertyDescriptor(globalThis, "URLPattern"); [own.writable, own.enumerable, own.configurable]', [true, false, true]],
  ['[URLPattern.prototype.test.length, URLPattern.prototype.exec.length]', [0, 0]],
  ['wrong(() => URLPattern())[0]', 'TypeError'],
  ['wrong(() => URLPattern.prototype.hash)', ['TypeError', 'ERR_INVALID_THIS', 'Value of "this" must be of type URLPattern']],
  ['wrong(() => URLPattern.prototype.test.call({}, { hash: "a" }))[0]', 'TypeError'],
  ['wrong(() => structuredClone(new URLPattern()))[0]', 'DataCloneError'],
  ['class Sub extends URLPattern { get all() { return this.pathname } } new Sub({ pathname: "/a" }).all', '/a'],
]);
test('a pattern is shown by its components', () => {
  const text = env.inspect(run('new URLPattern("https://a.b/c/:d")'));
  assert.equal(text, `URLPattern {
  protocol: 'https',
  username: '*',
  password: '*',
  hostname: 'a.b',
  port: '',
  pathname: '/c/:d',
  search: '*',
  hash: '*',
  hasRegExpGroups: false
}`);
});

check('a result has the arguments, and the value and groups of each component', [
  ['new URLPattern("https://:sub.example.com/:kind/*\\\\?q=:q").exec("https://api.example.com/books/1/2?q=x#top")', {
    hash: { groups: { 0: 'top' }, input: 'top' },
    hostname: { groups: { sub: 'api' }, input: 'api.example.com' },
    inputs: ['https://api.example.com/books/1/2?q=x#top'],
    password: { groups: { 0: '' }, input: '' },
    pathname: { groups: { 0: '1/2', kind: 'books' }, input: '/books/1/2' },
    port: { groups: {}, input: '' },
    protocol: { groups: {}, input: 'https' },
    search: { groups: { q: 'x' }, input: 'q=x' },
    username: { groups: { 0: '' }, input: '' },
  }],
  ['new URLPattern({ pathname: "/a" }).exec({ search: "?x", pathname: "/a", other: 1, hash: undefined }).inputs', [{ pathname: '/a', search: '?x' }]],
  ['new URLPattern({ pathname: "/a/b" }).exec("b", "https://x.y/a/c").inputs', ['b', 'https://x.y/a/c']],
  ['new URLPattern().exec("no url")', null],
  ['new URLPattern().exec("/a", "no url")', null],
  ['const all = new URLPattern(); [all.test(), all.test({}), all.test(null), all.test("https://u:p@a.b:1/c?d#e"), all.exec().hash]', [true, true, true, true, { groups: { 0: '' }, input: '' }]],
  ['new URLPattern({ pathname: "/:__proto__/:constructor" }).exec({ pathname: "/a/b" }).pathname.groups.constructor', 'b'],
  ['Object.getOwnPropertyNames(groups("/:__proto__", "/a"))', ['__proto__']],
  ['new URLPattern({ username: ":u", password: ":p" }).test("https://me:secret@a.b/")', true],
  ['const url = new URL("https://a.b:81/c?d#e"); names.map(name => new URLPattern().exec(url)[name].input)', ['https', '', '', 'a.b', '81', '/c', 'd', 'e']],
]);

check('groups of a path take a segment, all, or what their expression says', [
  ['path("/a/:b", "/a/c")', { groups: { b: 'c' }, input: '/a/c' }],
  ['[groups("/a/:b", "/a/"), groups("/a/:b", "/a/c/d"), groups("/a/:b", "/a")]', [null, null, null]],
  ['[groups("/a/:b?", "/a"), groups("/a/:b?", "/a/c"), groups("/a/:b?", "/a/")]', [{ b: undefined }, { b: 'c' }, null]],
  ['[groups("/a/:b+", "/a/c/d"), groups("/a/:b+", "/a")]', [{ b: 'c/d' }, null]],
  ['[groups("/a/:b*", "/a/c/d/e"), groups("/a/:b*", "/a"), groups("/a/:b*", "/a/")]', [{ b: 'c/d/e' }, { b: undefined }, null]],
  ['[groups("/a/*", "/a/b/c"), groups("/a/*", "/a/"), groups("/a/*", "/a")]', [{ 0: 'b/c' }, { 0: '' }, null]],
  ['[groups("/a/*?", "/a"), groups("/*/b/*", "/x/y/b/z")]', [{ 0: undefined }, { 0: 'x/y', 1: 'z' }]],
  ['[groups("/:id(\\\\d+)", "/42"), groups("/:id(\\\\d+)", "/x"), groups("/(\\\\d+)/(x|y)", "/42/y")]', [{ id: '42' }, null, { 0: '42', 1: 'y' }]],
  ['[groups("/a{/b}?", "/a"), groups("/a{/b}?", "/a/b"), groups("/a{/b}*", "/a/b/b"), groups("/a{/b}+", "/a")]', [{}, {}, {}, null]],
  ['[groups("/{:a-}:b", "/x-y"), groups("/{a:b.c}+", "/a1.ca2.c"), groups("/x{-:n(\\\\d)}*", "/x-1-2-3")]', [{ a: 'x', b: 'y' }, { b: '1.ca2' }, { n: '1-2-3' }]],
  ['[groups("/:é", "/x"), groups("/:$_1", "/x"), groups("/:a\\\\bc", "/xbc"), groups("/:𐊧𐊨", "/x")]', [{ é: 'x' }, { $_1: 'x' }, { a: 'x' }, { '𐊧𐊨': 'x' }]],
  ['[groups("/a.b|c", "/a.b|c"), groups("/a.b\\\\+c", "/a.b+c"), groups("/a.b\\\\+c", "/axbbc")]', [{}, {}, null]],
  ['[groups("/((?:a|b)+)", "/abab"), groups("/(a(?=b))b", "/ab"), groups("/([^a-z]+)", "/ab")]', [{ 0: 'abab' }, { 0: 'a' }, null]],
  ['[groups("/:a(.)", "/x"), groups("/:a(\\\\p{Lu})", "/X"), groups("/(\\\\))", "/)")]', [{ a: 'x' }, { a: 'X' }, { 0: ')' }]],
]);

check('fixed text gets the normal form of its component', [
  ['written({ protocol: "HTTPS:", username: "é/", password: "a\\\\:b", hostname: "EXAMPLE.é", port: "08443", pathname: "/é/../b c", search: "?a b", hash: "#é" })',
    ['https', '%C3%A9%2F', 'a%3Ab', 'example.xn--9ca', '8443', '/b%20c', 'a%20b', '%C3%A9']],
  ['["/a/../b", "a/../../b", "../x", "/a/%2E%2E/b", "\\\\\\\\a"].map(pathname => new URLPattern({ pathname }).pathname)', ['/b', '', '../x', '/b', '/a']],
  ['["a b/../c", "/é", " x "].map(pathname => new URLPattern({ protocol: "data", pathname }).pathname)', ['a b/../c', '/%C3%A9', ' x ']],
  ['["a\\\\?b", "a \\\\?b", "a#b", "a\\tb"].map(pathname => new URLPattern({ protocol: "data", pathname }).pathname)', ['a', 'a%20', 'a', 'ab']],
  ['["a/b", "a#b", "a\\tb", "A.B", "1.2", "%41"].map(hostname => new URLPattern({ hostname }).hostname)', ['a', 'a', 'ab', 'a.b', '1.0.0.2', 'a']],
  ['["[\\\\:\\\\:1]", "{[\\\\:\\\\:1]}", "[\\\\:\\\\:AB\\\\::last]", "\\\\[\\\\:\\\\:1]"].map(hostname => new URLPattern({ hostname }).hostname)', ['[\\:\\:1]', '[\\:\\:1]', '[\\:\\:ab\\::last]', '[\\:\\:1]']],
  ['["[::1]", "[::AB]"].map(hostname => new URLPattern({ hostname: "[\\\\:\\\\::last]" }).exec({ hostname })?.hostname)', [{ groups: { last: '1' }, input: '[::1]' }, { groups: { last: 'ab' }, input: '[::ab]' }]],
  ['["08", "80x", "8\\t0", "65535"].map(port => new URLPattern({ port }).port)', ['8', '80', '80', '65535']],
]);

check('the default port of a known protocol is no port', [
  ['[["http", "80"], ["https", "443"], ["ws", "80"], ["wss", "443"], ["ftp", "21"]].map(([protocol, port]) => new URLPattern({ protocol, port }).port)', ['', '', '', '', '']],
  ['[["http", "443"], ["http{s}?", "80"], [undefined, "443"], ["foo", "80"]].map(([protocol, port]) => new URLPattern({ protocol, port }).port)', ['443', '80', '443', '80']],
  ['[new URLPattern({ port: "" }).test({ protocol: "http", port: "80" }), new URLPattern({ port: "80" }).test({ protocol: "http", port: "80" }), new URLPattern({ port: "80" }).test({ port: "80" })]', [true, false, true]],
  ['[new URLPattern("https://a.b/*").test("https://a.b:443/"), new URLPattern("https://a.b/*").test("https://a.b:444/"), new URLPattern("https://a.b\\\\:*/*").test("https://a.b:444/")]', [true, false, true]],
]);

check('a text is split into its components', [
  ['written("https://a.b/c")', ['https', '*', '*', 'a.b', '', '/c', '*', '*']],
  ['written("https://a.b")', ['https', '*', '*', 'a.b', '', '*', '*', '*']],
  ['written("https://a.b?c")', ['https', '*', '*', 'a.b', '', '/', 'c', '*']],
  ['written("https://a.b#c")', ['https', '*', '*', 'a.b', '', '/', '', 'c']],
  ['written("https://a.b/c\\\\?d#e")', ['https', '*', '*', 'a.b', '', '/c', 'd', 'e']],
  ['written("https://*:*/*")', ['https', '*', '*', '*', '*', '/*', '*', '*']],
  ['written("http{s}?://{*.}?a.b/:c")', ['http{s}?', '*', '*', '{*.}?a.b', '', '/:c', '*', '*']],
  ['written("https://u:p@a.b:81/")', ['https', 'u:p', '*', 'a.b', '81', '/', '*', '*']],
  ['written("https://u\\\\:p@a.b\\\\:81/")', ['https', 'u', 'p', 'a.b', '81', '/', '*', '*']],
  ['written("https://[\\\\:\\\\:1]:81/a")', ['https', '*', '*', '[\\:\\:1]', '81', '/a', '*', '*']],
  ['written("data\\\\:text/*")', ['data', '*', '*', '', '', 'text/*', '*', '*']],
  ['written("foo://a/b?c")', ['foo', '*', '*', 'a', '', '/b', 'c', '*']],
  ['written("(foo|data)\\\\:x")', ['(foo|data)', '*', '*', '', '', 'x', '*', '*']],
  ['written("(http|data)\\\\:a/b")', ['(http|data)', '*', '*', 'a', '', '/b', '*', '*']],
  ['written("https://a.b/{c?d}?e")', 'TypeError: Invalid pattern \'/{c?d}?e\' for the pathname: "}" is expected (at 3)'],
  ['written("https://a.b/:c?d")', ['https', '*', '*', 'a.b', '', '/:c?d', '*', '*']],
]);

check('a base URL gives what is more general than the pattern', [
  ['written("/c/:d", "https://u:p@a.b:81/x?y#z")', ['https', '*', '*', 'a.b', '81', '/c/:d', '*', '*']],
  ['written("c", "https://a.b/x/y?z")', ['https', '*', '*', 'a.b', '', '/x/c', '*', '*']],
  ['written("?c", "https://a.b/x/y?z#q")', ['https', '*', '*', 'a.b', '', '/x/y', 'c', '*']],
  ['written("#c", "https://a.b/x/y?z#q")', ['https', '*', '*', 'a.b', '', '/x/y', 'z', 'c']],
  ['written("", "https://a.b/x/y?z#q")', ['https', '*', '*', 'a.b', '', '/x/', '*', '*']],
  ['written({ baseURL: "https://u:p@a.b/(x)?y=*#z" })', ['https', '*', '*', 'a.b', '', '/\\(x\\)', 'y=\\*', 'z']],
  ['written({ search: "c", baseURL: "https://a.b/x?y#z" })', ['https', '*', '*', 'a.b', '', '/x', 'c', '*']],
  ['written({ hostname: "c", baseURL: "https://a.b/x?y#z" })', ['https', '*', '*', 'c', '*', '*', '*', '*']],
  ['written({ pathname: "{/c}", baseURL: "https://a.b/x/y" })', ['https', '*', '*', 'a.b', '', '/c', '*', '*']],
  ['written({ pathname: "c", baseURL: "data:x/y" })', ['data', '*', '*', '', '', 'c', '*', '*']],
  ['names.map(name => new URLPattern().exec({ pathname: "c", baseURL: "https://u:p@a.b:81/x/y?z" })[name].input)', ['https', 'u', 'p', 'a.b', '81', '/x/c', '', '']],
  ['names.map(name => new URLPattern().exec({ protocol: "http", baseURL: "https://u:p@a.b:81/x/y?z" })[name].input)', ['http', '', '', '', '', '', '', '']],
  ['new URLPattern().exec({ pathname: "c", baseURL: "nothing" })', null],
  ['new URLPattern().exec({ port: "x" })', null],
]);

check('a pattern is written back in its normal form', [
  ['["/(.*)", "/:a(.*)", "/a(.*)", "/:a*(.*)", "/:a(.*)(.*)", "/a/{*}", "/*(.*)"].map(pathname => new URLPattern({ pathname }).pathname)', ['/*', '/:a(.*)', '/a*', '/:a**', '/:a(.*)(.*)', '/a/{*}', '/*(.*)']],
  ['["/([^\\\\/]+?)", "/:a([^\\\\/]+?)", "/{:a}b", "/:a{b}", "/:a{b}?", "/{a}{b}", "/{:a}(x)", "/{:a.b}"].map(pathname => new URLPattern({ pathname }).pathname)', ['/([^\\/]+?)', '/:a', '/{:a}b', '{/:a}b', '{/:a}{b}?', '/ab', '/{:a}(x)', '/{:a.b}']],
  ['["/{:a\\\\b}", "/{/:a}", "/{a:b}*", "a\\\\:b", "/{}", "/{}?", ""].map(pathname => new URLPattern({ pathname }).pathname)', ['/{:a\\b}', '//:a', '/{a:b}*', 'a\\:b', '/', '/', '']],
]);

check('case counts except after the host with `ignoreCase`', [
  ['[groups("/a", "/A"), groups("/a/:b", "/A/C", { ignoreCase: true }), groups("/a", "/A", { ignoreCase: 0 })]', [null, { b: 'C' }, null]],
  ['new URLPattern("https://a.b/c\\\\?d#e", { ignoreCase: true }).test("https://A.b/C?D#E")', true],
  ['new URLPattern({ username: "u" }, { ignoreCase: true }).test({ username: "U" })', false],
  ['new URLPattern("/c", "https://a.b", { ignoreCase: true }).test("https://a.b/C")', true],
]);

check('regular expressions are told of, wildcards and names are none', [
  ['["*", "/:a", "/(.*)", "/([^\\\\/]+?)", "/{a}?", "/(a)", "/:a(b)?"].map(pathname => new URLPattern({ pathname }).hasRegExpGroups)', [false, false, false, false, false, true, true]],
  ['names.map(name => new URLPattern({ [name]: "(a)" }).hasRegExpGroups)', [true, true, true, true, true, true, true, true]],
]);

check('arguments are read as WebIDL says', [
  ['written(null)', ['*', '*', '*', '*', '*', '*', '*', '*']],
  ['written({}, null)', ['*', '*', '*', '*', '*', '*', '*', '*']],
  ['written(() => {}, () => {})', ['*', '*', '*', '*', '*', '*', '*', '*']],
  ['written({ pathname: { toString: () => "/x" }, port: 81 }, undefined)', ['*', '*', '*', '*', '81', '/x', '*', '*']],
  ['written({ toString: () => "https://a.b" })', ['*', '*', '*', '*', '*', '*', '*', '*']],
  ['const read = []; new URLPattern(new Proxy({}, { get(target, key) { read.push(key); } }), { get ignoreCase() { read.push("ignoreCase"); } }); read', ['baseURL', 'hash', 'hostname', 'password', 'pathname', 'port', 'protocol', 'search', 'username', 'ignoreCase']],
  ['groups("/\ud800", "/\ufffd")', {}],
  ['refused({ pathname: Symbol() })', 'Cannot convert a Symbol value to a string'],
  ['refused("https://a.b", "https://c.d", 5)', "Failed to construct 'URLPattern': The provided value is not an object."],
  ['refused("/a", undefined, {})', "Invalid base URL 'undefined': it has to be an absolute URL"],
]);

check('what is no pattern is refused with the reason', [
  ['wrong(() => new URLPattern("/a"))', ['TypeError', 'ERR_INVALID_URL_PATTERN', "Invalid pattern '/a': it has no protocol, so give a base URL as well"]],
  ['refused({}, "https://a.b")', 'The base URL of a pattern that is an object has to be in it, as `baseURL`'],
  ['refused({ baseURL: "/a" })', "Invalid base URL '/a': it has to be an absolute URL"],
  ['wrong(() => new URLPattern().test({}, "https://a.b"))', ['TypeError', 'ERR_INVALID_URL_PATTERN', 'The base URL of an input that is an object has to be in it, as `baseURL`']],
  ['refused({ pathname: "/a{b" })', "Invalid pattern '/a{b' for the pathname: \"}\" is expected (at 4)"],
  ['refused({ pathname: "/a}" })', "Invalid pattern '/a}' for the pathname: '}' belongs to nothing (at 2); escape it with \"\\\" to match it"],
  ['refused({ search: "a?" })', "Invalid pattern 'a?' for the search: '?' belongs to nothing (at 1); escape it with \"\\\" to match it"],
  ['refused({ pathname: "/a\\\\" })', "Invalid pattern '/a\\\\' for the pathname: nothing follows the \"\\\" (at 2)"],
  ['refused({ pathname: "/: a" })', "Invalid pattern '/: a' for the pathname: no name follows the \":\" (at 1)"],
  ['refused({ pathname: "/:a/:a" })', "Invalid pattern '/:a/:a' for the pathname: there are two groups with the name 'a'"],
  ['refused({ hash: "(" })', "Invalid pattern '(' for the hash: a regular expression has no \")\" (at 0)"],
  ['refused({ hash: "(a\\\\" })', "Invalid pattern '(a\\\\' for the hash: a regular expression has no \")\" (at 0)"],
  ['refused({ hash: "()" })', "Invalid pattern '()' for the hash: a regular expression cannot be empty (at 0)"],
  ['refused({ hash: "(?:a)" })', "Invalid pattern '(?:a)' for the hash: a regular expression cannot begin with \"?\" (at 0)"],
  ['refused({ hash: "(a(b))" })', "Invalid pattern '(a(b))' for the hash: groups in a regular expression cannot capture; write \"(?:\" (at 0)"],
  ['refused({ hash: "(é)" })', "Invalid pattern '(é)' for the hash: a regular expression can have only ASCII characters (at 0)"],
  ['refused({ hash: "([)" }).replace(/ \\(.*/, "")', "Invalid pattern '([)' for the hash: its regular expression does not compile with the flag \"u\""],
  ['refused({ protocol: "é" })', "Invalid pattern 'é' for the protocol: 'é' cannot be in a protocol"],
  ['["a b", "a\\\\:b", "a@b", "a%b", "[\\\\:g]"].map(hostname => wrong(() => new URLPattern({ hostname }))[0])', ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError']],
  ['["x80", "65536", "-1"].map(port => wrong(() => new URLPattern({ port }))[0])', ['TypeError', 'TypeError', 'TypeError']],
  ['refused({ port: `${"9".repeat(500)}x` })', `Invalid pattern '${'9'.repeat(100)}…' for the port: '${'9'.repeat(100)}…' cannot be in a port`],
]);

// A program cannot reach in through what it may overwrite.
test('patterns stay right in a tampered realm', () => {
  const tampered = load();
  tampered.run(`{
    const define = Object.defineProperty, own = Reflect.ownKeys, describe = Object.getOwnPropertyDescriptor;
    const bad = () => { throw 'tampered'; };
    const top = Object.prototype;
    const prototypes = [String.prototype, RegExp.prototype, Number.prototype, Symbol.prototype, Array.prototype];
    for (let i = 0; i < prototypes.length; i += 1) {
      const keys = own(prototypes[i]);
      for (let k = 0; k < keys.length; k += 1) {
        const found = describe(prototypes[i], keys[k]);
        if (!found.configurable || keys[k] === 'constructor') continue;
        define(prototypes[i], keys[k], 'value' in found ? { __proto__: null, value: bad } : { __proto__: null, get: bad });
      }
    }
    const globals = ['RegExp', 'TypeError', 'URL', 'Object', 'Reflect', 'String'];
    for (let i = 0; i < globals.length; i += 1) define(globalThis, globals[i], { __proto__: null, value: bad });
    const planted = ['0', '1', '2', 'get', 'set', 'value', 'enumerable', 'groups', 'input', 'index', 'name', 'port'];
    for (let i = 0; i < planted.length; i += 1) {
      define(top, planted[i], { __proto__: null, get: () => undefined, set: bad, configurable: true });
    }
  }`);
  const found = tampered.run('const r = new URLPattern("/:a/(\\\\d+)/*", "https://x.y", { ignoreCase: true }).exec("https://x.y/é b/12/z?q"); r.pathname.groups.a + " " + r.pathname.input + " " + r.inputs.length');
  const error = tampered.run('let thrown; try { new URLPattern({ hash: "(" }) } catch (e) { thrown = e } thrown.message');
  assert.equal(found, '%C3%A9%20b /%C3%A9%20b/12/z 1');
  assert.equal(error, "Invalid pattern '(' for the hash: a regular expression has no \")\" (at 0)");
});
