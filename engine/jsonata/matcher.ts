import { JsonataFault } from './fault.ts';
import type { Evaluation } from './frame.ts';
import type { Match } from './matches.ts';

/** What a regular expression literal evaluates to: a function that finds the first match from a position on. */
export function createMatcher(
  pattern: RegExp,
  evaluation: Evaluation,
): (text: unknown, from?: unknown) => Match | undefined {
  const expression = new RegExp(pattern);
  const matcher = (text: unknown, from?: unknown): Match | undefined => {
    const subject = String(text);
    evaluation.step();
    expression.lastIndex = typeof from === 'number' ? from : 0;
    const found = expression.exec(subject);
    if (found === null) return undefined;
    const [match, ...groups] = found;
    return {
      match,
      start: found.index,
      end: found.index + match.length,
      groups,
      next: () => {
        if (expression.lastIndex >= subject.length) return undefined;
        const next = matcher(subject, expression.lastIndex);
        if (next?.match === '') throw new JsonataFault('D1004', { value: pattern.source });
        return next;
      },
    };
  };
  return matcher;
}
