import { compareHistories } from './history.ts';
import { type Difference, differences, type MatchOptions } from './match.ts';
import type { RecordedCase } from './recorded-case.ts';
import type { Replay } from './replay.ts';

/** The levels (docs/conformance.md) that a replay reaches; undefined: nothing recorded. */
export interface Levels {
  readonly L1: boolean;
  readonly L2: boolean;
  readonly L3: boolean | undefined;
  readonly L4: boolean | undefined;
  readonly differences: readonly Difference[];
}

export function judge(recorded: RecordedCase, replayed: Replay): Levels {
  const { expected } = recorded;
  const options: MatchOptions = {
    words: (recorded.placeholders ?? []).filter((word) => word !== ''),
    unordered: recorded.flags?.unordered_keys ?? [],
  };
  const L1 = replayed.status === expected.status;
  const results = [
    ...compareOptional('output', expected.output, replayed.output, options),
    ...compareOptional('error', expected.error, replayed.error, options),
    ...compareOptional('cause', expected.cause, replayed.cause, options),
  ];
  const history =
    expected.history === undefined
      ? undefined
      : compareHistories(recorded, expected.history, replayed.history, options);
  return {
    L1,
    L2: L1 && results.length === 0,
    L3: history?.types,
    L4: history?.whole,
    differences: [...results, ...(history?.differences ?? [])],
  };
}

function compareOptional(
  name: string,
  expected: unknown,
  actual: unknown,
  options: MatchOptions,
): readonly Difference[] {
  if (expected === undefined) {
    return actual === undefined ? [] : [{ at: name, expected: '(absent)', actual }];
  }
  return differences(expected, actual, options).map((each) => ({
    ...each,
    at: `${name}${each.at}`,
  }));
}
