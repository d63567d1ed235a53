// The executor of Codecell for Node.

export type { ConnectorBinding } from './connector.js';
export { CodecellExecutor } from './executor.js';
export type { CodecellOptions, ExecuteOptions, Limits, RunOptions, TypesProvider } from './executor.js';
export type { CallRecord, Cost, Failure, FailureKind, Finding, LogLine, Outcome } from './outcome.js';
export { CodecellError } from './process.js';
export type { Functions, Provider, ToolDescription } from './run.js';
