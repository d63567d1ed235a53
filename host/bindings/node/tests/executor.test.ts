// What a run is given and what comes of it, with the real binary (CODECELL_BIN).

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { CodecellExecutor, type LogLine, type Outcome } from 'codecell';

const executor = new CodecellExecutor();
after(() => executor.close());

/** What is the same in every run. */
function told({ result, error, logs }: Outcome): object {
  return error === undefined ? { result, logs } : { error, logs };
}

test('a program calls functions of several namespaces with all their arguments', async () => {
  const outcome = await executor.execute(
    'const sum: number = await math.add(2, 3);\nconsole.log("sum", { sum });\nreturn await text.join("-", sum, "b")',
    [
      { name: 'math', fns: { add: async (a: number, b: number) => a + b } },
      { name: 'text', fns: { join: (separator: string, ...rest: unknown[]) => rest.join(separator) } },
    ],
  );
  assert.deepEqual(told(outcome), { result: '5-b', logs: ['sum { sum: 5 }'] });
  assert.deepEqual(
    outcome.calls.map(({ seq, namespace, name, args, outcome }) => ({ seq, namespace, name, args, outcome })),
    [
      { seq: 0, namespace: 'math', name: 'add', args: [2, 3], outcome: 'returned' },
      { seq: 1, namespace: 'text', name: 'join', args: ['-', 5, 'b'], outcome: 'returned' },
    ],
  );
  assert.deepEqual(Object.keys(outcome.cost).sort(), ['guestMs', 'peakMemoryBytes', 'wallMs']);
});

test('a bare record of functions is the namespace codemode, under sanitized names', async () => {
  const outcome = await executor.execute('return await codemode.get_item()', { 'get-item': async () => 'it' });
  assert.deepEqual(told(outcome), { result: 'it', logs: [] });
});

test('what a function returns crosses as JSON.stringify has it', async () => {
  const values = {
    nothing: undefined,
    date: new Date(0),
    list: [undefined, () => 1, NaN],
    map: new Map([[1, 2]]),
    boxed: Object(7) as unknown,
    own: { toJSON: (key: string) => ({ key }) },
    ['__proto__']: { a: 1 },
    skipped: Symbol('s'),
  };
  const outcome = await executor.execute('return await codemode.get()', { get: () => values });
  assert.equal(JSON.stringify(outcome.result), JSON.stringify(values));
  const empty = await executor.execute('return await codemode.get()', { get: () => undefined });
  assert.deepEqual(told(empty), { result: null, logs: [] });
});

test('halves of surrogate pairs become U+FFFD, and other text stays as it is', async () => {
  const fns = { get: (text: string) => ({ [text]: text + '\\ud800 \\\\ud800 \ud83d\ude00 \udc00' }) };
  const outcome = await executor.execute('return await codemode.get("\ud800")', [{ name: 'codemode', fns }]);
  assert.deepEqual(outcome.result, { '\ufffd': '\ufffd\\ud800 \\\\ud800 \u{1f600} \ufffd' });
});

test('bytes cross both ways, and data that looks like bytes stays data', async () => {
  const received: unknown[] = [];
  const looks = [{ $bytes: 'AA==' }, { $$bytes: 1 }, { $arrayBuffer: 'x', skipped: undefined }, { $bytes: '', b: 1 }];
  const outcome = await executor.execute(
    `const bytes = await codemode.swap(new Uint8Array([0, 255]), new Uint8Array([1]).buffer, { $bytes: 'AA==' });
     return { bytes, kinds: bytes.map(it => it.constructor.name) }`,
    {
      swap: (...args: unknown[]) => {
        received.push(...args);
        return [Buffer.from('hi'), new Uint8Array([3, 4]).buffer, new DataView(new ArrayBuffer(1)), ...looks];
      },
    },
  );
  assert.deepEqual(received, [new Uint8Array([0, 255]), new Uint8Array([1]).buffer, { $bytes: 'AA==' }]);
  assert.deepEqual(outcome.result, {
    bytes: [
      new Uint8Array(Buffer.from('hi')),
      new Uint8Array([3, 4]).buffer,
      new Uint8Array([0]),
      { $bytes: 'AA==' },
      { $$bytes: 1 },
      { $arrayBuffer: 'x' },
      { $bytes: '', b: 1 },
    ],
    kinds: ['Uint8Array', 'ArrayBuffer', 'Uint8Array', 'Object', 'Object', 'Object', 'Object'],
  });
});

