import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { isAbsolute, relative } from 'node:path';
import type { Answer, Request } from './runner.ts';

/** The process that runs tests; it is replaced when a mutant hangs it. */
export class TestProcess {
  readonly #program: string;
  readonly #patienceMs: number;
  #child: ChildProcess | undefined;

  constructor(program: string, patienceMs: number) {
    this.#program = program;
    this.#patienceMs = patienceMs;
  }

  /** The tests that fail without any change. */
  async baseline(tests: readonly string[]): Promise<readonly string[]> {
    const answer = await this.#ask({ changed: undefined, tests, bail: false }, 20 * 60_000);
    if (answer === undefined) throw new Error('The tests did not end without any change.');
    return answer.failed.map(fromRoot);
  }

  /** The tests that fail; undefined where they did not end. */
  async run(request: Request): Promise<readonly string[] | undefined> {
    const answer = await this.#ask(request, this.#patienceMs);
    return answer?.failed.map(fromRoot);
  }

  /** Forgets what the tests know of a file. */
  async invalidate(file: string): Promise<void> {
    if (this.#child !== undefined) {
      await this.#ask({ changed: file, tests: [], bail: true }, this.#patienceMs);
    }
  }

  end(): void {
    const pid = this.#child?.pid;
    this.#child = undefined;
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }

  async #ask(request: Request, patienceMs: number): Promise<Answer | undefined> {
    const child = await this.#start();
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), patienceMs);
    child.send(request);
    try {
      const [answer] = (await once(child, 'message', { signal: ended.signal })) as [Answer];
      return answer;
    } catch {
      this.end();
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async #start(): Promise<ChildProcess> {
    if (this.#child !== undefined) return this.#child;
    // In a process group of its own, which ends as a whole.
    const child = fork(this.#program, {
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    await once(child, 'message');
    return child;
  }
}

function fromRoot(file: string): string {
  return isAbsolute(file) ? relative(process.cwd(), file) : file;
}
