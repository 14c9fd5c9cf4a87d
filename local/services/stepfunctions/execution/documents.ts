import { writeJson } from '../../../../engine/index.ts';
import type { ExecutionStore } from '../stores/execution-store.ts';

/** The documents of an execution, which are in its history and not in its record. */
export interface ExecutionDocuments {
  readonly input: string | undefined;
  readonly output: string | undefined;
}

/** The input and output of an execution as JSON, from its first and last event. */
export function documentsOf(executions: ExecutionStore, arn: string): ExecutionDocuments {
  const [first] = executions.history(arn, { limit: 1 });
  const [last] = executions.history(arn, { reverse: true, limit: 1 });
  return {
    input: first === undefined ? undefined : text(first.details.document),
    output: last?.type === 'ExecutionSucceeded' ? text(last.details.document) : undefined,
  };
}

function text(document: unknown): string | undefined {
  return document === undefined ? undefined : writeJson(document);
}
