import { writeJson } from '../../../../engine/index.ts';
import type { ExecutionStore } from '../stores/execution-store.ts';
import type { ExecutionDocuments } from './status-change.ts';

/** The input and output of an execution, as JSON, from the two ends of its history. */
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
