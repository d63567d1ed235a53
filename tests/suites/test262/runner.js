// The host of a test, as INTERPRETING.md of test262 asks for one. Scripts are evaluated
// indirectly, in the global scope.
async ({ scripts, isAsync }) => {
  const evaluate = globalThis.eval;
  const { structuredClone } = globalThis;
  const done = isAsync
    ? new Promise((resolve, reject) => {
      globalThis.print = text => {
        if (text === 'Test262:AsyncTestComplete') resolve();
        else if (`${text}`.startsWith('Test262:AsyncTestFailure:')) reject(new Error(text));
      };
    })
    : undefined;
  globalThis.$262 = {
    global: globalThis,
    gc() {},
    evalScript: text => evaluate(text),
    detachArrayBuffer: buffer => {
      structuredClone(buffer, { transfer: [buffer] });
    },
  };
  for (const script of scripts) evaluate(script);
  if (done) await done;
  return 'passed';
};
