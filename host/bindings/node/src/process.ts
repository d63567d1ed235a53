// The child process: requests and answers, one JSON-RPC message a line.

import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

import { decode, encode } from './codec.js';

/** Bytes of one line that the process accepts. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Bytes of standard error that are kept to explain an unexpected end. */
const MAX_STDERR_BYTES = 4096;

/** Of all processes, so that an id never means two runs. */
let nextId = 1;

/** Milliseconds from `close()` to the kill. */
const CLOSE_MS = 10_000;

/** Why a request has no answer, or a process could not be had. */
export class CodecellError extends Error {
  override name = 'CodecellError';

  constructor(
    /**
     * `not_started`: the binary is missing or cannot run. `crashed`: the process ended.
     * `closed`: `close()` was called. `refused`: the request is wrong.
     */
    readonly code: 'not_started' | 'crashed' | 'closed' | 'refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What the process asks of us. */
export interface Handlers {
  callTool(params: ToolCall): Promise<unknown>;
  log(params: { requestId: number; level: string; text: string }): void;
}

export interface ToolCall {
  requestId: number;
  seq: number;
  namespace: string;
  name: string;
  args: unknown[];
}

interface Message {
  jsonrpc?: '2.0';
  id?: number | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: CodecellError): void;
}

/** One process, from its start to its end. */
export class ExecutorProcess {
  readonly #child: ChildProcess;
  readonly #handlers: Handlers;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #failure: CodecellError | undefined;
  #isClosing = false;
  #stderr = '';

  constructor(binary: string, handlers: Handlers) {
    this.#handlers = handlers;
    this.#child = spawn(binary, ['executor', '--stdio'], { stdio: 'pipe', windowsHide: true });
    const { stdin, stdout, stderr } = this.#child;
    // A write to a process that has ended; `close` tells those who wait.
    stdin?.on('error', () => {});
    stdout?.on('data', lines(line => this.#receive(line)));
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_BYTES);
    });
    this.#ended = new Promise(resolve => {
      this.#child.on('error', error => {
        this.#end(new CodecellError('not_started', cannotStart(binary, error), { cause: error }));
        resolve();
      });
      this.#child.on('exit', (code, signal) => (this.#failure ??= this.#unexpected(code, signal)));
      // After `exit`, when all that the process wrote has been read.
      this.#child.on('close', (code, signal) => {
        this.#end(this.#failure ?? this.#unexpected(code, signal));
        resolve();
      });
    });
    this.#hold(false);
  }

  /** Whether requests can be made. */
  get isAlive(): boolean {
    return this.#failure === undefined && !this.#isClosing;
  }

  /** The id of the process, if it started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a request. The id is known at once, the answer later. */
  request(method: string, params: object): { id: number; answer: Promise<unknown> } {
    const id = nextId++;
    const answer = new Promise<unknown>((resolve, reject) => {
      const line = message({ id, method, params });
      if (line.length >= MAX_LINE_BYTES) {
        reject(new CodecellError('refused', `the request ${tooLong(line)}`));
      } else if (this.#failure !== undefined) {
        reject(this.#failure);
      } else {
        this.#waiting.set(id, { resolve, reject });
        if (this.#waiting.size === 1) this.#hold(true);
        this.#child.stdin?.write(line);
      }
    });
    return { id, answer };
  }

  /** Cancels what runs and, when that is answered, ends the input; waits for the end. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#hold(true);
    const { stdin } = this.#child;
    for (const id of this.#waiting.keys()) stdin?.write(message({ id: nextId++, method: 'cancel', params: { id } }));
    if (this.#waiting.size === 0) stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #receive(line: string): void {
    let received: Message;
    try {
      received = decode(line) as Message;
      if (received.jsonrpc !== '2.0') throw new TypeError('`jsonrpc` is not "2.0"');
    } catch (error) {
      return this.#distrust(line, error);
    }
    const { id, method, params, result, error } = received;
    if (method === 'callTool') {
      void this.#call(id ?? null, params as ToolCall);
    } else if (method === 'log') {
      this.#handlers.log(params as Parameters<Handlers['log']>[0]);
    } else if (method !== undefined) {
      this.#distrust(line, new TypeError(`no method \`${method}\` is known`));
    } else if (id === null) {
      // It could not read a message of ours, and nobody knows which.
      this.#distrust(line, error);
    } else if (typeof id === 'number') {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) {
        if (this.#isClosing) this.#child.stdin?.end();
        else this.#hold(false);
      }
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new CodecellError('refused', error.message));
    }
  }

  async #call(id: number | null, params: ToolCall): Promise<void> {
    let line: Buffer;
    try {
      line = message({ id, result: (await this.#handlers.callTool(params)) ?? null });
      if (line.length >= MAX_LINE_BYTES) throw new RangeError(`the result ${tooLong(line)}`);
    } catch (error) {
      line = failed(id, error);
    }
    this.#child.stdin?.write(line);
  }

  /** Whether the process keeps Node alive: only while somebody waits for it. */
  #hold(isHeld: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const it of [this.#child, stdin as Socket | null, stdout as Socket | null, stderr as Socket | null]) {
      if (isHeld) it?.ref();
      else it?.unref();
    }
  }

  #unexpected(code: number | null, signal: string | null): CodecellError {
    if (this.#isClosing) return new CodecellError('closed', 'the executor was closed');
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const last = this.#stderr.trim();
    return new CodecellError('crashed', `the executor process ended ${how}${last === '' ? '' : `: ${last}`}`);
  }

  /** Whoever wrote this is not the executor. */
  #distrust(line: string, cause: unknown): void {
    const said = line.length > 80 ? `${line.slice(0, 80)}…` : line;
    const text = `"${this.#child.spawnfile}" does not speak the protocol of \`codecell executor\`: ${said}`;
    this.#end(new CodecellError('not_started', text, { cause }));
    this.#child.kill('SIGKILL');
  }

  #end(failure: CodecellError): void {
    this.#failure = failure;
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }
}

function message(content: Message): Buffer {
  return Buffer.from(`${encode({ jsonrpc: '2.0', ...content })}\n`);
}

function tooLong(line: Buffer): string {
  return `has ${line.length} bytes; less than ${MAX_LINE_BYTES} can be sent`;
}

/** A tool's error for the program: its message, and `data` if it can be sent. */
function failed(id: number | null, thrown: unknown): Buffer {
  const error = { code: -32000, message: messageOf(thrown) };
  try {
    const { data } = (thrown ?? {}) as { data?: unknown };
    const line = message({ id, error: { ...error, data } });
    if (line.length < MAX_LINE_BYTES) return line;
  } catch {
    // The data is what cannot be sent.
  }
  const line = message({ id, error });
  if (line.length < MAX_LINE_BYTES) return line;
  return message({ id, error: { ...error, message: `the error ${tooLong(line)}` } });
}

/** What is told of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'what was thrown has no text';
  }
}

function cannotStart(binary: string, error: Error): string {
  const advice =
    'install it with `cargo install --path host/cli` in a checkout of Codecell, ' +
    'or name it with the option `binary` or the variable CODECELL_BIN';
  return `cannot start "${binary}" (${(error as NodeJS.ErrnoException).code ?? error.message}): ${advice}`;
}

/** Cuts what is read into lines; a line is put together once. */
function lines(receive: (line: string) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  return chunk => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      start = end + 1;
      receive(line);
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  };
}
