// The executor: one process for all runs, started when first needed.

import type { ConnectorBinding } from './connector.js';
import { outcome, unanswered, type CallRecord, type LogLine, type Outcome, type WireOutcome } from './outcome.js';
import { CodecellError, ExecutorProcess, messageOf, type Handlers } from './process.js';
import { Run, type Functions, type Provider, type WireProvider } from './run.js';

/** Limits of a run, all whole numbers. What is absent has the default of Codecell. */
export interface Limits {
  /** Milliseconds from start to end, tools included. */
  timeoutMs?: number;
  /** Milliseconds in the program itself. */
  guestTimeMs?: number;
  /** About one unit for each WebAssembly instruction; the same on every machine. */
  fuel?: number;
  memoryBytes?: number;
  stackBytes?: number;
  sourceBytes?: number;
  maxCalls?: number;
  maxCallsInFlight?: number;
  argumentBytes?: number;
  totalArgumentBytes?: number;
  toolResultBytes?: number;
  resultBytes?: number;
  logBytes?: number;
}

/** What a run can be given; on the executor, what all its runs are given. */
export interface RunOptions {
  limits?: Limits;
  /** Stops the run; it ends with the kind `cancelled`. */
  signal?: AbortSignal;
  /** Told each console line as it is written. */
  onLog?: (line: LogLine) => void;
  /** Where `Math.random` begins. */
  seed?: number;
  /** The program's clock at its start. */
  now?: Date | number;
  /** Sources by the names under which the program may import them. */
  modules?: Record<string, string>;
  /** `false` switches off what is checked before the program runs. */
  diagnostics?: boolean;
}

/** What one run can be given. */
export interface ExecuteOptions extends RunOptions {
  /** Namespaces of @cloudflare/codemode that answer to any method. */
  connectors?: ConnectorBinding[];
  /** The argument of the program's function, and its global `input`. */
  input?: unknown;
  /** A name for the run. */
  executionId?: string;
}

/** Options of the constructor. */
export interface CodecellOptions extends RunOptions {
  /** Path of the binary; otherwise CODECELL_BIN, otherwise `codecell` on the PATH. */
  binary?: string;
}

/** A namespace for `types`. */
export type TypesProvider = Omit<WireProvider, 'name' | 'prelude'> & { name?: string };

/**
 * Runs programs in sealed cells, in a process of its own.
 *
 * It is an `Executor` of @cloudflare/codemode. The process starts with the first run and
 * serves any number at once; while nothing runs it does not keep Node alive. When
 * it ends unexpectedly, what ran fails with the kind `crashed`, and the next run starts
 * another.
 */
export class CodecellExecutor implements AsyncDisposable {
  #link: Link;
  readonly #defaults: RunOptions;

  constructor({ binary, ...defaults }: CodecellOptions = {}) {
    // An empty variable names nothing.
    this.#link = new Link(binary ?? (process.env['CODECELL_BIN'] || 'codecell'));
    this.#defaults = defaults;
  }

  /** An executor with more options, on the same process. Closing either closes both. */
  with(options: RunOptions): CodecellExecutor {
    const other = new CodecellExecutor(merged(this.#defaults, options));
    other.#link = this.#link;
    return other;
  }

  /** The id of the process, while there is one. */
  get pid(): number | undefined {
    return this.#link.pid;
  }

  /** Runs a program. Never rejects: every failure is in the outcome. */
  async execute(
    code: string,
    providersOrFns: Provider[] | Functions = [],
    options: ExecuteOptions = {},
  ): Promise<Outcome> {
    const { signal, limits = {}, onLog, now, connectors = [], ...rest } = merged(this.#defaults, options);
    if (signal?.aborted) return unanswered('cancelled', 'the run was cancelled before it began');
    const providers = Array.isArray(providersOrFns) ? providersOrFns : [{ name: 'codemode', fns: providersOrFns }];
    let run: Run | undefined;
    try {
      run = new Run(providers, connectors, onLog);
      const params = {
        ...rest,
        code,
        providers: run.providers,
        limits,
        ...(now === undefined ? {} : { now: Number(now) }),
        logs: run.wantsLogs,
      };
      return finished(run, await this.#link.execute(params, run, signal));
    } catch (error) {
      const hasCrashed = error instanceof CodecellError && error.code === 'crashed';
      return unanswered(hasCrashed ? 'crashed' : 'host', messageOf(error), run?.calls);
    }
  }

  /** The one function that would run. */
  async normalize(code: string): Promise<string> {
    return ((await this.#link.ask('normalize', { code })) as { code: string }).code;
  }

  /** TypeScript declarations of tools, as a model is told them. */
  async types(providers: TypesProvider[]): Promise<string> {
    return ((await this.#link.ask('types', { providers })) as { types: string }).types;
  }

  /** The name by which a program calls a tool of that name. */
  async sanitize(name: string): Promise<string> {
    return ((await this.#link.ask('sanitize', { name })) as { name: string }).name;
  }

  /** Resolves when the process answers; starts it if need be. */
  async ping(): Promise<void> {
    await this.#link.ask('ping', {});
  }

  /** Cancels what runs and ends the process. Later runs fail. */
  async close(): Promise<void> {
    await this.#link.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The way to the process, whichever it is at the time. */
class Link implements Handlers {
  readonly #binary: string;
  readonly #runs = new Map<number, Run>();
  #process: ExecutorProcess | undefined;
  #isClosed = false;

  constructor(binary: string) {
    this.#binary = binary;
  }

  get pid(): number | undefined {
    return this.#process?.isAlive === true ? this.#process.pid : undefined;
  }

  ask(method: string, params: object): Promise<unknown> {
    return this.#current().request(method, params).answer;
  }

  async execute(params: object, run: Run, signal?: AbortSignal): Promise<WireOutcome> {
    const process = this.#current();
    const { id, answer } = process.request('execute', params);
    // The run answers by itself; whether it was still under way does not matter.
    const cancel = (): unknown => process.request('cancel', { id }).answer.catch(() => {});
    this.#runs.set(id, run);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return (await answer) as WireOutcome;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#runs.delete(id);
    }
  }

  async callTool(params: Parameters<Handlers['callTool']>[0]): Promise<unknown> {
    const run = this.#runs.get(params.requestId);
    if (run === undefined) throw new Error('the run has ended');
    return run.call(params);
  }

  log({ requestId, level, text }: Parameters<Handlers['log']>[0]): void {
    this.#runs.get(requestId)?.log({ level: level as LogLine['level'], text });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#process?.close();
  }

  #current(): ExecutorProcess {
    if (this.#isClosed) throw new CodecellError('closed', 'the executor was closed');
    if (this.#process?.isAlive !== true) this.#process = new ExecutorProcess(this.#binary, this);
    return this.#process;
  }
}

function finished(run: Run, answer: WireOutcome): Outcome {
  const calls: CallRecord[] = answer.calls.map(call => run.named(call));
  // What a connector's methods are cannot be known before they are called.
  const warnings = (answer.warnings ?? []).filter(it => !run.hasConnectors || it.check !== 'unknown_tool');
  return outcome({ ...answer, calls, warnings });
}

/** Limits are put together one by one, and any signal stops a run. */
function merged<T extends RunOptions>(defaults: RunOptions, options: T): T {
  const limits = { ...defaults.limits, ...options.limits };
  const signals = [defaults.signal, options.signal].filter(it => it !== undefined);
  return { ...defaults, ...options, limits, ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }) };
}
