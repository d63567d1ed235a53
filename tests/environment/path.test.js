// `path` against Node's, by generated paths.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const util = require('node:util');
const { load, random } = require('./load.js');

const { env } = load();
env.cwd = () => process.cwd();
const outcome = f => { try { return util.inspect(f()); } catch (error) { return `${error.name} ${error.code} ${error.message}`; } };

for (const kind of ['posix', 'win32']) {
  test(kind, () => {
    const r = random(kind.length);
    const mine = env.modules.path[kind];
    const theirs = path[kind];
    const pieces = kind === 'posix' ? ['/', '/', '.', '..', 'a', 'bc', 'file.txt', '.x', 'a.b.c', '//', '', ' ', '\\']
      : ['\\', '/', '.', '..', 'a', 'bc', 'file.txt', '.x', 'C:', 'c:\\', 'D:', '\\\\server\\share', 'a.b.', '//', ''];
    const make = () => Array.from({ length: r.int(7) }, () => r.pick(pieces)).join('');
    const wrong = {};
    for (let i = 0; i < 8000; i += 1) {
      const [a, b, c] = [make(), make(), make()];
      // Device paths are left out.
      if ([a, b, c].some(text => /^[\\/]+[.?]/.test(text) && kind === "win32")) continue;
      for (const [name, args] of [['normalize', [a]], ['join', [a, b, c]], ['isAbsolute', [a]], ['dirname', [a]], ['basename', [a]], ['basename', [a, '.txt']], ['extname', [a]], ['parse', [a]], ['resolve', [a, b]], ['relative', [a, b]]]) {
        // Node's oddities: the extension of `/..`, and suffixes of nothing but separators.
        if ((name === 'parse' && /^([A-Za-z]:)?[\\/]+\.\.[\\/]*$/.test(a)) || (args[1] === '.txt' && /^([A-Za-z]:)?[\\/]+$/.test(a))) continue;
        if (kind === 'win32' && /^[A-Za-z]:(?![\\/])/.test(b) && name === 'resolve') continue;
        if (kind === 'win32' && (name === 'resolve' || name === 'relative')) { if (!/^[A-Za-z]:[\\/]/.test(a)) continue; if (name === 'relative' && !/^[A-Za-z]:[\\/]/.test(b)) continue; }
        const [x, y] = [outcome(() => mine[name](...args)), outcome(() => theirs[name](...args))];
        if (x !== y) (wrong[name] ??= []).push([args.map(v => JSON.stringify(v)).join(), x, y]);
      }
      if (!/[\\/]\.\.[\\/]*$/.test(a)) assert.equal(outcome(() => mine.format(mine.parse(a))), outcome(() => theirs.format(theirs.parse(a))), a);
    }
    for (const name of Object.keys(wrong)) { wrong[name].sort((p, q) => p[0].length - q[0].length); console.log(name, wrong[name].length, wrong[name].slice(0, 6)); }
    assert.deepEqual(Object.keys(wrong), []);
    for (const bad of [undefined, 5, null]) assert.equal(outcome(() => mine.join(bad)), outcome(() => theirs.join(bad)));
  });
}
