// The durable runtime of @cloudflare/codemode on this executor, its records in a SQLite of ours.

import 'codecell/cloudflare';

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import initSqlJs, { type SqlValue } from 'sql.js';

import { CodecellExecutor } from 'codecell';

const { CodemodeConnector, CodemodeRuntime, createCodemodeRuntime } = await import('@cloudflare/codemode');
const { Database } = await initSqlJs();

const executor = new CodecellExecutor();
after(() => executor.close());

/** The parts of a Durable Object's state that the runtime asks for. */
function state(): unknown {
  const database = new Database();
  const exec = (sql: string, ...values: SqlValue[]): { toArray(): object[] } => {
    // Without values there may be several statements.
    if (values.length === 0 && sql.includes(';')) database.run(sql);
    const rows: object[] = [];
    const statement = database.prepare(sql, values);
    while (statement.step()) rows.push(statement.getAsObject());
    statement.free();
    return { toArray: () => rows };
  };
  const facets = new Map<string, unknown>();
  const get = (name: string, make: () => { class: new (ctx: unknown, env: unknown) => unknown }): unknown => {
    if (!facets.has(name)) facets.set(name, new (make().class)({ storage: { sql: { exec } } }, {}));
    return facets.get(name);
  };
  return { exports: { CodemodeRuntime }, facets: { get } };
}

class Shop extends CodemodeConnector<object> {
  readonly done: string[] = [];

  override name(): string {
    return 'shop';
  }

  protected override tools() {
    return {
      find: { description: 'Finds an article', execute: async () => (this.done.push('find'), { id: 7 }) },
      order: {
        description: 'Orders an article',
        requiresApproval: true,
        execute: async (args: unknown) => (this.done.push('order'), { ordered: args }),
        revert: async () => void this.done.push('revert'),
      },
    };
  }
}

const CODE = `async () => {
  const { id } = await shop.find({});
  const chance = await codemode.step("chance", async () => 5);
  const { ordered } = await shop.order({ id, chance });
  return ordered;
}`;

function opened(): { shop: Shop; runtime: ReturnType<typeof createCodemodeRuntime> } {
  const shop = new Shop(undefined as never, {});
  const runtime = createCodemodeRuntime({ ctx: state() as never, executor, connectors: [shop] });
  return { shop, runtime };
}

test('a run pauses for an approval, resumes from its record, and is rolled back', async () => {
  const { shop, runtime } = opened();

  const paused = await runtime.execute({ code: CODE });
  assert.equal(paused.status, 'paused');
  const { executionId } = paused;
  const pending = await runtime.pending();
  assert.deepEqual(
    pending.map(({ seq, connector, method, args }) => ({ seq, connector, method, args })),
    [{ seq: 2, connector: 'shop', method: 'order', args: { id: 7, chance: 5 } }],
  );
  assert.deepEqual(shop.done, ['find']);

  const completed = await runtime.approve({ executionId });
  assert.equal(completed.status, 'completed');
  assert.deepEqual('result' in completed && completed.result, { id: 7, chance: 5 });
  assert.deepEqual(shop.done, ['find', 'order']);

  await runtime.rollback({ executionId });
  assert.deepEqual(shop.done, ['find', 'order', 'revert']);
});

test('a rejected run does nothing more', async () => {
  const { shop, runtime } = opened();
  const { executionId } = await runtime.execute({ code: CODE });
  assert.equal(await runtime.reject({ executionId, seq: 2 }), true);
  assert.deepEqual((await runtime.approve({ executionId })).status, 'error');
  assert.deepEqual(shop.done, ['find']);
});

test('programs discover connectors, and run what was saved of earlier ones', async () => {
  const { runtime } = opened();
  const code = 'async (input) => ({ ...(await shop.find({})), input })';
  const first = await runtime.execute({ code });
  await runtime.saveSnippet('find-it', { executionId: first.executionId, description: 'Finds it' });

  const outcome = await runtime.execute({
    code: `async () => {
      const { results } = await codemode.search("find");
      const { description } = await codemode.describe(results[0].path);
      return [results.map(it => it.path), description, await codemode.run("find-it", 3)];
    }`,
  });
  const found = ['shop.find', 'find-it'];
  assert.deepEqual('result' in outcome && outcome.result, [found, 'Finds an article', { id: 7, input: 3 }]);
});
