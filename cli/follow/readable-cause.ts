import * as z from 'zod';
import { withoutLocalLinks } from '../terminal/console-links.ts';

/** What tells why: a SageMaker job's description, or a Lambda function's error. */
const causeSchema = z.union([
  z.object({ FailureReason: z.string() }).transform(({ FailureReason }) => FailureReason),
  z.object({ errorMessage: z.string() }).transform(({ errorMessage }) => errorMessage),
]);

/** A cause for people: of a whole description only the reason, with its line breaks. */
export function readableCause(cause = ''): string {
  const reason = causeSchema.safeParse(parse(cause)).data ?? cause;
  return withoutLocalLinks(reason).replaceAll('\\n', '\n').replaceAll('\n', '\n    ');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
