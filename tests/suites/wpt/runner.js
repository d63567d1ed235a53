// The host of a file of web platform tests: their harness, as in a shell, and a `fetch`
// that reads files of the suite.
async ({ harness, scripts }) => {
  const evaluate = globalThis.eval;
  globalThis.fetch = async path => {
    const text = await suite.read(path);
    return { json: async () => JSON.parse(text), text: async () => text };
  };
  globalThis.GLOBAL = { isWindow: () => false, isWorker: () => true, isShadowRealm: () => false };
  globalThis.location = new URL('https://web-platform.test:8443/test.any.worker.html');
  evaluate(harness);
  setup({ explicit_done: true });
  const completed = new Promise(resolve => {
    add_completion_callback((tests, status) => {
      resolve({
        harness: status.status === 0 ? null : status.message ?? `status ${status.status}`,
        tests: tests.map(test => [test.name, test.status === 0 ? null : test.message ?? 'did not end']),
      });
    });
  });
  // One text: what strict scripts declare is seen by no other evaluation.
  evaluate(scripts.join('\n;\n'));
  done();
  return completed;
};
