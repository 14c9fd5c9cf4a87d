import type { Violation } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import { MissingParameter } from './errors.ts';

/** A batch without entries, an entry without a body and attributes are checked by the operations. */
const JUDGED_BY_OPERATIONS: ReadonlySet<unknown> = new Set([
  'Entries',
  'MessageBody',
  'MessageAttributes',
  'MessageSystemAttributes',
]);

/**
 * SQS reports one missing parameter, with its own message; a batch entry's parameter is named by the
 * entry's type: `SendMessageBatchRequestEntry.2.Id`. The model's enumerations are attribute names, which the
 * operations check.
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
