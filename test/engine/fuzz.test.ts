import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventful } from '../../engine/execution/eventful.machines.ts';
import type { Json } from '../../engine/index.ts';
import { agreeing } from '../../engine/jsonata/expression.cases.ts';
import { type Outcome, runDefinition } from '../../engine/run-definition.testing.ts';

/**
 * Mutated definitions with mutated inputs: a definition that the validator accepts ends, reaches a limit or waits,
 * and never throws. Limited by iterations, so that it is the same on every machine; set
 * `STEPMILL_FUZZ_ITERATIONS` for a longer run.
 */
const iterations = Number(process.env['STEPMILL_FUZZ_ITERATIONS'] ?? 1_500);
const seed = Number(process.env['STEPMILL_FUZZ_SEED'] ?? 20_261_120);

/** More than any small definition takes, even on a busy machine. */
const longestMs = 30_000;

const seeds = [
  ...ownDefinitions(),
  ...eventful.map((each) => JSON.stringify(each.definition)),
  ...expressionDefinitions(),
];

describe('a mutated definition with a mutated input', () => {
  test('ends without an internal error', () => {
    fc.assert(
      fc.property(mutatedDefinition(), input(), (definition, document) => {
        const start = performance.now();
        const outcome = runDefinition(definition, document);
        const elapsedMs = performance.now() - start;

        expect(problemWith(outcome)).toBeUndefined();
        expect(elapsedMs).toBeLessThan(longestMs);
      }),
      { seed, numRuns: iterations },
    );
  }, 600_000);

  test('ends as an Express machine too', () => {
    fc.assert(
      fc.property(mutatedDefinition(), input(), (definition, document) => {
        expect(problemWith(runDefinition(definition, document, 'EXPRESS'))).toBeUndefined();
      }),
      { seed, numRuns: Math.ceil(iterations / 3) },
    );
  }, 600_000);
});

describe('the definitions that are mutated', () => {
  test('run unmutated', () => {
    const outcomes = seeds.map((definition) => runDefinition(definition, { a: 1 }).kind);

    expect(outcomes.filter((kind) => kind === 'ended').length).toBeGreaterThan(seeds.length / 3);
  });
});

/** Finds an internal error that is reported as an error of the execution. */
function problemWith(outcome: Outcome): string | undefined {
  if (outcome.kind !== 'ended' || outcome.result.status === 'SUCCEEDED') return undefined;
  const { error = '', cause = '' } = outcome.result;
  const isOurs = /TypeError|RangeError|is not a function|of undefined|of null|\[object Object\]/u;
  return isOurs.test(`${error} ${cause}`) ? `${error}: ${cause}` : undefined;
}

function input(): fc.Arbitrary<Json> {
  const strange = fc.constantFrom<Json>(
    null,
    [],
    {},
    { __proto__: 1, constructor: { prototype: 1 } },
    { a: [1, { b: '2' }], Values: [1, 2, 3], FunctionInput: { fst: 'a', snd: 2 } },
    'x'.repeat(300_000),
    Array.from({ length: 300 }, (_, index) => index),
  );
  return fc.oneof(fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, strange);
}

type Edit = readonly [number, unknown, 'replace' | 'remove' | 'copy'];

function mutatedDefinition(): fc.Arbitrary<string> {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      '$',
      '$.a',
      '$$.Execution',
      '$..*',
      '$.a[?(@.b == 1)]',
      'States.ArrayRange(0, 1000000, 1)',
      'States.StringToJson($.a)',
      "States.Format('{}{}', $.a, States.UUID())",
      '{% $states.input %}',
      '{% [1..100000] %}',
      '{% $string($states) %}',
      '{% ($f := function($n){ $f($n + 1) }; $f(1)) %}',
      '{% $match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/) %}',
      { ErrorEquals: ['States.ALL'] },
      ['__proto__'],
      99_999_999,
      -1,
      0,
    ),
  );
  const kind = fc.constantFrom('replace' as const, 'remove' as const, 'copy' as const);
  const edit = fc.tuple(fc.nat(), value, kind);
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([definition, edits]) => applyEdits(definition, edits));
}

function applyEdits(definition: string, edits: readonly Edit[]): string {
  const document = { root: JSON.parse(definition) as unknown };
  for (const edit of edits) applyEdit(document, edit);
  return JSON.stringify(document.root) ?? 'null';
}

function applyEdit(document: object, [choice, value, kind]: Edit): void {
  const places = membersOf(document);
  const [owner, name] = places[choice % places.length] ?? [];
  if (owner === undefined || name === undefined) return;
  if (kind === 'remove' && owner !== document) Reflect.deleteProperty(owner, name);
  else setMember(owner, name, kind === 'copy' ? copyFrom(places, choice) : value);
}

/** Replaces a part of the definition by another part. */
function copyFrom(places: readonly (readonly [object, string])[], choice: number): unknown {
  const [owner, name] = places[(choice * 31 + 7) % places.length] ?? [];
  if (owner === undefined || name === undefined) return null;
  return structuredClone((owner as Readonly<Record<string, unknown>>)[name]);
}

function setMember(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function membersOf(value: object): readonly (readonly [object, string])[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => [
    [value, name] as const,
    ...(typeof member === 'object' && member !== null ? membersOf(member) : []),
  ]);
}

function ownDefinitions(): readonly string[] {
  const folder = new URL('../../engine/validation/cases/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => !['unsupported-fields.json', 'json-syntax.json'].includes(file))
    .flatMap((file) => readCases(new URL(file, folder)))
    .map(({ definition }) => definition)
    .filter((definition) => typeof definition === 'object')
    .map((definition) => JSON.stringify(definition));
}

/** A Pass state for every fifth of the expressions that are compared with the jsonata package. */
function expressionDefinitions(): readonly string[] {
  return agreeing
    .filter((_, index) => index % 5 === 0)
    .map((text) => {
      const expression = text.replaceAll(/\$d\b/gu, () => '$states.input');
      const state = { Type: 'Pass', Output: `{% ${expression} %}`, End: true };
      return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: state } });
    });
}

interface Case {
  readonly kind?: string;
  readonly definition: unknown;
}

function readCases(file: URL): readonly Case[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];
}
