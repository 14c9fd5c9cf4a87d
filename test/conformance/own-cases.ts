import { isDeepStrictEqual } from 'node:util';
import {
  runChoiceCases,
  runDiagnosticsCases,
  runIntrinsicCases,
} from '../../engine/conformance/own-cases.testing.ts';
import { runPatternCases } from '../../local/event-patterns/own-cases.testing.ts';
import type { JudgedCase } from './table.ts';

interface OwnCase {
  readonly name: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** The cases of this repository; the unit tests hold the same. */
export function runOwnCases(): readonly JudgedCase[] {
  return [
    ...judge('Choice operators', runChoiceCases()),
    ...judge('Intrinsic functions', runIntrinsicCases()),
    ...judge('Diagnostics of definitions', runDiagnosticsCases()),
    ...judge('Event patterns', runPatternCases()),
  ];
}

function judge(group: string, cases: readonly OwnCase[]): readonly JudgedCase[] {
  return cases.map(({ name, expected, actual }) => {
    const agrees = isDeepStrictEqual(actual, expected);
    const difference = `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
    return { group, name, verdict: { L1: agrees }, difference: agrees ? undefined : difference };
  });
}
