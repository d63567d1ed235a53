// The published @cloudflare/codemode on this executor, in plain Node.

import 'codecell/cloudflare';

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Executor } from '@cloudflare/codemode';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { chat, toolDefinition, type AnyTextAdapter, type TextOptions } from '@tanstack/ai';
import { generateText, stepCountIs, tool } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { z } from 'zod';

import { CodecellExecutor } from 'codecell';

// After the hook is there; static imports would come before it.
const { CodemodeConnector, McpConnector, runCode } = await import('@cloudflare/codemode');
const { createCodeTool } = await import('@cloudflare/codemode/ai');
const tanstack = await import('@cloudflare/codemode/tanstack-ai');
const { codeMcpServer, openApiMcpServer } = await import('@cloudflare/codemode/mcp');

const executor = new CodecellExecutor();
const theirs: Executor = executor;
after(() => executor.close());

/** A model that gives these answers, one a step. */
function scripted(...answers: ({ code: string } | string)[]): MockLanguageModelV3 {
  const tokens = { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0, text: 1, reasoning: 0 };
  return new MockLanguageModelV3({
    doGenerate: answers.map((answer, index) => ({
      content: [
        typeof answer === 'string'
          ? { type: 'text' as const, text: answer }
          : {
              type: 'tool-call' as const,
              toolCallId: `call-${index}`,
              toolName: 'codemode',
              input: JSON.stringify(answer),
            },
      ],
      finishReason: { unified: typeof answer === 'string' ? 'stop' : 'tool-calls', raw: undefined },
      usage: { inputTokens: tokens, outputTokens: tokens },
      warnings: [],
    })),
  });
}

test('generateText: a model writes programs, reads a failure, and answers', async () => {
  const asked: string[] = [];
  const tools = {
    'get-weather': tool({
      description: 'Weather of a city',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => {
        asked.push(city);
        return { city, degrees: city.length };
      },
    }),
  };
  const model = scripted(
    { code: 'async () => codemode.get_weather({ city: 7 })' },
    {
      code: `const all = await Promise.all(["Rome", "Oslo"].map(city => codemode.get_weather({ city })));
             console.log("got", all.length);
             return all.map(it => it.degrees)`,
    },
    'Both have 4 degrees.',
  );
  const { text, steps } = await generateText({
    model,
    prompt: 'How warm is it?',
    tools: { codemode: createCodeTool({ tools, executor }) },
    stopWhen: stepCountIs(5),
  });
  assert.equal(text, 'Both have 4 degrees.');
  assert.deepEqual(asked, ['Rome', 'Oslo']);
  const parts = steps.flatMap(step => step.content);
  const failed = parts.find(part => part.type === 'tool-error');
  assert.match(String(failed?.error), /^Error: Code execution failed: [^]*expected string, received number/);
  const results = parts.filter(part => part.type === 'tool-result').map(part => part.output);
  assert.deepEqual(results, [{ result: [4, 4], logs: ['got 2'] }]);
  // What came of the program was in the prompt of the last step.
  const last = JSON.stringify(model.doGenerateCalls[2]?.prompt.at(-1));
  assert.match(last, /"value":\{"result":\[4,4\],"logs":\["got 2"\]\}/);
});

test('chat of TanStack AI: a model writes a program and answers', async () => {
  const weather = toolDefinition({
    name: 'get_weather',
    description: 'Weather of a city',
    inputSchema: z.object({ city: z.string() }),
  }).server(async ({ city }) => `${city}: sunny`);
  const code = 'async () => weather.get_weather({ city: "Rome" })';
  const toolResults: unknown[] = [];
  const adapter = scriptedAdapter({ code }, toolResults);
  const text = await chat({
    adapter,
    messages: [{ role: 'user', content: 'How is it in Rome?' }],
    tools: [tanstack.createCodeTool({ tools: [tanstack.tanstackTools([weather], 'weather')], executor })],
    stream: false,
  });
  assert.equal(text, 'It is sunny.');
  assert.deepEqual(toolResults, [{ result: 'Rome: sunny' }]);
});

