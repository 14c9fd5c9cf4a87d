import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Reached, TestAnswer, TestRequest } from './protocol.ts';

export interface Outcome {
  readonly result: 'passed' | 'failed' | 'hung';
  /** The first test that failed, and why. */
  readonly failure?: string | undefined;
  /** Undefined if it did not answer. */
  readonly reached?: Reached;
}

/** The process that runs tests; it is replaced when a mutant hangs or ends it. */
export class TestProcess {
  readonly #programs: { readonly runner: string; readonly worker: string };
  #child: ChildProcess | undefined;
  /** Files that may differ from what the process has read. */
  readonly #changed = new Set<string>();

  constructor(programs: { readonly runner: string; readonly worker: string }) {
    this.#programs = programs;
  }

  /** Runs a test file, or the tests of it with these ids; one that takes longer than that loops for ever. */
  async run(
    changed: string,
    test: string,
    {
      only,
      patienceMs,
    }: { readonly only?: readonly string[] | undefined; readonly patienceMs: number },
  ): Promise<Outcome> {
    const child = await this.#start();
    this.#changed.add(changed);
    const answer = answerOf(child, patienceMs);
    child.send({ changed: [...this.#changed], test, only } satisfies TestRequest);
    const outcome = await answer;
    this.#changed.clear();
    // The file may be put back at any time.
    this.#changed.add(changed);
    if (outcome === 'ended' || outcome === 'hung') {
      this.end();
      return { result: outcome === 'ended' ? 'failed' : 'hung' };
    }
    const { failed, failure, reached } = outcome;
    return { result: failed ? 'failed' : 'passed', failure, reached };
  }

  end(): void {
    const pid = this.#child?.pid;
    this.#child = undefined;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  async #start(): Promise<ChildProcess> {
    if (this.#child !== undefined) return this.#child;
    this.#changed.clear();
    // In a process group of its own, which ends as a whole.
    const child = fork(this.#programs.runner, [this.#programs.worker], {
      env: { ...process.env, NODE_NO_WARNINGS: '1', CI: 'true' },
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    const [first] = (await once(child, 'message')) as [unknown];
    if (first !== 'ready') throw new Error('The process of the tests did not start.');
    return child;
  }
}

async function answerOf(
  child: ChildProcess,
  patienceMs: number,
): Promise<TestAnswer | 'ended' | 'hung'> {
  const settled = new AbortController();
  const timer = setTimeout(() => settled.abort(), patienceMs);
  const { signal } = settled;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([answer]) => answer as TestAnswer),
      once(child, 'exit', { signal }).then(() => 'ended' as const),
    ]);
  } catch {
    return 'hung';
  } finally {
    clearTimeout(timer);
    settled.abort();
  }
}
