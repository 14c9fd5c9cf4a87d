import { MAX_FAILURE_REASON_CHARACTERS } from '../limits.ts';

/** A job cannot go on; the message is its `FailureReason`, as AWS words it. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
}

/** `FailureReason` and `ExitMessage` hold 1,024 characters: what comes first is kept, and the end of what may be long. */
export function withLastLines(beginning: string, lastLines: string, ending = ''): string {
  const room = MAX_FAILURE_REASON_CHARACTERS - beginning.length - ending.length;
  const text = lastLines.length <= room ? lastLines : `…${lastLines.slice(1 - Math.max(room, 1))}`;
  return `${beginning}${text}${ending}`.slice(0, MAX_FAILURE_REASON_CHARACTERS);
}

/** The last traceback of a script's output, else its last lines. */
export function errorOf(lastLines: string): string {
  const traceback = lastLines.lastIndexOf('Traceback (most recent call last):');
  return traceback < 0 ? lastLines : lastLines.slice(traceback);
}
