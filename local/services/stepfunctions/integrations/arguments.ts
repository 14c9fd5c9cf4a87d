import { type Json, type JsonObject, numberOf, writeJson } from '../../../../engine/index.ts';
import { isJsonObject } from '../json-value.ts';
import type { Shape, StructureShape } from './schema.ts';

/**
 * Turns a task's arguments into the input of an SDK operation. Members are PascalCase in the Amazon
 * States Language for every service. AWS checks names and types before it starts the
 * task, and an invalid argument fails the execution, not the task.
 */
export type ReadArguments =
  | { readonly valid: true; readonly input: Readonly<Record<string, unknown>> }
  | { readonly valid: false; readonly problems: readonly string[] };

export function readArguments(shape: StructureShape, value: Json): ReadArguments {
  const problems: string[] = [];
  if (!isJsonObject(value)) {
    return { valid: false, problems: ['The value for the field must be an OBJECT'] };
  }
  const input = readStructure(shape, value, problems);
  return problems.length === 0 ? { valid: true, input } : { valid: false, problems };
}

function readStructure(
  shape: StructureShape,
  value: JsonObject,
  problems: string[],
): Record<string, unknown> {
  const names = new Map([...shape.members.keys()].map((name) => [pascalCase(name), name]));
  const input: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const name = names.get(key);
    const memberShape = name === undefined ? undefined : shape.members.get(name);
    if (name === undefined || memberShape === undefined) {
      problems.push(`The field "${key}" is not supported by Step Functions`);
    } else if (member !== null) {
      input[name] = readValue(memberShape(), member, key, problems);
    }
  }
  return input;
}

/** The required members that are missing; null counts as present. */
export function missingMembers(shape: StructureShape, value: Json): readonly string[] {
  const given = isJsonObject(value) ? value : {};
  return [...shape.required]
    .map(pascalCase)
    .filter((name) => !Object.hasOwn(given, name))
    .map((name) => `The field '${name}' is required but was missing`);
}

function readValue(shape: Shape, value: Json, field: string, problems: string[]): unknown {
  const mustBe = (type: string) => {
    problems.push(`The value for the field '${field}' must be ${type}`);
    return undefined;
  };
  switch (shape.kind) {
    case 'string':
      if (typeof value === 'string') return value;
      return holdsJson(field) ? writeJson(value) : mustBe('a STRING');
    case 'blob':
      return Buffer.from(typeof value === 'string' ? value : writeJson(value));
    case 'streaming':
      // As recorded on AWS, the body of an upload is written as JSON, a string with its quotes.
      return Buffer.from(writeJson(value));
    case 'number':
      return numberOf(value) ?? mustBe('a NUMBER');
    case 'boolean':
      return typeof value === 'boolean' ? value : mustBe('a BOOLEAN');
    case 'timestamp':
      return readTimestamp(value) ?? mustBe('a valid ISO8601 timestamp');
    case 'document':
      return value;
    case 'list':
      if (!Array.isArray(value)) return mustBe('an ARRAY');
      return value.map((item: Json) => readValue(shape.member(), item, field, problems));
    case 'map':
      if (!isJsonObject(value)) return mustBe('an OBJECT');
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          readValue(shape.value(), item, key, problems),
        ]),
      );
    case 'structure':
      if (!isJsonObject(value)) return mustBe('an OBJECT');
      return readStructure(shape, value, problems);
  }
}

/**
 * String members that hold JSON: Step Functions serializes a value there
 * (recorded for `aws-sdk:sfn:startExecution`, `sqs:sendMessage`, `sns:publish`, `events:putEvents`).
 */
function holdsJson(field: string): boolean {
  return JSON_FIELDS.has(field);
}

const JSON_FIELDS: ReadonlySet<string> = new Set([
  'AccessPolicy',
  'AssumeRolePolicyDocument',
  'Body',
  'Cause',
  'Detail',
  'EventPattern',
  'Input',
  'Message',
  'MessageBody',
  'Output',
  'Payload',
  'Policy',
  'PolicyDocument',
  'TemplateBody',
]);

function readTimestamp(value: Json): Date | undefined {
  const seconds = numberOf(value);
  const time = seconds === undefined ? value : seconds * 1000;
  if (typeof time !== 'string' && typeof time !== 'number') return undefined;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `stateMachineArn` is `StateMachineArn` in the Amazon States Language. */
export function pascalCase(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
