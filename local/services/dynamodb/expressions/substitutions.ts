import { ValidationException } from '../errors.ts';
import { PLACEHOLDER_BYTES, SUBSTITUTION_BYTES } from '../limits.ts';
import { type AttributeValue, readValue, valueBytes } from '../values/attribute-value.ts';

/** The parameters for names and values in expressions. */
export interface SubstitutionInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

export interface SubstitutionOptions {
  /** The expressions that the request has. */
  readonly expressions: readonly string[];
  /** The ones that may hold values and are missing, for AWS's sentence; none where it does not name them. */
  readonly missing?: string;
  /** Whether the message names the wrong value, as for scans and transactions. */
  readonly namesValue?: boolean;
}

/** The placeholders of a request, and the ones that its expressions use. */
export class Substitutions {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;
  /** The top-level attributes in the expressions. */
  readonly attributes = new Set<string>();

  /** @throws ValidationException in AWS's words */
  constructor(input: SubstitutionInput, options: SubstitutionOptions) {
    checkGiven(input, options);
    this.#names = readNames(input.ExpressionAttributeNames);
    this.#values = readValues(input.ExpressionAttributeValues, options);
    checkSize(this.#names, this.#values);
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  name(placeholder: string): string | undefined {
    this.#unusedNames.delete(placeholder);
    return this.#names.get(placeholder);
  }

  value(placeholder: string): AttributeValue | undefined {
    this.#unusedValues.delete(placeholder);
    return this.#values.get(placeholder);
  }

  /** @throws ValidationException where one is left over */
  checkAllUsed(): void {
    checkUsed('ExpressionAttributeNames', this.#unusedNames);
    checkUsed('ExpressionAttributeValues', this.#unusedValues);
  }
}

function checkUsed(parameter: string, unused: ReadonlySet<string>): void {
  if (unused.size === 0) return;
  throw new ValidationException(
    `Value provided in ${parameter} unused in expressions: keys: {${[...unused].join(', ')}}`,
  );
}

function checkGiven(input: SubstitutionInput, { expressions, missing }: SubstitutionOptions): void {
  if (input.ExpressionAttributeNames !== undefined && expressions.length === 0) {
    throw new ValidationException(
      'ExpressionAttributeNames can only be specified when using expressions',
    );
  }
  const takesValues = expressions.some((name) => name !== 'ProjectionExpression');
  if (input.ExpressionAttributeValues !== undefined && !takesValues) {
    const which = missing === undefined ? '' : `: ${missing}`;
    throw new ValidationException(
      `ExpressionAttributeValues can only be specified when using expressions${which}`,
    );
  }
}

function readNames(given: SubstitutionInput['ExpressionAttributeNames']) {
  checkPlaceholders('ExpressionAttributeNames', given, '#');
  return new Map(Object.entries(given ?? {}));
}

function readValues(
  given: SubstitutionInput['ExpressionAttributeValues'],
  { namesValue = false }: SubstitutionOptions,
): ReadonlyMap<string, AttributeValue> {
  checkPlaceholders('ExpressionAttributeValues', given, ':');
  return new Map(
    Object.entries(given ?? {}).map(([placeholder, wire]) => {
      try {
        return [placeholder, readValue(wire)];
      } catch (error) {
        if (!namesValue || !(error instanceof ValidationException)) throw error;
        throw new ValidationException(
          `ExpressionAttributeValues contains invalid value: ${error.message} for key ${placeholder}`,
        );
      }
    }),
  );
}

function checkPlaceholders(parameter: string, given: object | undefined, mark: '#' | ':'): void {
  if (given === undefined) return;
  const placeholders = Object.keys(given);
  if (placeholders.length === 0) throw new ValidationException(`${parameter} must not be empty`);
  for (const placeholder of placeholders) {
    if (!placeholder.startsWith(mark) || !/^.[A-Za-z0-9_]+$/.test(placeholder)) {
      throw new ValidationException(
        `${parameter} contains invalid key: Syntax error; key: "${placeholder}"`,
      );
    }
    const bytes = Buffer.byteLength(placeholder);
    if (bytes > PLACEHOLDER_BYTES) {
      throw new ValidationException(
        `${parameter} contains invalid key: The expression attribute map contains a key that is too long; key size: ${bytes}`,
      );
    }
  }
}

function checkSize(
  names: ReadonlyMap<string, string>,
  values: ReadonlyMap<string, AttributeValue>,
): void {
  let bytes = 0;
  for (const [placeholder, name] of names) bytes += placeholder.length + Buffer.byteLength(name);
  for (const [placeholder, value] of values) bytes += placeholder.length + valueBytes(value);
  if (bytes > SUBSTITUTION_BYTES) {
    throw new ValidationException(
      `The size of ExpressionAttributeNames and ExpressionAttributeValues exceeds ${SUBSTITUTION_BYTES} bytes; size: ${bytes}`,
    );
  }
}
