import type { MockResponseValidationMode } from '@aws-sdk/client-sfn';
import type { Json } from '../../../../engine/index.ts';
import { numberOf } from '../../../../engine/index.ts';
import { ValidationException } from '../errors.ts';
import { pascalCase } from '../integrations/arguments.ts';
import type { Shape, StructureShape } from '../integrations/schema.ts';
import { enumOf, type HasClient, mockedOperation } from '../integrations/sdk-services.ts';
import { isJsonObject } from '../json-value.ts';
import memberLimits from './member-limits.json' with { type: 'json' };

/**
 * Checks the mocked result of a service integration against the API's model. STRICT and PRESENT differ
 * in whether required members may be missing; unknown members are accepted, as on AWS.
 *
 * @param resource what follows `arn:aws:states:::`
 */
export function checkMockResult(
  resource: string,
  result: Json,
  mode: MockResponseValidationMode | undefined,
): void {
  if (mode === 'NONE') return;
  const mocked = mockedOperation(resource);
  if (mocked === undefined) return;
  if (!isJsonObject(result)) throw new ValidationException('Mocked result must be a JSON object.');
  checkMembers(mocked.service, mocked.output, result, mode !== 'PRESENT');
}

function checkMembers(
  service: HasClient,
  shape: StructureShape,
  value: Json,
  strict: boolean,
): void {
  if (!isJsonObject(value)) return;
  const members = new Map([...shape.members.keys()].map((member) => [pascalCase(member), member]));
  for (const [name, given] of Object.entries(value)) {
    const member = members.get(name) ?? '';
    const memberShape = shape.members.get(member)?.();
    if (memberShape === undefined || given === null) continue;
    checkValue(service, name, memberShape, given, strict);
    checkLimit(service, name, limitOf(service, shape, member), given);
  }
  const missing = [...shape.required].map(pascalCase).find((name) => !Object.hasOwn(value, name));
  if (strict && missing !== undefined) throw missingMember(missing);
}

function checkValue(
  service: HasClient,
  name: string,
  shape: Shape,
  value: Json,
  strict: boolean,
): void {
  switch (shape.kind) {
    case 'string':
    case 'timestamp':
      if (typeof value !== 'string') throw broken(name, 'must be a string');
      return;
    case 'blob':
    case 'streaming':
      // Payloads that hold JSON can be given as JSON.
      if (name !== 'Payload' && typeof value !== 'string') throw broken(name, 'must be a string');
      return;
    case 'number':
      if (numberOf(value) === undefined) throw broken(name, 'must be a number');
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw broken(name, 'must be a boolean');
      return;
    case 'list':
      if (!Array.isArray(value)) throw broken(name, 'must be an array');
      for (const item of value as readonly Json[]) {
        checkValue(service, name, shape.member(), item, strict);
      }
      return;
    case 'map':
      if (!isJsonObject(value)) throw broken(name, 'must be an object');
      for (const [key, item] of Object.entries(value)) {
        checkValue(service, key, shape.value(), item, strict);
      }
      return;
    case 'structure':
      if (!isJsonObject(value)) throw broken(name, 'must be an object');
      checkMembers(service, shape, value, strict);
      return;
    case 'document':
  }
}

/** The name of an enumeration, or the minimum and maximum of a number or a length. */
type Limit = string | readonly (number | null)[];

type Limits = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Limit>>>>>>;

/** Constraints of the API models that the SDK's schemas lack; see `write-member-limits.mjs`. */
const limits: Limits = memberLimits;

function limitOf({ client }: HasClient, shape: StructureShape, member: string): Limit | undefined {
  return limits[client]?.[shape.name]?.[member];
}

function checkLimit(service: HasClient, name: string, limit: Limit | undefined, value: Json): void {
  if (limit === undefined) return;
  if (typeof limit === 'string') {
    const values = enumOf(service, limit);
    if (values !== undefined && !values.some((known) => known === value)) {
      throw broken(name, 'is not an expected value');
    }
    return;
  }
  const [least = null, most = null] = limit;
  const isNumber = numberOf(value) !== undefined;
  const size = sizeOf(value);
  if (size === undefined) return;
  const what = isNumber ? 'value' : 'length';
  if (most !== null && size > most) throw broken(name, `exceeds the maximum ${what}`);
  if (least !== null && size < least) {
    throw broken(name, `is ${isNumber ? 'less' : 'smaller'} than the minimum ${what}`);
  }
}

function sizeOf(value: Json): number | undefined {
  return numberOf(value) ?? lengthOf(value);
}

function lengthOf(value: Json): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

function missingMember(name: string): ValidationException {
  return new ValidationException(
    `Mock result schema validation error: Required field '${name}' is missing`,
  );
}

function broken(name: string, rule: string): ValidationException {
  return new ValidationException(`Mock result schema validation error: Field '${name}' ${rule}`);
}
