import { type Constraint, describeViolations } from './constraints.ts';
import { UnsupportedParameter, ValidationException } from './errors.ts';

export const RETURN_CONSUMED_CAPACITY = ['INDEXES', 'TOTAL', 'NONE'] as const;
export const RETURN_VALUES = ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'] as const;

/** @throws ValidationException that names every invalid member */
export function checkMembers(constraints: readonly Constraint[]): void {
  const problem = describeViolations(constraints);
  if (problem !== undefined) throw new ValidationException(problem);
}

export function tableNameConstraint(value: string | undefined): Constraint {
  const member = 'tableName';
  if (value?.startsWith('arn:') === true) return { member, value, maximumLength: 1_024 };
  return {
    member,
    value,
    required: true,
    minimumLength: 1,
    maximumLength: 255,
    // An empty name violates its length only.
    ...(value !== '' && { pattern: '[a-zA-Z0-9_.-]+' }),
  };
}

export function capacityConstraint(value: string | undefined): Constraint {
  return { member: 'returnConsumedCapacity', value, oneOf: RETURN_CONSUMED_CAPACITY };
}

export function metricsConstraint(value: string | undefined): Constraint {
  return { member: 'returnItemCollectionMetrics', value, oneOf: ['SIZE', 'NONE'] };
}

type Input = Readonly<Record<string, unknown>>;

/**
 * The legacy parameters: AWS rejects them together with expressions; this runtime does not support them.
 *
 * @throws ValidationException, UnsupportedParameter
 */
export function refuseLegacy(
  operation: string,
  input: object,
  legacy: readonly string[],
  expressions: readonly string[],
): void {
  const given = (names: readonly string[]) =>
    names.filter((name) => (input as Input)[name] !== undefined);
  const old = given(legacy);
  const current = given(expressions);
  if (old.length === 0) return;
  if (current.length > 0) {
    throw new ValidationException(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(', ')}} Expression parameters: {${current.join(', ')}}`,
    );
  }
  throw new UnsupportedParameter(
    `the legacy parameter ${old.join(', ')} of dynamodb:${operation}; expressions take its place`,
  );
}

/** PutItem, UpdateItem and DeleteItem report these errors like violations of the API model. */
export function enveloped<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ValidationException) || /^\d+ validation error/.test(error.message)) {
      throw error;
    }
    throw new ValidationException(`1 validation error detected: ${error.message}`);
  }
}
