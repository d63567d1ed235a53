// Loads the environment into a bare context, with stand-ins for the host functions.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const util = require('node:util');
const { types } = util;

const classes = {
  Array: Array.isArray, Error: types.isNativeError, Number: types.isNumberObject, String: types.isStringObject,
  Boolean: types.isBooleanObject, Symbol: types.isSymbolObject, BigInt: types.isBigIntObject, Date: types.isDate,
  RegExp: types.isRegExp, Map: types.isMap, Set: types.isSet, WeakMap: types.isWeakMap, WeakSet: types.isWeakSet,
  Promise: types.isPromise, ArrayBuffer: types.isAnyArrayBuffer, DataView: types.isDataView,
  WeakRef: value => Object.prototype.toString.call(value) === '[object WeakRef]',
  Generator: types.isGeneratorObject, Arguments: types.isArgumentsObject, TypedArray: types.isTypedArray,
  MapIterator: types.isMapIterator, SetIterator: types.isSetIterator,
  Function: value => typeof value === 'function',
};

const binding = process.binding('util');
const state = promise => {
  const text = util.inspect(promise, { depth: 0 });
  return text.includes('<pending>') ? 0 : text.includes('<rejected>') ? 2 : 1;
};

function host() {
  const lines = [];
  const native = {
    lines,
    log: (level, text) => { lines.push([level, text]); },
    isProxy: types.isProxy,
    classOf: value => (types.isProxy(value) ? 'Proxy' : Object.keys(classes).find(name => classes[name](value)) ?? 'Object'),
    proxyTarget: proxy => internal.getProxyDetails(proxy, true)?.[0] ?? undefined,
    proxyHandler: proxy => internal.getProxyDetails(proxy, true)?.[1],
    promiseState: state,
    promiseResult: promise => internal.getPromiseDetails(promise)[1],
    previewEntries: iterator => {
      const [entries, pairs] = internal.previewEntries(iterator, true);
      const flat = [];
      if (!pairs) return { entries, pairs };
      for (let i = 0; i < entries.length; i += 2) flat.push([entries[i], entries[i + 1]]);
      return { entries: flat, pairs };
    },
    setTimeout, clearTimeout, setInterval, clearInterval,
    now: () => performance.now(),
    startedAt: () => performance.timeOrigin,
    parseUrl: (input, base) => { try { return parts(new URL(input, base)); } catch { return null; } },
    setUrl: (href, part, value) => { const url = new URL(href); url[part] = value; return parts(url); },
    encodingOf: label => { try { return new util.TextDecoder(label).encoding; } catch { return null; } },
    decoder: (name, fatal) => {
      let decoder = new util.TextDecoder(name, { fatal });
      return (bytes, last) => {
        try { return decoder.decode(bytes, { stream: !last }); } catch { return null; }
      };
    },
    randomBytes: count => new Uint8Array(require('node:crypto').randomBytes(count)),
    hash: (algorithm, bytes, key) => {
      const crypto = require('node:crypto');
      try {
        return new Uint8Array((key === undefined ? crypto.createHash(algorithm) : crypto.createHmac(algorithm, key)).update(bytes).digest());
      } catch { return null; }
    },
    ...require('./ciphers.js'),
    codec: (format, inflate) => {
      const zlib = require('node:zlib');
      const chunks = [];
      const run = { gzip: ['gzipSync', 'gunzipSync'], deflate: ['deflateSync', 'inflateSync'], 'deflate-raw': ['deflateRawSync', 'inflateRawSync'] }[format][inflate ? 1 : 0];
      return {
        push: bytes => { chunks.push(Buffer.from(bytes)); return null; },
        finish: () => new Uint8Array(zlib[run](Buffer.concat(chunks))),
      };
    },
    namespaces: () => ['codemode', 'github'],
  };
  return native;
}

const parts = url => Object.fromEntries(['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash', 'origin'].map(key => [key, url[key]]));

// Node's own view of promises and proxies, through the flag of the test command.
const internal = (() => {
  const { internalBinding } = require('internal/test/binding');
  return internalBinding('util');
})();
void binding;

const src = path.join(__dirname, '..', '..', 'guest-runtime', 'src', 'environment');
// The order is that of the guest, which the console belongs to.
const order = () => {
  const list = fs.readFileSync(path.join(src, '..', 'globals', 'environment.rs'), 'utf8');
  const names = [...list.matchAll(/c"codecell:([^"]+)"/g)].map(match => match[1]);
  const first = names.splice(names.indexOf('primordials'), 1);
  return [...first, ...names.filter(name => name !== 'console')];
};

function load(overrides = {}) {
  const context = vm.createContext();
  const global = vm.runInContext('globalThis', context);
  for (const name of ['console', 'SharedArrayBuffer', 'Atomics', 'WebAssembly', 'escape']) if (name !== 'escape') delete global[name];
  if (ArrayBuffer.prototype.transfer === undefined) {
    global.host = buffer => { structuredClone(buffer, { transfer: [buffer] }); };
    vm.runInContext('{ const detach = host; delete globalThis.host; ArrayBuffer.prototype.transfer = function transfer() { const copy = this.slice(); detach(this); return copy; }; }', context);
  }
  const native = Object.assign(host(), overrides);
  // The cell's own, made before these files.
  for (const name of ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']) global[name] = native[name];
  let env;
  for (const name of order()) {
    const make = vm.runInContext(fs.readFileSync(path.join(src, `${name}.js`), 'utf8'), context, { filename: `codecell:${name}` });
    if (env === undefined) env = make(native, global);
    else make(env);
  }
  return { env, global, native, lines: native.lines, run: (source) => vm.runInContext(source, context) };
}

// A generator of the same numbers in every run.
function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = n => Math.floor(next() * n);
  return { next, int, pick: list => list[int(list.length)], bytes: n => Uint8Array.from({ length: n }, () => int(256)) };
}

module.exports = { load, random, order, src };
