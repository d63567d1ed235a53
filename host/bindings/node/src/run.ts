// One run, as this side sees it: what it may call, and what it has called.

import { CALL_TOOL, callConnector, connectorPrelude, connectorRecord, type ConnectorBinding } from './connector.js';
import type { CallRecord, LogLine } from './outcome.js';
import { messageOf, type ToolCall } from './process.js';

/** Functions by the names of their tools. */
export type Functions = Record<string, (...args: any[]) => unknown>;

/** What is known of a tool beside its function. */
export interface ToolDescription {
  description?: string;
  /** JSON Schema; arguments are checked against it before the function is called. */
  inputSchema?: object;
  /** JSON Schema of what the function returns. */
  outputSchema?: object;
}

/** A namespace: functions that a program calls as `name.tool(...)`. */
export interface Provider {
  name: string;
  fns: Functions;
  /** JavaScript that runs in the cell before the program, to put functions on the namespace. */
  prelude?: string;
  /** Descriptions and schemas, by the names in `fns`. */
  tools?: Record<string, ToolDescription>;
}

/** A tool on the wire. */
export interface WireTool extends ToolDescription {
  name: string;
}

/** A namespace on the wire. */
export interface WireProvider {
  name: string;
  tools: WireTool[];
  prelude?: string;
}

type Call = (args: unknown[]) => unknown;

/** Dispatches the calls of one run and remembers them. */
export class Run {
  readonly providers: WireProvider[] = [];
  readonly #tools = new Map<string, Map<string, Call>>();
  readonly #connectors = new Set<string>();
  readonly #records = new Map<number, CallRecord>();
  readonly #start = performance.now();
  readonly #onLog: ((line: LogLine) => void) | undefined;

  constructor(providers: Provider[], connectors: ConnectorBinding[], onLog?: (line: LogLine) => void) {
    this.#onLog = onLog;
    for (const { name, fns, prelude, tools = {} } of providers) {
      const entries = Object.entries(fns).filter(([, fn]) => typeof fn === 'function');
      this.#tools.set(name, new Map(entries.map(([tool, fn]) => [tool, args => fn(...args)])));
      const described = entries.map(([tool]) => ({ ...tools[tool], name: tool }));
      this.providers.push({ name, tools: described, ...(prelude === undefined ? {} : { prelude }) });
    }
    for (const connector of connectors) {
      const { name } = connector;
      this.#tools.set(name, new Map([[CALL_TOOL, args => callConnector(connector, args)]]));
      this.#connectors.add(name);
      this.providers.push({ name, tools: [{ name: CALL_TOOL }], prelude: connectorPrelude(name) });
    }
  }

  /** Whether console lines are wanted as they are written. */
  get wantsLogs(): boolean {
    return this.#onLog !== undefined;
  }

  /** The calls so far, for a run that nobody will answer any more. */
  get calls(): CallRecord[] {
    return [...this.#records.values()].map(record => this.named(record));
  }

  /** Whether a namespace is one whose methods are not known beforehand. */
  get hasConnectors(): boolean {
    return this.#connectors.size > 0;
  }

  /** A record as the caller knows its tool. */
  named(record: CallRecord): CallRecord {
    return this.#connectors.has(record.namespace) ? connectorRecord(record) : record;
  }

  async call({ seq, namespace, name, args }: ToolCall): Promise<unknown> {
    const startedMs = performance.now() - this.#start;
    const record: CallRecord = { seq, namespace, name, args, outcome: 'cancelled', startedMs, durationMs: 0 };
    this.#records.set(seq, record);
    try {
      const tool = this.#tools.get(namespace)?.get(name);
      if (tool === undefined) throw new Error(`Tool "${name}" not found`);
      const value = await tool(args);
      record.outcome = 'returned';
      return value;
    } catch (error) {
      record.outcome = { failed: messageOf(error) };
      throw error;
    } finally {
      record.durationMs = performance.now() - this.#start - startedMs;
    }
  }

  log(line: LogLine): void {
    try {
      this.#onLog?.(line);
    } catch (error) {
      // The callback's own fault, which must not disturb the reading of messages.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
