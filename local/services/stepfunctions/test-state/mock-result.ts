import type { MockResponseValidationMode } from '@aws-sdk/client-sfn';
import type { Json } from '../../../../engine/index.ts';
import { ValidationException } from '../errors.ts';
import { pascalCase } from '../integrations/arguments.ts';
import type { Shape, StructureShape } from '../integrations/schema.ts';
import { enumOf, type HasClient, mockedOperation } from '../integrations/sdk-services.ts';
import { isJsonObject } from '../json-value.ts';

/**
 * Checks the mocked result of a service integration against the API's model. STRICT and PRESENT differ
 * in whether required members may be missing; members that the API does not have are let through, as
 * AWS does.
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
  if (mocked === undefined || !isJsonObject(result)) return;
  checkMembers(mocked.service, mocked.output, result, mode !== 'PRESENT');
}

function checkMembers(
  service: HasClient,
  shape: StructureShape,
  value: Json,
  strict: boolean,
): void {
  if (!isJsonObject(value)) return;
  const members = new Map([...shape.members].map(([name, member]) => [pascalCase(name), member]));
  for (const [name, memberValue] of Object.entries(value)) {
    const member = members.get(name);
    if (member !== undefined && memberValue !== null) {
      checkValue(service, name, member(), memberValue, strict);
    }
  }
  const missing = [...shape.required].map(pascalCase).find((name) => !Object.hasOwn(value, name));
  if (strict && missing !== undefined && Object.keys(value).some((name) => members.has(name))) {
    throw broken(missing, 'is required but was missing');
  }
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
      // Payloads that hold JSON may be given as JSON.
      if (typeof value !== 'string') throw broken(name, 'must be a string');
      checkEnum(service, name, value);
      return;
    case 'timestamp':
      if (typeof value !== 'string') throw broken(name, 'must be a string');
      return;
    case 'blob':
    case 'streaming':
      if (name !== 'Payload' && typeof value !== 'string') throw broken(name, 'must be a string');
      return;
    case 'number':
      if (typeof value !== 'number') throw broken(name, 'must be a number');
      checkRange(name, value);
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

/** The SDK names the values of a member only where its type is named like it. */
function checkEnum(service: HasClient, name: string, value: string): void {
  const values = enumOf(service, name);
  if (values !== undefined && !values.includes(value))
    throw broken(name, 'is not an expected value');
}

/** Ranges are not in the SDK's schemas; these are from the API references. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  /** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
  MemorySize: [128, 10_240],
  EphemeralStorageSize: [512, 10_240],
};

function checkRange(name: string, value: number): void {
  const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
  if (range === undefined) return;
  if (value > range[1]) throw broken(name, 'exceeds the maximum value');
  if (value < range[0]) throw broken(name, 'is less than the minimum value');
}

function broken(name: string, rule: string): ValidationException {
  return new ValidationException(`Mock result schema validation error: Field '${name}' ${rule}`);
}
