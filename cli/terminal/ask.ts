import { createInterface } from 'node:readline/promises';
import { terminalText } from './terminal.ts';

/** Asks the person at the terminal. */
export interface Asker {
  /** Whether there is a person to ask. */
  readonly isThere: boolean;
  /** @returns what was typed, or the suggestion */
  text(question: string, suggestion: string): Promise<string>;
  yes(question: string, suggestion: boolean): Promise<boolean>;
}

export function createAsker(): Asker {
  return {
    isThere: process.stdin.isTTY,
    text: (question, suggestion) => ask(`${question} [${suggestion}]`, suggestion),
    async yes(question, suggestion) {
      const answer = await ask(`${question} ${suggestion ? '[Y/n]' : '[y/N]'}`, '');
      return answer === '' ? suggestion : /^y(es)?$/i.test(answer);
    },
  };
}

async function ask(question: string, suggestion: string): Promise<string> {
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await readline.question(terminalText(`${question} `));
    return answer.trim() === '' ? suggestion : answer.trim();
  } finally {
    readline.close();
  }
}
