// `node:assert`, plain and strict.
(env => {
  'use strict';
  const { deepEqual, define, inherits, inspect, isObject, join, list, native, nodeError, p, push, then, typeError } = env;
  const { Error: ErrorOf, MathMax, ObjectIs, ObjectKeys, PromiseReject, PromiseResolve, ReflectApply, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice } = p;

  const show = value => inspect(value, {
    __proto__: null, compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false, sorted: true, getters: true,
  });
  const linesOf = text => {
    const lines = list();
    for (let from = 0; from <= text.length;) {
      let to = StringPrototypeIndexOf(text, '\n', from);
      if (to < 0) to = text.length;
      push(lines, StringPrototypeSlice(text, from, to));
      from = to + 1;
    }
    return lines;
  };

  // The lines of both, marked where they differ. What is too long is not compared.
  const difference = (actual, expected) => {
    const a = linesOf(show(actual));
    const b = linesOf(show(expected));
    const out = list();
    let start = 0;
    let endA = a.length;
    let endB = b.length;
    while (start < endA && start < endB && a[start] === b[start]) start += 1;
    while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) { endA -= 1; endB -= 1; }
    for (let i = MathMax(0, start - 3); i < start; i += 1) push(out, `  ${a[i]}`);
    const n = endA - start;
    const m = endB - start;
    if (n * m > 250000) {
      for (let i = start; i < endA; i += 1) push(out, `+ ${a[i]}`);
      for (let i = start; i < endB; i += 1) push(out, `- ${b[i]}`);
    } else {
      // The longest common lines, counted from the end.
      const table = new p.Uint16Array((n + 1) * (m + 1));
      const at = (i, k) => i * (m + 1) + k;
      for (let i = n - 1; i >= 0; i -= 1) {
        for (let k = m - 1; k >= 0; k -= 1) {
          table[at(i, k)] = a[start + i] === b[start + k] ? table[at(i + 1, k + 1)] + 1 : MathMax(table[at(i + 1, k)], table[at(i, k + 1)]);
        }
      }
      for (let i = 0, k = 0; i < n || k < m;) {
        if (i < n && k < m && a[start + i] === b[start + k]) { push(out, `  ${a[start + i]}`); i += 1; k += 1; }
        else if (k >= m || (i < n && table[at(i + 1, k)] >= table[at(i, k + 1)])) { push(out, `+ ${a[start + i]}`); i += 1; }
        else { push(out, `- ${b[start + k]}`); k += 1; }
      }
    }
    for (let i = endA; i < endA + 3 && i < a.length; i += 1) push(out, `  ${a[i]}`);
    return join(out, '\n');
  };

  const heads = {
    __proto__: null,
    deepStrictEqual: 'Expected values to be strictly deep-equal:', strictEqual: 'Expected values to be strictly equal:', deepEqual: 'Expected values to be loosely deep-equal:',
    notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:', notStrictEqual: 'Expected "actual" to be strictly unequal to:', notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
    notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":', strictEqualObject: 'Expected "actual" to be reference-equal to "expected":', notIdentical: 'Values identical but not reference-equal:',
  };
  const messageOf = (operator, actual, expected) => {
    if (operator === '==' || operator === '!=') return `${inspect(actual)} ${operator} ${inspect(expected)}`;
    const simple = value => !isObject(value) || typeof value === 'function';
    if (operator === 'strictEqual' || operator === 'deepStrictEqual') {
      const a = show(actual);
      const b = show(expected);
      if (a === b && operator === 'strictEqual') return `${heads.notIdentical}\n\n${a}\n`;
      const short = a.length + b.length <= 12 * 6 + 8 && StringPrototypeIndexOf(a, '\n') < 0 && StringPrototypeIndexOf(b, '\n') < 0;
      if (short && simple(actual) && simple(expected) && (actual !== 0 || expected !== 0)) return `${heads[operator]}\n\n${a} !== ${b}\n`;
      const head = operator === 'strictEqual' && !simple(actual) && !simple(expected) ? heads.strictEqualObject : heads[operator];
      return `${head}\n+ actual - expected\n\n${difference(actual, expected)}`;
    }
    if (operator === 'notStrictEqual' || operator === 'notDeepStrictEqual') {
      const text = show(actual);
      const head = operator === 'notStrictEqual' && isObject(actual) ? heads.notStrictEqualObject : heads[operator];
      return `${head}${StringPrototypeIndexOf(text, '\n') < 0 ? ` ${text}` : `\n\n${text}\n`}`;
    }
    if (operator === 'deepEqual') return `${heads.deepEqual}\n\n${show(actual)}\n\nshould loosely deep-equal\n\n${show(expected)}`;
    if (operator === 'notDeepEqual') return `${heads.notDeepEqual}\n\n${show(actual)}\n\nshould not loosely deep-equal\n\n${show(expected)}`;
    return 'Failed';
  };

  class AssertionError extends ErrorOf {
    constructor(options) {
      if (!isObject(options)) throw typeError('options', 'of type object', options);
      const { message, operator, actual, expected } = options;
      super(message === undefined || message === null ? messageOf(operator, actual, expected) : `${message}`);
      this.generatedMessage = !message;
      define(this, 'name', 'AssertionError');
      this.code = 'ERR_ASSERTION';
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
    }
    toString() { return `${this.name} [${this.code}]: ${this.message}`; }
  }

  const isError = value => isObject(value) && (native.classOf(value) === 'Error' || inherits(value, p.ErrorPrototype));
  const failWith = (details, message) => {
    if (isError(message)) throw message;
    const error = new AssertionError({ __proto__: null, ...details, message });
    error.generatedMessage = message === undefined;
    throw error;
  };
  const assertOk = (count, value, message) => {
    if (value) return;
    let text = message;
    if (count === 0) text = 'No value argument passed to `assert.ok()`';
    else if (message === undefined) text = `The expression evaluated to a falsy value: ${inspect(value)}`;
    if (isError(text)) throw text;
    const error = new AssertionError({ __proto__: null, message: text, actual: value, expected: true, operator: '==' });
    error.generatedMessage = message === undefined;
    throw error;
  };

  const need = count => { if (count < 2) throw nodeError(p.TypeError, 'ERR_MISSING_ARGS', 'The "actual" and "expected" arguments must be specified'); };
  const comparison = (name, test, operator = name) => ({ [name](actual, expected, message) {
    need(arguments.length);
    if (!test(actual, expected)) failWith({ __proto__: null, actual, expected, operator }, message);
  } }[name]);
  // As `==`, but NaN equals itself.
  const loose = (a, b) => a == b || (a !== a && b !== b);

  // Whether an error is what was expected of it; throws where it is not.
  const checkError = (error, expected, message, operator) => {
    if (expected === undefined) return;
    if (typeof expected === 'function') {
      if (expected.prototype !== undefined && isObject(expected.prototype) && inherits(Object(error), expected.prototype)) return;
      if (inherits(expected, ErrorOf) || expected === ErrorOf) {
        if (message !== undefined) failWith({ __proto__: null, actual: error, expected, operator }, message);
        const name = env.find(Object(error), 'constructor');
        failWith({ __proto__: null, actual: error, expected, operator },
          `The error is expected to be an instance of "${env.find(expected, 'name')}". Received ${isError(error) ? `"${env.find(Object(name), 'name')}"` : `"${inspect(error, { depth: -1 })}"`}${isError(error) ? `\n\nError message:\n\n${error.message}` : ''}`);
      }
      const result = ReflectApply(expected, {}, one(error));
      if (result === true) return;
      failWith({ __proto__: null, actual: error, expected, operator }, message ?? `The ${env.find(expected, 'name') ? `"${env.find(expected, 'name')}" ` : ''}validation function is expected to return "true". Received ${inspect(result)}\n\nCaught error:\n\n${inspect(error)}`);
    }
    if (native.classOf(expected) === 'RegExp') {
      const text = p.String(error);
      if (RegExpPrototypeExec(expected, text) !== null) return;
      failWith({ __proto__: null, actual: error, expected, operator }, message ?? `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`);
    }
    if (!isObject(error)) {
      const wrong = new AssertionError({ __proto__: null, actual: error, expected, message: message ?? messageOf('deepStrictEqual', error, expected), operator: 'deepStrictEqual' });
      wrong.operator = operator;
      throw wrong;
    }
    const keys = list();
    const own = ObjectKeys(expected);
    for (let i = 0; i < own.length; i += 1) push(keys, own[i]);
    if (isError(expected)) { push(keys, 'name'); push(keys, 'message'); }
    if (keys.length === 0) throw nodeError(p.TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'error' may not be an empty object. Received {}`);
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i];
      if (typeof error[key] === 'string' && isObject(expected[key]) && native.classOf(expected[key]) === 'RegExp' && RegExpPrototypeExec(expected[key], error[key]) !== null) continue;
      if (key in error && deepEqual(error[key], expected[key], true)) continue;
      if (message !== undefined) failWith({ __proto__: null, actual: error, expected, operator }, message);
      const pick = from => { const made = {}; for (let k = 0; k < keys.length; k += 1) if (keys[k] in from) made[keys[k]] = from[keys[k]]; return made; };
      const wrong = new AssertionError({ __proto__: null, actual: pick(error), expected: pick(expected), operator: 'deepStrictEqual' });
      wrong.actual = error;
      wrong.expected = expected;
      wrong.operator = operator;
      throw wrong;
    }
  };
  const one = item => { const items = list(); push(items, item); return items; };

  const missing = (expected, message, operator, what) => {
    let text = message;
    let wanted = expected;
    if (typeof expected === 'string') { text = expected; wanted = undefined; }
    const name = typeof wanted === 'function' ? env.find(wanted, 'name') : '';
    failWith({ __proto__: null, actual: undefined, expected: wanted, operator }, isError(text) ? text : `Missing expected ${what}${name ? ` (${name}).` : text === undefined ? '.' : ''}${text !== undefined ? `: ${text}` : ''}`);
  };
  const unwanted = (error, expected, message, operator, what) => {
    const matches = expected === undefined || typeof expected === 'string'
      || (typeof expected === 'function' ? isObject(expected.prototype) && inherits(Object(error), expected.prototype) : RegExpPrototypeExec(expected, p.String(error)) !== null);
    if (!matches) throw error;
    const text = typeof expected === 'string' ? expected : message;
    failWith({ __proto__: null, actual: error, expected: typeof expected === 'string' ? undefined : expected, operator }, `Got unwanted ${what}${text ? `: ${text}` : '.'}\nActual message: "${error?.message}"`);
  };
  const validate = (expected, given) => {
    if (given > 1 && expected !== undefined && typeof expected !== 'function' && typeof expected !== 'string' && !isObject(expected)) throw typeError('expected', 'of type function or an instance of Error, RegExp, or Object', expected);
  };
  const promiseOf = value => {
    if (typeof value === 'function') {
      const made = value();
      if (!isObject(made) || typeof made.then !== 'function') throw nodeError(p.TypeError, 'ERR_INVALID_RETURN_VALUE', `Expected instance of Promise to be returned from the "promiseFn" function but got ${env.received(made)}.`);
      return made;
    }
    if (!isObject(value) || typeof value.then !== 'function') throw typeError('promiseFn', 'of type function or an instance of Promise', value);
    return value;
  };

  const functions = {
    fail(message) { failWith({ __proto__: null, operator: 'fail' }, message ?? 'Failed'); },
    equal: comparison('equal', loose, '=='),
    notEqual: comparison('notEqual', (a, b) => !loose(a, b), '!='),
    deepEqual: comparison('deepEqual', (a, b) => deepEqual(a, b, false)),
    notDeepEqual: comparison('notDeepEqual', (a, b) => !deepEqual(a, b, false)),
    deepStrictEqual: comparison('deepStrictEqual', (a, b) => deepEqual(a, b, true)),
    notDeepStrictEqual: comparison('notDeepStrictEqual', (a, b) => !deepEqual(a, b, true)),
    strictEqual: comparison('strictEqual', ObjectIs),
    notStrictEqual: comparison('notStrictEqual', (a, b) => !ObjectIs(a, b)),
    throws(task, expected, message) {
      if (typeof task !== 'function') throw typeError('fn', 'of type function', task);
      validate(expected, arguments.length);
      let thrown;
      try { task(); } catch (error) { thrown = { __proto__: null, error }; }
      if (thrown === undefined) missing(expected, message, 'throws', 'exception');
      else if (typeof expected !== 'string') checkError(thrown.error, expected, message, 'throws');
    },
    doesNotThrow(task, expected, message) {
      if (typeof task !== 'function') throw typeError('fn', 'of type function', task);
      let thrown;
      try { task(); } catch (error) { thrown = { __proto__: null, error }; }
      if (thrown !== undefined) unwanted(thrown.error, expected, message, 'doesNotThrow', 'exception');
    },
    rejects(task, expected, message) {
      let promise;
      try { validate(expected, arguments.length); promise = promiseOf(task); } catch (error) { return PromiseReject(error); }
      return then(PromiseResolve(promise), () => missing(expected, message, 'rejects', 'rejection'), error => { if (typeof expected !== 'string') checkError(error, expected, message, 'rejects'); });
    },
    doesNotReject(task, expected, message) {
      let promise;
      try { promise = promiseOf(task); } catch (error) { return PromiseReject(error); }
      return then(PromiseResolve(promise), () => undefined, error => unwanted(error, expected, message, 'doesNotReject', 'rejection'));
    },
    ifError(value) {
      if (value === null || value === undefined) return;
      const text = isError(value) ? value.message : inspect(value);
      failWith({ __proto__: null, actual: value, expected: null, operator: 'ifError' }, `ifError got unwanted exception: ${text}`);
    },
    match(text, pattern, message) {
      if (!isObject(pattern) || native.classOf(pattern) !== 'RegExp') throw typeError('regexp', 'an instance of RegExp', pattern);
      if (typeof text === 'string' && RegExpPrototypeExec(pattern, text) !== null) return;
      failWith({ __proto__: null, actual: text, expected: pattern, operator: 'match' }, message ?? (typeof text === 'string'
        ? `The input did not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`
        : `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`));
    },
    doesNotMatch(text, pattern, message) {
      if (!isObject(pattern) || native.classOf(pattern) !== 'RegExp') throw typeError('regexp', 'an instance of RegExp', pattern);
      if (typeof text === 'string' && RegExpPrototypeExec(pattern, text) === null) return;
      failWith({ __proto__: null, actual: text, expected: pattern, operator: 'doesNotMatch' }, message ?? (typeof text === 'string'
        ? `The input was expected to not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`
        : `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`));
    },
  };

  function assert(value, message) { assertOk(arguments.length, value, message); }
  function strict(value, message) { assertOk(arguments.length, value, message); }
  for (const target of [assert, strict]) {
    target.ok = { ok(value, message) { assertOk(arguments.length, value, message); } }.ok;
    for (const key of ObjectKeys(functions)) target[key] = functions[key];
    target.AssertionError = AssertionError;
    target.strict = strict;
  }
  strict.equal = functions.strictEqual;
  strict.notEqual = functions.notStrictEqual;
  strict.deepEqual = functions.deepStrictEqual;
  strict.notDeepEqual = functions.notDeepStrictEqual;
  env.modules.assert = assert;
  env.modules['assert/strict'] = strict;
})
