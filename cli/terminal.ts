import { styleText } from 'node:util';
import ora from 'ora';

/** Where a command writes for people. Answers go to standard output, progress to standard error. */
export interface Terminal {
  /** An answer: one line on standard output. */
  print(line?: string): void;
  /** News while something runs: one line on standard error. */
  note(line: string): void;
  /** Shows that `title` is under way until the work ends; a failure is shown and thrown on. */
  during<Result>(
    title: string,
    work: (update: (title: string) => void) => Promise<Result>,
  ): Promise<Result>;
}

export function createTerminal(): Terminal {
  // Whoever reads the answers may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    print: (line = '') => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
    async during(title, work) {
      const startedAt = performance.now();
      // Ora's raw mode would swallow Ctrl-C: on Node.js 20 nothing reads what it discards.
      const spinner = ora({ text: title, stream: process.stderr, discardStdin: false }).start();
      const elapsed = () => dim(seconds(performance.now() - startedAt));
      const end = (symbol: string) =>
        spinner.stopAndPersist({ symbol, text: `${title} ${elapsed()}` });
      try {
        const result = await work((text) => {
          spinner.text = text;
        });
        end(green('✓'));
        return result;
      } catch (error) {
        end(red('✗'));
        throw error;
      }
    },
  };
}

/** `1.2 s`, `3 min 5 s`. */
export function seconds(durationMs: number): string {
  const total = durationMs / 1_000;
  if (total < 60) return `${total.toFixed(1)} s`;
  return `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}

export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);
export const green = (text: string) => styleText('green', text);
export const red = (text: string) => styleText('red', text);
export const yellow = (text: string) => styleText('yellow', text);
