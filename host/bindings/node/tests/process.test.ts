// The life of the process: its start, its end, and who waits for it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

import { CodecellExecutor } from 'codecell';

/** A promise and the way to settle it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>(resolve => (open = resolve));
  return { opened, open };
}

test('a killed process fails what runs, and the next run starts another', async () => {
  await using executor = new CodecellExecutor();
  const { opened, open } = gate();
  const run = executor.execute('await codemode.first(1); return await codemode.hang()', {
    first: (n: number) => n,
    hang: () => (open(), new Promise(() => {})),
  });
  await Promise.race([opened, run.then(outcome => assert.fail(outcome.error))]);
  const before = executor.pid;
  assert.ok(before !== undefined);
  process.kill(before, 'SIGKILL');
  const outcome = await run;
  assert.deepEqual(outcome.failure, { kind: 'crashed', message: 'the executor process ended by SIGKILL' });
  assert.equal(outcome.error, 'the executor process ended by SIGKILL');
  assert.deepEqual(
    outcome.calls.map(({ seq, name, args, outcome }) => [seq, name, args, outcome]),
    [
      [0, 'first', [1], 'returned'],
      [1, 'hang', [], 'cancelled'],
    ],
  );
  assert.equal(executor.pid, undefined);
  assert.equal((await executor.execute('1 + 1')).result, 2);
  assert.notEqual(executor.pid, before);
});

test('a hundred runs at once get their own answers from one process', async () => {
  await using executor = new CodecellExecutor();
  await executor.ping();
  const { pid } = executor;
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  const outcomes = await Promise.all(
    numbers.map(n =>
      executor.execute('const [a, b] = await Promise.all([codemode.get(1), codemode.get(2)]); return [a, b]', {
        get: async (x: number) => {
          await new Promise(resolve => setImmediate(resolve));
          return n * x;
        },
      }),
    ),
  );
  assert.deepEqual(
    outcomes.map(({ result }) => result),
    numbers.map(n => [n, 2 * n]),
  );
  assert.equal(executor.pid, pid);
});

test('a signal stops a run that waits, one that computes, and one that has not begun', async () => {
  await using executor = new CodecellExecutor();
  const waiting = new AbortController();
  const waits = executor.execute(
    'await codemode.hang()',
    { hang: () => (waiting.abort(), new Promise(() => {})) },
    { signal: waiting.signal },
  );
  assert.equal((await waits).failure?.kind, 'cancelled');

  const computing = new AbortController();
  const computes = executor.execute('console.log("begun"); for (;;) {}', [], {
    signal: computing.signal,
    onLog: () => computing.abort(),
  });
  const { failure, logs } = await computes;
  assert.deepEqual([failure?.kind, logs], ['cancelled', ['begun']]);

  const late = await executor.execute('1', [], { signal: AbortSignal.abort() });
  assert.deepEqual(late.failure, { kind: 'cancelled', message: 'the run was cancelled before it began' });
  assert.equal((await executor.execute('1 + 1')).result, 2);
});

test('any signal stops a run: that of the run, of a view, of the executor', async () => {
  await using executor = new CodecellExecutor();
  const code = 'await codemode.hang()';
  for (const place of [0, 1, 2]) {
    const controllers = [new AbortController(), new AbortController()] as const;
    const view = executor.with({ signal: controllers[0].signal }).with({ signal: controllers[1].signal });
    const own = new AbortController();
    const hang = (): Promise<never> => {
      [...controllers, own][place]?.abort();
      return new Promise(() => {});
    };
    assert.equal((await view.execute(code, { hang }, { signal: own.signal })).failure?.kind, 'cancelled');
    assert.equal(view.pid, executor.pid);
  }
});

test('a signal that comes after the end does nothing', async () => {
  await using executor = new CodecellExecutor();
  const controller = new AbortController();
  assert.equal((await executor.execute('1', [], { signal: controller.signal })).result, 1);
  controller.abort();
  assert.equal((await executor.execute('2')).result, 2);
});

test('closing cancels what runs, ends the process, and is final', async () => {
  const executor = new CodecellExecutor();
  const { opened, open } = gate();
  const run = executor.execute('await codemode.hang()', { hang: () => (open(), new Promise(() => {})) });
  await Promise.race([opened, run.then(outcome => assert.fail(outcome.error))]);
  const { pid } = executor;
  await Promise.all([executor.close(), executor.close()]);
  assert.equal((await run).failure?.kind, 'cancelled');
  assert.throws(() => process.kill(pid ?? 0, 0), { code: 'ESRCH' });
  assert.deepEqual((await executor.execute('1')).failure, { kind: 'host', message: 'the executor was closed' });
  await assert.rejects(executor.ping(), { name: 'CodecellError', code: 'closed' });
});

test('an executor that was never used closes', async () => {
  await new CodecellExecutor().close();
});

test('a binary that is missing is told with what to do', async () => {
  await using executor = new CodecellExecutor({ binary: '/nowhere/codecell' });
  const message =
    'cannot start "/nowhere/codecell" (ENOENT): install it with `cargo install --path host/cli` in a checkout of ' +
    'Codecell, or name it with the option `binary` or the variable CODECELL_BIN';
  assert.deepEqual((await executor.execute('1')).failure, { kind: 'host', message });
  await assert.rejects(executor.ping(), { name: 'CodecellError', code: 'not_started', message });
});

test('a binary that is something else is told', async () => {
  await using echo = new CodecellExecutor({ binary: 'echo' });
  await assert.rejects(echo.ping(), {
    code: 'not_started',
    message: '"echo" does not speak the protocol of `codecell executor`: executor --stdio',
  });
  await using ends = new CodecellExecutor({ binary: 'false' });
  assert.deepEqual((await ends.execute('1')).failure, {
    kind: 'crashed',
    message: 'the executor process ended with code 1',
  });
});

test('a value over the length of a line fails the call, not the process', async () => {
  await using executor = new CodecellExecutor();
  const outcome = await executor.execute('return await codemode.get().catch(error => error.message)', {
    get: () => 'x'.repeat(64 * 1024 * 1024),
  });
  assert.match(String(outcome.result), /^the result has \d+ bytes; less than 67108864 can be sent$/);
  const { pid } = executor;
  const long = await executor.execute('return await codemode.fail().catch(error => error.message)', {
    fail: () => Promise.reject(new Error('x'.repeat(64 * 1024 * 1024))),
  });
  assert.match(String(long.result), /^the error has \d+ bytes; less than 67108864 can be sent$/);
  const source = await executor.execute('x'.repeat(64 * 1024 * 1024));
  assert.match(source.failure?.message ?? '', /^the request has \d+ bytes; less than 67108864 can be sent$/);
  assert.equal(executor.pid, pid);
});

/** What a program of Node's prints, run by itself. */
async function printed(body: string): Promise<unknown> {
  const script = `import { CodecellExecutor } from 'codecell';\nconst executor = new CodecellExecutor();\n${body}`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  return JSON.parse(stdout);
}

/** Whether the process has ended, reaped or not. */
function hasEnded(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

test('an idle process does not keep Node, and ends with it', { timeout: 120_000 }, async () => {
  const [result, pid] = (await printed(`
    const { result } = await executor.execute('return await codemode.get()', { get: async () => 7 });
    console.log(JSON.stringify([result, executor.pid]));`)) as [number, number];
  assert.equal(result, 7);
  while (!hasEnded(pid)) await setTimeout(20);
});

test('a process that runs keeps Node until the answer', async () => {
  const result = await printed(`
    const run = executor.execute('await new Promise(done => setTimeout(done, 200)); return 7');
    run.then(({ result }) => console.log(JSON.stringify(result)));`);
  assert.equal(result, 7);
});

test('an exception of onLog is the caller’s own, and the run goes on', async () => {
  const told = await printed(`
    const told = [];
    process.on('uncaughtException', ({ message }) => told.push(message));
    const onLog = () => { throw new Error('of the callback'); };
    told.push((await executor.execute('console.log("a"); return 1', [], { onLog })).result);
    console.log(JSON.stringify(told));`);
  assert.deepEqual(told, ['of the callback', 1]);
});
