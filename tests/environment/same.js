'use strict';
const assert = require('node:assert');
const util = require('node:util');
const { load } = require('./load.js');

// Runs a program in both worlds and compares what it returns, or how it fails.
async function same(source, { overrides, setup = '' } = {}) {
  const outcome = async run => {
    try {
      return { value: await run() };
    } catch (error) {
      return { name: error?.name, message: error?.message, code: error?.code };
    }
  };
  const { env, run } = load(overrides);
  // Node's own timers of signals do not keep the process alive.
  const alive = setInterval(() => {}, 1000);
  const mine = await outcome(() => run(`(async () => { ${setup}; ${source} })()`));
  const theirs = await outcome(() => (0, eval)(`(async () => { ${setup}; ${source} })()`));
  clearInterval(alive);
  assert.equal(env.inspect(mine, { depth: 9 }), util.inspect(theirs, { depth: 9 }), source);
}

module.exports = { same };
