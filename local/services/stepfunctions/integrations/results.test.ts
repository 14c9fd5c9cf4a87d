import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readText, renderResult } from './results.ts';
import type { Shape, StructureShape } from './schema.ts';

const structure = (members: Readonly<Record<string, Shape>>): StructureShape => ({
  kind: 'structure',
  name: 'Output',
  members: new Map(Object.entries(members).map(([name, shape]) => [name, () => shape])),
  required: new Set(),
});
const STRING = { kind: 'string' } as const;
const SHAPE = structure({
  text: STRING,
  bytes: { kind: 'blob' },
  body: { kind: 'streaming' },
  number: { kind: 'number' },
  flag: { kind: 'boolean' },
  time: { kind: 'timestamp' },
  any: { kind: 'document' },
  list: { kind: 'list', member: () => STRING },
  map: { kind: 'map', value: () => STRING },
  inner: structure({ name: STRING }),
});

// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
describe('the result of an SDK integration', () => {
  it.each<[name: string, value: unknown, rendered: unknown]>([
    ['text', 'a', 'a'],
    ['text', 1, '1'],
    ['bytes', Buffer.from('a'), 'a'],
    ['body', Readable.from(['a', Buffer.from('b')]), 'ab'],
    ['number', 1n, 1],
    ['flag', false, false],
    ['time', new Date('2026-01-01T00:00:00.000Z'), '2026-01-01T00:00:00Z'],
    ['time', '2026-01-01T00:00:00.120Z', '2026-01-01T00:00:00.120Z'],
    ['any', { a: 1 }, { a: 1 }],
    ['list', ['a', 'b'], ['a', 'b']],
    ['list', new Set(['a']), []],
    ['map', { a: 'b' }, { a: 'b' }],
    ['inner', { name: 'a', other: 'b' }, { Name: 'a' }],
  ])('has %s: %o', async (name, value, rendered) => {
    const key = name.slice(0, 1).toUpperCase() + name.slice(1);

    expect(await renderResult(SHAPE, { [name]: value }, 'iso8601')).toEqual({ [key]: rendered });
  });

  it('has times in milliseconds where the integration is optimized', async () => {
    expect(await renderResult(SHAPE, { time: new Date(1_500) }, 'epochMilliseconds')).toEqual({
      Time: 1_500,
    });
  });

  it('has its members in the order of their names, and none that is missing', async () => {
    const output = { text: 'a', flag: true, number: null, unknown: 1 };

    const result = await renderResult(SHAPE, output, 'iso8601');

    expect(JSON.stringify(result)).toBe('{"Flag":true,"Text":"a"}');
  });
});

it.each<[body: unknown, text: string]>([
  ['a', 'a'],
  [Buffer.from('ü'), 'ü'],
  [Readable.from([Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)]), 'ü'],
  [Readable.from([1, 2]), '12'],
  [undefined, ''],
  [null, ''],
  [{}, ''],
])('the body %o is the text %s', async (body, text) => {
  expect(await readText(body)).toBe(text);
});
