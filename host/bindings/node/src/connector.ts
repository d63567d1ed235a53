// Connectors of @cloudflare/codemode: namespaces whose methods only they know.

import type { CallRecord } from './outcome.js';

/** A namespace that answers to any method, with the first argument of the call. */
export interface ConnectorBinding {
  name: string;
  binding: { callTool(method: string, args: unknown): Promise<unknown> };
}

/** The one tool through which all methods go. */
export const CALL_TOOL = 'callTool';

/** How a connector says that a call is to pause the run or to fail. */
const CONTROL = '__codemode_control__';
const PAUSE = '__CODEMODE_PAUSE__';

/** Makes every method of the namespace a call of that tool. */
export function connectorPrelude(name: string): string {
  return `(() => {
  const namespace = globalThis[${JSON.stringify(name)}];
  const { ${CALL_TOOL} } = namespace;
  delete namespace.${CALL_TOOL};
  const none = { __proto__: null, then: true, toJSON: true };
  const get = (_, method) =>
    typeof method !== 'string' || none[method]
      ? undefined
      : (...args) => (args.length === 0 ? ${CALL_TOOL}(method) : ${CALL_TOOL}(method, args[0]));
  Object.setPrototypeOf(namespace, new Proxy({ __proto__: null }, { __proto__: null, get }));
})()`;
}

/** Calls a method for the program; pauses and errors become exceptions there. */
export async function callConnector({ binding }: ConnectorBinding, args: unknown[]): Promise<unknown> {
  const answer = await binding.callTool(String(args[0]), args[1]);
  const control = (answer ?? {}) as { [CONTROL]?: string; message?: unknown };
  if (control[CONTROL] === 'pause') throw new Error(PAUSE);
  if (control[CONTROL] === 'error') throw new Error(String(control.message));
  return answer;
}

/** The record with the method in the place of the one tool. */
export function connectorRecord(record: CallRecord): CallRecord {
  const [method, ...args] = record.args;
  return { ...record, name: String(method), args };
}
