import {
  execBounded,
  NATIVE_TESTS_PER_STEP,
  nativeTests,
  RegexLimitExceeded,
  type RegexMatch,
} from '../bounded-regex.ts';
import { JsonataFault, limitMessages } from './fault.ts';
import type { Evaluation } from './frame.ts';
import type { Match } from './matches.ts';

/** The minimum cost of a character in JavaScript's own engine, in steps of an evaluation. */
const NATIVE_STEPS_EACH = 1 / 32;
/** The cost of a step of the bounded engine, in steps of an evaluation. */
const BOUNDED_STEPS_EACH = 1 / 4;

/** The value of a regular expression literal: a function that finds the first match at or after a position. */
export function createMatcher(
  pattern: RegExp,
  evaluation: Evaluation,
): (text: unknown, from?: unknown) => Match | undefined {
  const expression = new RegExp(pattern);

  function find(subject: string, from: number): RegexMatch | undefined {
    const tests = nativeTests(pattern, subject.length);
    if (tests === undefined) return findBounded(pattern, subject, from, evaluation);
    const stepsEach = tests / (subject.length + 1) / NATIVE_TESTS_PER_STEP;
    expression.lastIndex = from;
    const found = expression.exec(subject);
    // It reads up to its match, so many matches in a long text read the text once.
    const end = found === null ? subject.length : expression.lastIndex;
    evaluation.step(Math.max(0, end - from) * Math.max(stepsEach, NATIVE_STEPS_EACH));
    if (found === null) return undefined;
    const [text, ...groups] = found;
    return { index: found.index, text, groups };
  }

  return function matcher(text, from): Match | undefined {
    const subject = String(text);
    evaluation.step();
    const found = find(subject, typeof from === 'number' ? from : 0);
    if (found === undefined) return undefined;
    const end = found.index + found.text.length;
    return {
      match: found.text,
      start: found.index,
      end,
      groups: found.groups,
      next: () => {
        if (end >= subject.length) return undefined;
        const next = matcher(subject, end);
        if (next?.match === '') throw new JsonataFault('D1004', { value: pattern.source });
        return next;
      },
    };
  };
}

function findBounded(
  pattern: RegExp,
  subject: string,
  from: number,
  evaluation: Evaluation,
): RegexMatch | undefined {
  try {
    return execBounded(pattern, subject, from, (steps) =>
      evaluation.step(steps * BOUNDED_STEPS_EACH),
    );
  } catch (error) {
    if (error instanceof RegexLimitExceeded) {
      throw new JsonataFault(undefined, { message: limitMessages.time });
    }
    throw error;
  }
}