test('errors of functions reach the program with their data', async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const outcome = await executor.execute(
    `const caught = [];
     for (const name of ['plain', 'data', 'text', 'big', 'circle', 'badData', 'bare']) {
       await codemode[name]().catch(error => caught.push([error.message, error.data ?? null]));
     }
     return caught`,
    {
      plain: () => Promise.reject(new Error('no')),
      data: () => Promise.reject(Object.assign(new Error('busy'), { data: { retry: 5 } })),
      text: () => Promise.reject('only text'),
      big: () => ({ amount: 1n }),
      circle: () => circle,
      badData: () => Promise.reject(Object.assign(new Error('odd'), { data: 1n })),
      bare: () => Promise.reject(Object.create(null)),
    },
  );
  assert.deepEqual(outcome.result, [
    ['no', null],
    ['busy', { retry: 5 }],
    ['only text', null],
    ['a BigInt cannot be sent; make it a string or a number', null],
    ['a value that contains itself cannot be sent', null],
    ['odd', null],
    ['what was thrown has no text', null],
  ]);
});

test('values cross up to the nesting of a message, and what is deeper is refused alone', async () => {
  await executor.ping();
  const { pid } = executor;
  const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)]);
  const tooDeep = 'a value nested too deep cannot be sent; a message has at most 127 levels';
  const outcome = await executor.execute(
    `return [
       JSON.stringify(await codemode.get(126)).length,
       await codemode.get(127).catch(error => error.message),
       await codemode.fail(125).catch(error => [error.message, JSON.stringify(error.data).length]),
       await codemode.fail(126).catch(error => [error.message, error.data ?? null]),
     ]`,
    { get: nested, fail: (levels: number) => Promise.reject(Object.assign(new Error('no'), { data: nested(levels) })) },
  );
  assert.deepEqual(outcome.result, [253, tooDeep, ['no', 251], ['no', null]]);
  const inputs = [nested(125), nested(126)].map(input => executor.execute('return 1', [], { input }));
  const [good, bad] = await Promise.all(inputs);
  assert.deepEqual([good?.result, bad?.failure], [1, { kind: 'host', message: tooDeep }]);
  // A program's own values may be deeper.
  const deepest = 'let it = new Uint8Array(1); for (let i = 1; i < 500; i++) it = [it]; return it';
  let { result } = await executor.execute(deepest);
  for (let i = 1; i < 500; i += 1) [result] = result as [unknown];
  assert.deepEqual(result, new Uint8Array(1));
  assert.equal(executor.pid, pid);
});

test('a failure has its parts, and one text for a model', async () => {
  const outcome = await executor.execute('console.error("near");\nthrow new RangeError("too far")');
  assert.deepEqual(told(outcome), {
    error: [
      'too far',
      '',
      '  1 | console.error("near");',
      '> 2 | throw new RangeError("too far")',
      '    |       ^',
    ].join('\n'),
    logs: ['[error] near'],
  });
  const { kind, message, name, line, column } = outcome.failure ?? {};
  assert.deepEqual(
    { kind, message, name, line, column },
    { kind: 'exception', message: 'too far', name: 'RangeError', line: 2, column: 7 },
  );
});

test('what is sure to fail is told before anything runs', async () => {
  const outcome = await executor.execute('return await codemode.serch()', { search: () => assert.fail('was called') });
  assert.equal(outcome.failure?.kind, 'diagnostic');
  assert.deepEqual(outcome.failure?.findings?.map(it => it.check), ['unknown_tool']);
  assert.deepEqual(outcome.calls, []);
});

test('arguments are checked against schemas', async () => {
  const provider = {
    name: 'shop',
    fns: { order: ({ count }: { count: number }) => count },
    tools: {
      order: { description: 'Orders', inputSchema: { type: 'object', properties: { count: { type: 'integer' } } } },
    },
  };
  const code = 'const count = input; return await shop.order({ count })';
  const good = await executor.execute(code, [provider], { input: 2 });
  assert.equal(good.result, 2);
  const bad = await executor.execute(code, [provider], { input: 'two' });
  assert.deepEqual([bad.failure?.kind, bad.calls.length], ['tool', 1]);
});

