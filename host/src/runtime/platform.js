// What a program finds on `codemode` beside `search` and `describe`.
//
// `__codemode` is the way to the host; it is captured here and taken away before the
// program runs.
(() => {
  const { stepBegin, stepEnd, load } = globalThis.__codemode;
  delete globalThis.__codemode;
  const evaluate = globalThis.eval;
  const stringify = JSON.stringify;
  const MAX_STEP_RESULT = 100000;

  // What a step gave, for whoever reads the record; nothing depends on it.
  const written = value => {
    try {
      const text = stringify(value);
      return text === undefined || text.length > MAX_STEP_RESULT ? [] : [value];
    } catch {
      return [];
    }
  };

  codemode.step = async function step(name, fn) {
    if (typeof fn !== 'function') throw new TypeError('codemode.step(name, fn): fn is not a function');
    const number = await stepBegin(`${name}`);
    try {
      const value = await fn();
      await stepEnd(number, true, ...written(value));
      return value;
    } catch (error) {
      await stepEnd(number, false, `${error?.message ?? error}`);
      throw error;
    }
  };

  codemode.run = async function run(name, input) {
    const snippet = await load(`${name}`, input);
    if (snippet.error !== undefined) return { error: snippet.error };
    return await evaluate(snippet.source)(input);
  };
})()
