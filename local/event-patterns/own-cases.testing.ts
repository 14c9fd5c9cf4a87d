import { readFileSync } from 'node:fs';
import { flattenEvent, matchesPattern } from './match-pattern.ts';
import { parsePattern } from './parse-pattern.ts';

type PatternCase = readonly [pattern: object, event: object, expected: boolean];

/** Cases of our own: siblings of those that AWS was recorded to answer, expected by EventBridge's documentation. */
export function runPatternCases(): readonly {
  readonly name: string;
  readonly expected: boolean;
  readonly actual: boolean;
}[] {
  // By its path from the root of the repository: this file is bundled, too.
  const file = 'local/event-patterns/cases/event-patterns.json';
  const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly PatternCase[];
  return cases.map(([pattern, event, expected]) => ({
    name: `${JSON.stringify(pattern)} on ${JSON.stringify(event)}`,
    expected,
    actual: matchesPattern(flattenEvent(event), parsePattern(JSON.stringify(pattern))),
  }));
}
