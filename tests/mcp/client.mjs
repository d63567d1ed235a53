// The official client against our server: what it lists, calls and is asked.
//
// In: the command of the server and its arguments, or the URL of one and a token; then, on
// standard input, a JSON list of steps. Out: a JSON list of what each gave.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const [target, ...args] = process.argv.slice(2);
const { steps, answers } = JSON.parse(await new Response(process.stdin).text());

const capabilities = answers ? { elicitation: {} } : {};
const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities });
const asked = [];
if (answers) {
  client.setRequestHandler(ElicitRequestSchema, request => {
    asked.push(request.params.message);
    return answers.shift() ?? { action: 'cancel' };
  });
}
const transport = target.startsWith('http')
  ? new StreamableHTTPClientTransport(new URL(target), {
      requestInit: args[0] ? { headers: { Authorization: `Bearer ${args[0]}` } } : {},
    })
  : new StdioClientTransport({ command: target, args, stderr: 'inherit' });

const results = [];
try {
  await client.connect(transport);
  for (const step of steps) {
    try {
      if (step.list) {
        const { tools } = await client.listTools();
        results.push({ tools, server: client.getServerVersion().name });
      } else {
        results.push(await client.callTool({ name: step.call, arguments: step.arguments }));
      }
    } catch (error) {
      results.push({ threw: error.message });
    }
  }
} catch (error) {
  results.push({ refused: error.message });
}
console.log(JSON.stringify({ results, asked }));
await client.close();
process.exit(0);
