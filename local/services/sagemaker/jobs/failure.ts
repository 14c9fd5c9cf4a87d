import { MAX_FAILURE_REASON_CHARACTERS } from '../limits.ts';

/** The job fails; the message is AWS's `FailureReason`. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
}

/** `FailureReason` and `ExitMessage` have 1,024 characters: keeps the beginning, and the end of the long part. */
export function withLastLines(beginning: string, lastLines: string, ending = ''): string {
  const room = MAX_FAILURE_REASON_CHARACTERS - beginning.length - ending.length;
  const text = lastLines.length <= room ? lastLines : `…${lastLines.slice(1 - Math.max(room, 1))}`;
  return `${beginning}${text}${ending}`.slice(0, MAX_FAILURE_REASON_CHARACTERS);
}

/** The last traceback in the output of a script, or its last lines. */
export function errorOf(lastLines: string): string {
  const traceback = lastLines.lastIndexOf('Traceback (most recent call last):');
  return traceback < 0 ? lastLines : lastLines.slice(traceback);
}
