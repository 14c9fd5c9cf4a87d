import { setImmediate as nextTurn } from 'node:timers/promises';
import { DiskFullError, type Store, type Table } from '../../../store/index.ts';

/** An execution to resume. */
export interface Resumption {
  readonly arn: string;
  resume(): void;
  /** Ends the execution without resuming it; the cause is a sentence for its owner. */
  giveUp(cause: string): void;
}

/**
 * The number of executions that are marked and resumed together: each mark is a row, and each group is one
 * transaction. If the process ends while a group is resumed, the next start resumes its executions one by one.
 */
const GROUP_SIZE = 1_000;

/**
 * The number of starts that can end while an execution is resumed alone before it fails. One such end can be
 * an unrelated kill.
 */
const MOST_ATTEMPTS = 2;

/** An execution that has been resumed may end the process in the turns that follow. */
const MARKED_TURNS = 2;

/**
 * Resumes executions so that none of them can end every start of the runtime: with an error that nothing
 * catches, or with work that never returns. An execution is marked in the store before it is resumed, and the
 * mark is removed a few turns later. What is marked at a start was being resumed when the runtime ended. It is
 * resumed alone; if the runtime ends again, and once more, the execution is given up.
 */
export class ResumeFence {
  readonly #store: Store;
  /** How often each was resumed alone. */
  readonly #marks: Table<number>;
  #isHalted = false;

  constructor(store: Store) {
    this.#store = store;
    this.#marks = store.table<number>('stepfunctions.resuming', 'number');
  }

  async resume(executions: readonly Resumption[]): Promise<void> {
    this.#forgetOthers(executions);
    const isSuspect = ({ arn }: Resumption) => this.#marks.has(arn);
    const suspects = executions.filter(isSuspect);
    const others = executions.filter((execution) => !isSuspect(execution));
    for (let from = 0; from < others.length; from += GROUP_SIZE) {
      await this.#resumeGroup(others.slice(from, from + GROUP_SIZE));
    }
    for (const suspect of suspects) await this.#resumeAlone(suspect);
  }

  /** The runtime ends in order: nothing that is marked is to blame. */
  halt(): void {
    this.#isHalted = true;
    for (const [arn] of [...this.#marks.entries()]) this.#marks.delete(arn);
  }

  /** Marks of executions that have ended or were removed since. */
  #forgetOthers(executions: readonly Resumption[]): void {
    const arns = new Set(executions.map(({ arn }) => arn));
    for (const [arn] of [...this.#marks.entries()]) if (!arns.has(arn)) this.#marks.delete(arn);
  }

  /** Returns before the marks are removed: what is resumed begins beside the rest of the start. */
  async #resumeGroup(group: readonly Resumption[]): Promise<void> {
    await this.#mark(group, group.length === 1 ? 1 : 0);
    if (this.#isHalted) return;
    for (const execution of group) execution.resume();
    void this.#unmark(group);
  }

  async #resumeAlone(execution: Resumption): Promise<void> {
    const attempts = this.#marks.get(execution.arn) ?? 0;
    if (attempts >= MOST_ATTEMPTS) {
      this.#marks.delete(execution.arn);
      execution.giveUp(
        `The execution was not resumed: the runtime ended ${attempts} times while it resumed this execution.`,
      );
      return;
    }
    await this.#mark([execution], attempts + 1);
    if (this.#isHalted) return;
    execution.resume();
    await this.#unmark([execution]);
  }

  async #mark(group: readonly Resumption[], attempts: number): Promise<void> {
    if (this.#isHalted) return;
    for (const { arn } of group) this.#marks.put(arn, attempts);
    await this.#store.committed().catch((error: unknown) => {
      // Without room there is no fence; the runtime has reported the full disk.
      if (!(error instanceof DiskFullError)) throw error;
    });
  }

  async #unmark(group: readonly Resumption[]): Promise<void> {
    for (let turn = 0; turn < MARKED_TURNS; turn += 1) await nextTurn();
    for (const { arn } of group) this.#marks.delete(arn);
  }
}
