import { execBounded, mayBacktrack, type RegexMatch } from './bounded-regex.ts';
import { JsonataFault } from './fault.ts';
import type { Evaluation } from './frame.ts';
import type { Match } from './matches.ts';

/** What a regular expression literal evaluates to: a function that finds the first match from a position on. */
export function createMatcher(
  pattern: RegExp,
  evaluation: Evaluation,
): (text: unknown, from?: unknown) => Match | undefined {
  const expression = new RegExp(pattern);

  function find(subject: string, from: number): RegexMatch | undefined {
    if (mayBacktrack(pattern, subject.length)) return execBounded(pattern, subject, from);
    expression.lastIndex = from;
    const found = expression.exec(subject);
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
