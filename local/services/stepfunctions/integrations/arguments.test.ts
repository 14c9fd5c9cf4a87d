import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../engine/index.ts';
import { missingMembers, pascalCase, readArguments } from './arguments.ts';
import type { Shape, StructureShape } from './schema.ts';

const structure = (
  members: Readonly<Record<string, Shape>>,
  required: readonly string[] = [],
): StructureShape => ({
  kind: 'structure',
  name: 'Input',
  members: new Map(Object.entries(members).map(([name, shape]) => [name, () => shape])),
  required: new Set(required),
});

const STRING = { kind: 'string' } as const;
const SHAPE = structure(
  {
    text: STRING,
    Message: STRING,
    bytes: { kind: 'blob' },
    body: { kind: 'streaming' },
    number: { kind: 'number' },
    flag: { kind: 'boolean' },
    time: { kind: 'timestamp' },
    any: { kind: 'document' },
    list: { kind: 'list', member: () => STRING },
    map: { kind: 'map', value: () => STRING },
    inner: structure({ Name: STRING }),
  },
  ['text', 'Message'],
);

// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
describe('arguments of an SDK integration', () => {
  it.each<[name: string, value: Json, given: unknown]>([
    ['Text', 'a', 'a'],
    ['Message', 'a', 'a'],
    ['Message', { a: [1] }, '{"a":[1]}'],
    ['Bytes', 'a', Buffer.from('a')],
    ['Bytes', { a: 1 }, Buffer.from('{"a":1}')],
    ['Body', 'a', Buffer.from('"a"')],
    ['Body', { a: 1 }, Buffer.from('{"a":1}')],
    ['Number', 1.5, 1.5],
    ['Flag', false, false],
    ['Time', '2026-01-01T00:00:00Z', new Date('2026-01-01T00:00:00Z')],
    ['Time', 1.5, new Date(1_500)],
    ['Any', { a: [null] }, { a: [null] }],
    ['List', ['a', 'b'], ['a', 'b']],
    ['Map', { a: 'b' }, { a: 'b' }],
    ['Inner', { Name: 'a' }, { Name: 'a' }],
  ])('take %s: %j', (name, value, given) => {
    const member = name === 'Message' ? name : name.toLowerCase();

    expect(readArguments(SHAPE, { [name]: value })).toEqual({
      valid: true,
      input: { [member]: given },
    });
  });

  it('leave out null', () => {
    expect(readArguments(SHAPE, { Text: null })).toEqual({ valid: true, input: {} });
  });

  it.each<[value: Json, problem: string]>([
    [{ Text: 1 }, "The value for the field 'Text' must be a STRING"],
    [{ Number: '1' }, "The value for the field 'Number' must be a NUMBER"],
    [{ Flag: 'true' }, "The value for the field 'Flag' must be a BOOLEAN"],
    [{ Time: 'soon' }, "The value for the field 'Time' must be a valid ISO8601 timestamp"],
    [{ Time: true }, "The value for the field 'Time' must be a valid ISO8601 timestamp"],
    [{ List: {} }, "The value for the field 'List' must be an ARRAY"],
    [{ List: [1] }, "The value for the field 'List' must be a STRING"],
    [{ Map: [] }, "The value for the field 'Map' must be an OBJECT"],
    [{ Map: { a: 1 } }, "The value for the field 'a' must be a STRING"],
    [{ Inner: 'a' }, "The value for the field 'Inner' must be an OBJECT"],
    [{ Inner: { name: 'a' } }, 'The field "name" is not supported by Step Functions'],
    [{ text: 'a' }, 'The field "text" is not supported by Step Functions'],
    ['a', 'The value for the field must be an OBJECT'],
    [[], 'The value for the field must be an OBJECT'],
  ])('are refused: %j', (value, problem) => {
    expect(readArguments(SHAPE, value)).toEqual({ valid: false, problems: [problem] });
  });

  it('miss required members that are not there, and none that is null', () => {
    expect(missingMembers(SHAPE, { Text: null })).toEqual([
      "The field 'Message' is required but was missing",
    ]);
    expect(missingMembers(SHAPE, 'a')).toHaveLength(2);
  });

  it('have names in PascalCase', () => {
    expect(['stateMachineArn', 'URL', ''].map(pascalCase)).toEqual(['StateMachineArn', 'URL', '']);
  });
});
