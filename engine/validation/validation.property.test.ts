import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventful } from '../execution/eventful.machines.ts';
import { parseJsonPath, tryParseJsonPath } from '../jsonpath/parse.ts';
import {
  type FilterPredicate,
  type FilterValue,
  filterOperators,
  isReferencePath,
  type JsonPath,
  type PathRoot,
  type PathStep,
} from '../jsonpath/path.ts';
import { renderJsonPath } from '../jsonpath/render.ts';
import { findSyntaxError } from './json-syntax.ts';
import { whyNotReferencePath } from './reference-path.ts';
import { describeRefusal } from './refusal.ts';
import { validate, validateState } from './validate.ts';

const seed = 20_261_120;

/** The maximum time of the validation of a definition of a few kilobytes. */
const longestMs = 2_000;

const identifier = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,5}$/u);
const memberName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const index = fc.integer({ min: -99, max: 99 });

function atLeastOne<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { minLength: 1, maxLength: 3 });
}

const root: fc.Arbitrary<PathRoot> = fc.oneof(
  fc.constantFrom<PathRoot>({ kind: 'input' }, { kind: 'context' }),
  identifier.map((name): PathRoot => ({ kind: 'variable', name })),
);

const plainStep: fc.Arbitrary<PathStep> = fc.oneof(
  atLeastOne(memberName).map((names): PathStep => ({ kind: 'properties', names })),
  atLeastOne(index).map((indexes): PathStep => ({ kind: 'indexes', indexes })),
  fc
    .record({ from: index, to: index }, { requiredKeys: [] })
    .map((bounds): PathStep => ({ kind: 'slice', ...bounds })),
  fc.constant<PathStep>({ kind: 'wildcard' }),
);

const literal: fc.Arbitrary<FilterValue> = fc
  .oneof(fc.integer(), fc.boolean(), fc.constant(null), memberName)
  .map((value): FilterValue => ({ kind: 'literal', value }));

const currentPath: fc.Arbitrary<FilterValue> = fc
  .array(plainStep, { maxLength: 2 })
  .map((steps): FilterValue => ({ kind: 'path', path: { root: { kind: 'current' }, steps } }));

const comparison: fc.Arbitrary<FilterPredicate> = fc.oneof(
  currentPath.map((value): FilterPredicate => ({ kind: 'exists', value })),
  fc
    .tuple(fc.constantFrom(...filterOperators), currentPath, literal)
    .map(
      ([operator, left, right]): FilterPredicate => ({ kind: 'compare', operator, left, right }),
    ),
);

const predicate: fc.Arbitrary<FilterPredicate> = fc.letrec<{ any: FilterPredicate }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    comparison,
    tie('any').map((operand): FilterPredicate => ({ kind: 'not', operand })),
    fc
      .tuple(
        fc.constantFrom<'and' | 'or'>('and', 'or'),
        fc.array(tie('any'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, operands]): FilterPredicate => ({ kind, operands })),
  ),
})).any;

const steps: fc.Arbitrary<readonly PathStep[]> = fc
  .array(
    fc.oneof(
      plainStep.map((step) => [step]),
      plainStep.map((step): PathStep[] => [{ kind: 'descendants' }, step]),
      predicate.map((filter): PathStep[] => [{ kind: 'filter', predicate: filter }]),
    ),
    { maxLength: 4 },
  )
  .map((groups) => groups.flat());

const path: fc.Arbitrary<JsonPath> = fc.record({ root, steps });

describe('paths', () => {
  test('a rendered path parses to the same path', () => {
    fc.assert(
      fc.property(path, (original) => {
        expect(parseJsonPath(renderJsonPath(original))).toEqual(original);
      }),
      { seed, numRuns: 500 },
    );
  });

  test('a reference path parses and has only single steps', () => {
    const text = fc.array(
      fc.constantFrom('$', '.', '..', '[', ']', "'", 'a', '*', '0', '-1', ' ', "['b']"),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(text, (parts) => {
        const candidate = `$${parts.join('')}`;
        if (whyNotReferencePath(candidate) !== undefined) return;
        const parsed = tryParseJsonPath(candidate);
        expect(parsed !== undefined && isReferencePath(parsed)).toBe(true);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

describe('JSON syntax', () => {
  test('finds an error exactly where JSON.parse does', () => {
    fc.assert(
      fc.property(mutatedText(fc.json({ maxDepth: 4 })), (text) => {
        expect(findSyntaxError(text) === undefined).toBe(parses(text));
      }),
      { seed, numRuns: 3_000 },
    );
  });
});

describe('definitions', () => {
  const definitions = [
    ...ownDefinitions(),
    ...eventful.map((each) => JSON.stringify(each.definition)),
  ];
  const definition = fc.constantFrom(...definitions);

  test('a mutated structure is validated quickly', () => {
    fc.assert(
      fc.property(mutatedStructure(definition), (text) => {
        expect(isJudgedQuickly(text)).toBe(true);
      }),
      { seed, numRuns: 2_000 },
    );
  }, 60_000);

  test('a mutated text is validated quickly', () => {
    fc.assert(
      fc.property(mutatedText(definition), (text) => {
        expect(isJudgedQuickly(text)).toBe(true);
      }),
      { seed, numRuns: 1_000 },
    );
  }, 60_000);
});

function isJudgedQuickly(text: string): boolean {
  // CPU time of this process instead of wall-clock time, because other processes run too.
  const start = process.cpuUsage();
  const diagnostics = validate(text, { severity: 'WARNING' });
  validateState(text, { type: 'EXPRESS' });
  const { user, system } = process.cpuUsage(start);
  const elapsedMs = (user + system) / 1_000;
  const isRendered = describeRefusal(text, diagnostics).includes('nition');
  const isWorded = diagnostics.every(({ message }) => message !== '');
  return isRendered && isWorded && elapsedMs < longestMs;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Removes, doubles and replaces pieces of a text. */
function mutatedText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    '',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '1',
    'null',
    '{%',
    '%}',
    '$',
    '\n',
    'é',
  );
  const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 3 }), piece);
  return fc.tuple(text, fc.array(edit, { maxLength: 3 })).map(([original, edits]) => {
    let result = original;
    for (const [at, length, replacement] of edits) {
      const start = Math.floor(at * result.length);
      result = result.slice(0, start) + replacement + result.slice(start + length);
    }
    return result;
  });
}

/** Replaces values anywhere in a document by unexpected values. */
function mutatedStructure(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      '{% $states.x(%}',
      '{% a.b[$$] %}',
      '$.a[*]',
      'States.Format(',
      '__proto__',
      { States: {} },
    ),
  );
  const edit = fc.tuple(fc.nat(), strange, fc.boolean());
  return fc.tuple(text, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([original, edits]) => {
    const document = { root: JSON.parse(original) as unknown };
    for (const [choice, value, removes] of edits) editMember(document, choice, value, removes);
    return JSON.stringify(document.root) ?? 'null';
  });
}

function editMember(document: object, choice: number, value: unknown, removes: boolean): void {
  const places = membersOf(document);
  const place = places[choice % places.length];
  if (place === undefined) return;
  const owner = place[0] as Record<string, unknown>;
  if (removes && owner !== document) delete owner[place[1]];
  else
    Object.defineProperty(owner, place[1], {
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
  const folder = new URL('cases/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file !== 'unsupported-fields.json' && file !== 'json-syntax.json')
    .flatMap(
      (file) =>
        JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly {
          readonly definition: unknown;
        }[],
    )
    .map(({ definition }) =>
      typeof definition === 'string' ? definition : JSON.stringify(definition),
    );
}
