import type { JsonObject } from '../../../../engine/index.ts';
import { ValidationException } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { isJsonObject } from '../json-value.ts';

/** The fields of the context object that a test can set. */
const CONTEXT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Execution: ['Id', 'Input', 'Name', 'RedriveCount', 'RedriveTime', 'RoleArn', 'StartTime'],
  State: ['EnteredTime', 'Name', 'RetryCount'],
  StateMachine: ['Id', 'Name'],
  Task: ['Token'],
};

export interface TestedTask {
  /** Whether the state is a Task with `.sync` or `.waitForTaskToken`. */
  readonly hasToken: boolean;
}

/** Parses the context object of a test. @throws with AWS's message */
export function readContext(text: string, { hasToken }: TestedTask): JsonObject {
  const parsed = parseJsonText(text);
  const context = parsed.valid ? parsed.value : undefined;
  if (!isJsonObject(context)) throw invalid('Context object must be a valid JSON object');
  for (const [name, value] of Object.entries(context)) {
    if (name === 'Map') {
      throw invalid("'Map' field is not supported when mocking a Context object");
    }
    const allowed = Object.hasOwn(CONTEXT_FIELDS, name) ? CONTEXT_FIELDS[name] : undefined;
    if (allowed === undefined) throw invalid(`Field '${name}' is not allowed`);
    if (!isJsonObject(value)) throw invalid(`Field '${name}' must be a JSON object`);
    const unknown = Object.keys(value).find((member) => !allowed.includes(member));
    if (unknown !== undefined) throw invalid(`Field '${unknown}' is not allowed`);
  }
  if (Object.hasOwn(context, 'Task') && !hasToken) {
    throw invalid(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    );
  }
  return context;
}

function invalid(reason: string): ValidationException {
  return new ValidationException(`Invalid Context object provided: ${reason}`);
}
