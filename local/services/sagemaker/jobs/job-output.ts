import type { Cloud } from '../../../cloud/cloud.ts';
import { LastLines } from '../../../jobs/index.ts';

/** The limit of a job's output in its log stream; further output is counted, and its last lines are kept. */
const MAX_LOGGED_BYTES = 16 * 1024 * 1024;

const REMEMBERED_LINES = 40;

/** Writes the output of a container to CloudWatch Logs, and keeps its last lines for messages. */
export interface JobOutput {
  push(chunk: Buffer): void;
  /** Writes a line of this runtime, which has its own prefix. */
  say(text: string): void;
  end(): void;
  readonly lastLines: string;
}

export interface JobOutputOptions {
  readonly logGroup: string;
  readonly logStream: string;
  onLine?(line: string): void;
}

export function createJobOutput(cloud: Cloud, options: JobOutputOptions): JobOutput {
  const { logGroup, logStream } = options;
  let loggedBytes = 0;
  let dropped = 0;
  const write = (message: string) => cloud.writeLogLine({ logGroup, logStream, message });
  const lines = new LastLines(REMEMBERED_LINES, (line) => {
    options.onLine?.(line);
    loggedBytes += line.length;
    if (loggedBytes <= MAX_LOGGED_BYTES) write(line);
    else dropped += 1;
  });

  return {
    push: (chunk) => lines.push(chunk),
    say: (text) => write(`stepmill: ${text}`),
    end() {
      lines.end();
      if (dropped === 0) return;
      write(
        `stepmill: ${dropped} lines after the first ${MAX_LOGGED_BYTES} bytes were not kept. The last ones:`,
      );
      for (const line of lines.text.split('\n')) write(line);
    },
    get lastLines() {
      return lines.text;
    },
  };
}
