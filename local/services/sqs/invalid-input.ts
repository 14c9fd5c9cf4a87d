import type { Violation } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import { MissingParameter } from './errors.ts';

/** A batch without entries, an entry without a body and attributes are judged by the operations themselves. */
const JUDGED_BY_OPERATIONS: ReadonlySet<unknown> = new Set([
  'Entries',
  'MessageBody',
  'MessageAttributes',
  'MessageSystemAttributes',
]);

/**
 * SQS tells of one missing parameter, in words of its own; that of a batch's entry is named by the
 * entry's type: `SendMessageBatchRequestEntry.2.Id`. What the model enumerates are names of attributes.
 */
export function invalidInput(violations: readonly Violation[]): ServiceError | undefined {
  const [missing] = violations.filter(
    ({ rule, path }) =>
      rule === 'required' &&
      !(path.length === 1
        ? path[0] === 'Entries'
        : path.some((step) => JUDGED_BY_OPERATIONS.has(step) && step !== 'Entries')),
  );
  if (missing === undefined) return undefined;
  const names = missing.path.filter((step) => typeof step === 'string');
  const position = missing.path.find((step) => typeof step === 'number');
  const name = names.at(-1) ?? '';
  return new MissingParameter(
    position === undefined ? name : `${missing.owner}.${position}.${name}`,
  );
}
