import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { validate } from '../index.ts';
import { runDefinition } from '../run-definition.testing.ts';
import { arbitraryExpression } from './arbitrary-expression.testing.ts';
import { agreeing } from './expression.cases.ts';
import { sampleDocument } from './sample-document.testing.ts';

/**
 * JSONata in machines of one Pass state, compared with the jsonata package. The npm package does not contain its test
 * suite, so its groups are covered by our own expressions. Every expression reads the document as `$states.input`;
 * the expected value is the result of the package.
 */

const seed = 20_261_120;

type Result =
  | { readonly value: unknown }
  | { readonly fault: unknown }
  | { readonly nothing: true }
  | { readonly unsupported: true };

const written = Object.entries(
  JSON.parse(readFileSync(new URL('jsonata-suite.json', import.meta.url), 'utf8')) as Readonly<
    Record<string, readonly string[]>
  >,
);
// A call without `$` is a bare name here; see the last test.
const collected = agreeing
  .filter((text) => !/^[a-z]+\(/u.test(text))
  .map((text) => text.replaceAll(/\$d\b/gu, () => '$states.input'));

describe.each([...written, ['collected', collected] as const])('%s', (_, expressions) => {
  test.each(expressions)('%s', async (expression) => {
    expect(runExpression(expression)).toEqual(await evaluateWithPackage(expression));
  });
});

test('random expressions have the same value or the same error', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryExpression('$states.input'), async (expression) => {
      const [ours, theirs] = [runExpression(expression), await evaluateWithPackage(expression)];
      expect(withoutFault(ours)).toEqual(withoutFault(theirs));
    }),
    { seed, numRuns: 1_500 },
  );
}, 120_000);

test.each(agreeing.filter((text) => /^\$d\.\w/u.test(text)))(
  'a bare name at the start is refused: %s',
  (text) => {
    const bare = text.replaceAll(/\$d\./gu, '');

    const diagnostics = validate(machineOf(bare));

    expect(diagnostics[0]?.code).toMatch(/^(UNSUPPORTED|INVALID)_JSONATA_EXPRESSION$/u);
  },
);

function machineOf(expression: string): string {
  return JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'E',
    States: { E: { Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true } },
  });
}

function runExpression(expression: string): Result {
  const outcome = runDefinition(machineOf(expression), sampleDocument);
  if (outcome.kind === 'refused') return { fault: outcome.diagnostics[0] };
  if (outcome.kind === 'waiting') throw new Error('a Pass state must not wait');
  const { result } = outcome;
  if (result.status === 'SUCCEEDED') return { value: valueOf(result.output) };
  expect(result.error).toBe('States.QueryEvaluationError');
  return faultOf(result.cause ?? '');
}

function valueOf(output: unknown): unknown {
  return (JSON.parse(JSON.stringify(output)) as { readonly v: unknown }).v;
}

/** The package evaluates parts concurrently, so it can report another one of several errors. */
function withoutFault(result: Result): Result {
  return 'fault' in result ? { fault: 'some' } : result;
}

/** The message of the evaluation, at the end of the cause. */
function faultOf(cause: string): Result {
  if (cause.endsWith('returned nothing (undefined).')) return { nothing: true };
  if (cause.endsWith('returned an unsupported result type.')) return { unsupported: true };
  return { fault: /(?:evaluation\. |evaluation: )(.*)$/su.exec(cause)?.[1] ?? cause };
}

async function evaluateWithPackage(expression: string): Promise<Result> {
  const states = { input: structuredClone(sampleDocument) };
  try {
    return resultOf(await jsonata(expression).evaluate(undefined, { states }));
  } catch (thrown) {
    const { code, message } = thrown as { readonly code?: string; readonly message: string };
    const prefix = code?.startsWith('S') === true ? 'INVALID_JSONATA_EXPRESSION' : code;
    return { fault: prefix === undefined ? message : `${prefix}: ${message}` };
  }
}

function resultOf(value: unknown): Result {
  if (value === undefined) return { nothing: true };
  if (isFunction(value)) return { unsupported: true };
  return { value: JSON.parse(JSON.stringify(value, asOnAws)) as unknown };
}

/** AWS writes NaN and infinite numbers by name; functions inside results become null. */
function asOnAws(_: string, value: unknown): unknown {
  if (isFunction(value)) return null;
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return '_jsonata_function' in value || '_jsonata_lambda' in value;
}