test('console lines are told as they are written, before the run ends', async () => {
  const lines: LogLine[] = [];
  const atCall: number[] = [];
  const outcome = await executor.execute(
    'console.log("one"); await codemode.pause(); console.warn("two")',
    { pause: () => void atCall.push(lines.length) },
    { onLog: line => void lines.push(line) },
  );
  const expected: LogLine[] = [
    { level: 'log', text: 'one' },
    { level: 'warn', text: 'two' },
  ];
  assert.deepEqual([lines, outcome.console, atCall], [expected, expected, [1]]);
});

test('seed, clock, input and modules make runs repeatable', async () => {
  const options = { seed: 7, now: new Date(1000), input: { n: 2 }, modules: { twice: 'export default n => n * 2' } };
  const code = `import twice from 'twice';
    export default async ({ n }) => [twice(n), Date.now() - 1000 < 3_600_000, Math.random()]`;
  const [first, second] = [await executor.execute(code, [], options), await executor.execute(code, [], options)];
  assert.equal(first.error, undefined);
  assert.deepEqual(first.result, second.result);
  assert.deepEqual((first.result as unknown[]).slice(0, 2), [4, true]);
});

test('limits end a run, those of the run before those of the executor', async () => {
  const loop = 'for (;;) {}';
  const slow = executor.with({ limits: { guestTimeMs: 50, maxCalls: 1 } });
  assert.equal((await slow.execute(loop)).failure?.kind, 'timeout');
  const fueled = await slow.execute(loop, [], { limits: { fuel: 100_000, guestTimeMs: 60_000 } });
  assert.equal(fueled.failure?.kind, 'fuel');
  const limits = { guestTimeMs: 60_000 };
  const calls = await slow.execute('await codemode.a(); await codemode.a()', { a: () => 1 }, { limits });
  assert.equal(calls.failure?.kind, 'call_limit');
});

test('what a caller does wrong is an outcome of kind host', async () => {
  const clash = await executor.execute('1', { 'a-b': () => 1, a_b: () => 2 });
  const message = 'Tool names "a-b" and "a_b" both sanitize to "a_b" in provider "codemode"';
  assert.deepEqual(clash.failure, { kind: 'host', message });
  const misspelt = await executor.execute('1', [], { limits: { timeoutMS: 5 } as object });
  assert.match(misspelt.failure?.message ?? '', /^Invalid params: `timeoutMS` is not among the members of `limits`/);
  const big = await executor.execute('1', [], { input: 1n });
  assert.deepEqual(big.failure, { kind: 'host', message: 'a BigInt cannot be sent; make it a string or a number' });
});

test('a connector answers to any method, with the first argument', async () => {
  const calls: unknown[] = [];
  const binding = {
    callTool: async (method: string, args: unknown) => {
      calls.push([method, args]);
      if (method === 'deny') return { __codemode_control__: 'error', message: 'denied' };
      if (method === 'hold') return { __codemode_control__: 'pause' };
      return { method };
    },
  };
  const outcome = await executor.execute(
    `const listed = await hub.list_items({ page: 1 }, 'dropped');
     const caught = [];
     for (const name of ['deny', 'hold']) await hub[name]().catch(error => caught.push(error.message));
     return { listed, caught, itself: (await hub) === hub, kind: typeof hub.anything, then: typeof hub.then }`,
    [],
    { connectors: [{ name: 'hub', binding }] },
  );
  assert.deepEqual(outcome.result, {
    listed: { method: 'list_items' },
    caught: ['denied', '__CODEMODE_PAUSE__'],
    itself: true,
    kind: 'function',
    then: 'undefined',
  });
  assert.deepEqual(calls, [['list_items', { page: 1 }], ['deny', undefined], ['hold', undefined]]);
  assert.deepEqual(
    outcome.calls.map(({ namespace, name, args }) => [namespace, name, args]),
    [
      ['hub', 'list_items', [{ page: 1 }]],
      ['hub', 'deny', []],
      ['hub', 'hold', []],
    ],
  );
  assert.deepEqual(outcome.warnings, []);
});

test('normalize, types, sanitize and ping', async () => {
  await executor.ping();
  assert.equal(await executor.normalize('```ts\n1 as number\n```'), 'async () => {\nreturn (1)\n}');
  assert.equal(await executor.sanitize('get-item'), 'get_item');
  const types = await executor.types([{ name: 'a', tools: [] }, { tools: [] }]);
  assert.equal(types, 'declare const a: {}\n\ndeclare const codemode: {}');
  await assert.rejects(executor.types([{ tools: [{}] }] as never), {
    name: 'CodecellError',
    code: 'refused',
    message: 'Invalid params: `name` must be a string',
  });
});
