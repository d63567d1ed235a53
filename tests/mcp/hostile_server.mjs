// A server that behaves badly, in the way that its argument names.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const mood = process.argv[2];
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const text = (text) => ({ content: [{ type: "text", text }] });
const tool = (name) => ({ name, inputSchema: { type: "object" } });

// Writes on and on, as fast as it is read.
const flood = (chunk) => {
  const more = () => { while (process.stdout.write(chunk)); };
  process.stdout.on("drain", more);
  more();
};

const notification = JSON.stringify({ jsonrpc: "2.0", method: "notifications/tools/list_changed" }) + "\n";
const calls = {
  die: () => { process.stderr.write("out of luck\n"); process.exit(3); },
  never: () => {},
  endless: () => flood("x".repeat(1 << 16)),
  storm: () => flood(notification.repeat(1000)),
  babble: () => flood("{ this is no JSON\n".repeat(1000)),
  mutter: (id) => { process.stdout.write("just a log line\n"); send({ id, result: text("said") }); },
  ids: (id) => {
    send({ id: id + 1000, result: text("for another") });
    send({ id: String(id), result: text("for you") });
  },
  shapeless: (id) => send({ id, result: { unheard: ["of"] } }),
  environment: (id) => send({ id, result: text(JSON.stringify(process.env)) }),
  family: (id) => {
    const child = spawn("sleep", ["1000"], { stdio: "ignore" });
    send({ id, result: text(JSON.stringify([process.pid, child.pid])) });
  },
};

if (mood === "mute") setInterval(() => {}, 1000);
if (mood === "broken") { process.stderr.write("no token: " + process.env.TOKEN + "\n"); process.exit(7); }
// Stays when it should leave.
if (mood === "stubborn") setInterval(() => {}, 1000);

if (mood !== "mute") createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") {
    send({ id, result: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "hostile", version: "1" } } });
  } else if (method === "tools/list") {
    const cursor = Number(params?.cursor ?? 0);
    if (mood === "pages") send({ id, result: { tools: [], nextCursor: String(cursor + 1) } });
    else if (mood === "circle") send({ id, result: { tools: [], nextCursor: "again" } });
    else if (mood === "many") send({ id, result: { tools: Array.from({ length: 10_000 }, (_, n) => tool("t" + n)) } });
    else if (mood === "nonsense") send({ id, result: { tools: "all of them" } });
    else send({ id, result: { tools: Object.keys(calls).map(tool) } });
  } else if (method === "tools/call") calls[params.name](id);
});