/** A model that asks for a program first, and answers with text when it has the result. */
function scriptedAdapter(call: { code: string }, toolResults: unknown[]): AnyTextAdapter {
  async function* chatStream({ messages }: TextOptions): AsyncGenerator<any> {
    const ids = { threadId: 't', runId: `r${messages.length}` };
    const results = messages.filter(it => it.role === 'tool');
    yield { type: 'RUN_STARTED', ...ids };
    if (results.length === 0) {
      yield { type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'codemode_execute' };
      yield { type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta: JSON.stringify(call) };
      yield { type: 'TOOL_CALL_END', toolCallId: 'c' };
      yield { type: 'RUN_FINISHED', ...ids, finishReason: 'tool_calls' };
    } else {
      toolResults.push(...results.map(it => JSON.parse(String(it.content)) as unknown));
      yield { type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' };
      yield { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'It is sunny.' };
      yield { type: 'TEXT_MESSAGE_END', messageId: 'm' };
      yield { type: 'RUN_FINISHED', ...ids, finishReason: 'stop' };
    }
  }
  const structuredOutput = () => Promise.reject(new Error('not asked for'));
  return { kind: 'text', name: 'scripted', model: 'scripted', '~types': {} as any, chatStream, structuredOutput };
}

test('connectors: one of its own and one of an MCP server, in one program', async () => {
  class Notes extends CodemodeConnector<object> {
    readonly kept: unknown[] = [];
    override name(): string {
      return 'notes';
    }
    protected override tools() {
      return { keep: { description: 'Keeps', execute: async (note: unknown) => this.kept.push(note) } };
    }
  }
  const client = await connected(calculator());
  class Calculator extends McpConnector<object> {
    override name(): string {
      return 'calculator';
    }
    protected override createConnection() {
      return { client, fetchTools: async () => (await client.listTools()).tools } as never;
    }
  }
  const notes = new Notes(undefined as never, {});
  const connectors = [notes, new Calculator(undefined as never, {})].map(it => ({
    name: it.name(),
    binding: { callTool: (method: string, args: unknown) => it.executeTool(method, args) },
  }));
  const { result } = await runCode({
    code: `const { sum } = await calculator.add({ a: 2, b: 3 });
           const count = await notes.keep({ sum });
           const missing = await calculator.subtract({}).catch(error => error.message);
           return { sum, count, missing }`,
    executor: theirs,
    providers: [],
    connectors,
  });
  assert.deepEqual(result, { sum: 5, count: 1, missing: 'Tool "subtract" not found on calculator' });
  assert.deepEqual(notes.kept, [{ sum: 5 }]);
});

test('codeMcpServer: the tools of a server become one that takes a program', async () => {
  const client = await connected(await codeMcpServer({ server: calculator(), executor }));
  const call = (code: string) => client.callTool({ name: 'code', arguments: { code } });
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(it => it.name), ['code']);
  assert.deepEqual(await call('async () => (await codemode.add({ a: 2, b: 3 })).sum * 2'), {
    content: [{ type: 'text', text: '10' }],
  });
  const failed = await call('async () => codemode.subtract({ a: 2 })');
  const [{ text }] = failed.content as [{ text: string }];
  assert.deepEqual([failed.isError, text.split('\n')[0]], [true, 'Error: Tool "subtract" not found']);
});

test('openApiMcpServer: a program reads the document and makes requests', async () => {
  const item = { get: { operationId: 'getItem', parameters: [{ $ref: '#/components/parameters/id' }] } };
  const spec = {
    openapi: '3.1.0',
    info: { title: 'Items', version: '1' },
    paths: { '/items/{id}': item },
    components: { parameters: { id: { name: 'id', in: 'path', required: true } } },
  };
  const requests: unknown[] = [];
  const server = openApiMcpServer({
    spec,
    executor,
    request: async options => {
      requests.push(options);
      return { id: 7 };
    },
  });
  const client = await connected(server);
  const call = async (name: string, code: string): Promise<unknown> => {
    const { content } = await client.callTool({ name, arguments: { code } });
    return JSON.parse((content as [{ text: string }])[0].text);
  };
  const found = await call(
    'search',
    'async () => { const { paths } = await codemode.spec(); return paths["/items/{id}"].get.parameters[0] }',
  );
  assert.deepEqual(found, spec.components.parameters.id);
  const made = await call('execute', 'async () => codemode.request({ method: "GET", path: "/items/7" })');
  assert.deepEqual([made, requests], [{ id: 7 }, [{ method: 'GET', path: '/items/7' }]]);
});

function calculator(): McpServer {
  const server = new McpServer({ name: 'calculator', version: '1.0.0' });
  const inputSchema = { a: z.number(), b: z.number() };
  server.registerTool('add', { description: 'Adds', inputSchema, outputSchema: { sum: z.number() } }, ({ a, b }) => {
    const sum = { sum: a + b };
    return { content: [{ type: 'text', text: JSON.stringify(sum) }], structuredContent: sum };
  });
  return server;
}

async function connected(server: McpServer): Promise<Client> {
  const [ours, its] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1.0.0' });
  await Promise.all([server.connect(its), client.connect(ours)]);
  return client;
}
