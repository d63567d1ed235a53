// What came of a run, as `host/docs/stdio.md` of the repository has it.

/** Everything that came of one program. */
export interface Outcome {
  /** What the program returned; `null` for `undefined`, and when it failed. */
  result: unknown;
  /** Why there is no result, with the place in the program and advice: the text for a model. */
  error?: string;
  /** Console lines, those of `console.warn` and `console.error` marked `[warn]` and `[error]`. */
  logs: string[];
  /** The failure by its parts: what `error` is made of. */
  failure?: Failure;
  /** Console lines with their levels. */
  console: LogLine[];
  /** The calls of tools, in the order in which they were made. */
  calls: CallRecord[];
  /** What looked doubtful before the run. */
  warnings: Finding[];
  /** What the run used. */
  cost: Cost;
}

/** A failure of the program, of its tools, or of the process that ran it. */
export interface Failure {
  kind: FailureKind;
  message: string;
  /** The class of the error that the program threw. */
  name?: string;
  stack?: string;
  /** The place in the program as it was given; both count from 1. */
  line?: number;
  column?: number;
  /** The lines around that place. */
  codeFrame?: string;
  /** What to write instead. */
  help?: string;
  /** For `syntax` and `diagnostic`: all that kept the program from running. */
  findings?: Finding[];
}

/**
 * How a run failed. `host` is what the caller did wrong or the process could not do;
 * `crashed` says that the process ended while the program ran. The others are the
 * program's own.
 */
export type FailureKind =
  | 'syntax'
  | 'diagnostic'
  | 'too_complex'
  | 'prelude'
  | 'exception'
  | 'tool'
  | 'timeout'
  | 'fuel'
  | 'memory'
  | 'stack'
  | 'source_too_large'
  | 'result_too_large'
  | 'call_limit'
  | 'deadlock'
  | 'unserializable'
  | 'cancelled'
  | 'internal'
  | 'host'
  | 'crashed';

/** Something found in the program before it ran. */
export interface Finding {
  check: string;
  message: string;
  help?: string;
  line?: number;
  column?: number;
  codeFrame?: string;
}

/** One line of the console. */
export interface LogLine {
  level: 'debug' | 'info' | 'log' | 'warn' | 'error';
  text: string;
}

/** One call of a tool. */
export interface CallRecord {
  /** Its place in the run, from 0. */
  seq: number;
  namespace: string;
  name: string;
  args: unknown[];
  /** `cancelled` when the run ended first. */
  outcome: 'returned' | { failed: string } | 'cancelled';
  startedMs: number;
  durationMs: number;
}

/** What a run used. */
export interface Cost {
  /** Time in the program itself. */
  guestMs: number;
  /** Time from the start to the end, tools included. */
  wallMs: number;
  peakMemoryBytes: number;
  /** Only when fuel was limited. */
  fuel?: number;
}

/** A run as the process tells it. */
export interface WireOutcome {
  result: unknown;
  error: Failure | null;
  logs: LogLine[];
  calls: CallRecord[];
  warnings?: Finding[];
  cost: Cost;
}

/** The outcome for callers. */
export function outcome({ result, error, logs, calls, warnings = [], cost }: WireOutcome): Outcome {
  const rest = { logs: logs.map(prefixed), console: logs, calls, warnings, cost };
  return error === null ? { result, ...rest } : { result: null, error: modelText(error), failure: error, ...rest };
}

/** A run that the process did not answer. */
export function unanswered(kind: 'host' | 'crashed' | 'cancelled', message: string, calls: CallRecord[] = []): Outcome {
  const cost = { guestMs: 0, wallMs: 0, peakMemoryBytes: 0 };
  return outcome({ result: null, error: { kind, message }, logs: [], calls, cost });
}

function modelText({ message, codeFrame, help }: Failure): string {
  const text = message === '' ? 'the program failed without a message' : message;
  return [text, codeFrame, help].filter(part => part !== undefined).join('\n\n');
}

function prefixed({ level, text }: LogLine): string {
  return level === 'warn' || level === 'error' ? `[${level}] ${text}` : text;
}
