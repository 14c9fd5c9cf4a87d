import { readFileSync, writeFileSync } from 'node:fs';
import { applyMutant } from './mutants.ts';
import { addProbes, probeName } from './probes.ts';
import type { Reached } from './protocol.ts';
import type { FileMutant } from './sample.ts';
import type { Outcome, TestProcess } from './test-process.ts';

const LONGER_THAN_ANY_MS = 3_600_000;

/** Long enough for the slowest test file on a busy machine. */
const PATIENCE_MS = 180_000;
/** A file of which the time is known may take so much more, and never less than the shortest patience. */
const PATIENCE_FACTOR = 20;
const SHORTEST_PATIENCE_MS = 30_000;

/** A change that makes a test hang, or ends its process, is noticed as well. */
export type Verdict = 'killed' | 'timed out' | 'survived';

/** Decides whether tests notice a change. It works on the files below the working folder. */
export class Judge {
  readonly #process: TestProcess;
  readonly #say: (line: string) => void;
  /** The text of each file that has a mutant. */
  readonly #sources: ReadonlyMap<string, string>;
  /** The same with probes, which are there when nothing is mutated. */
  readonly #probed: ReadonlyMap<string, string>;
  /** By test file: the probes that it comes by; undefined for one that fails without any change. */
  readonly #reached = new Map<string, Reached | undefined>();
  /** Test files whose tests need each other. */
  readonly #whole = new Set<string>();

  /** By test: how long it took without a change. */
  readonly #tookMs = new Map<string, number>();

  constructor(process: TestProcess, mutants: readonly FileMutant[], say: (line: string) => void) {
    this.#process = process;
    this.#say = say;
    const files = [...new Set(mutants.map(({ file }) => file))];
    this.#sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
    this.#probed = new Map(
      files.map((file) => {
        const places = mutants.filter((each) => each.file === file).map(({ start }) => start);
        return [file, addProbes(file, this.#source(file), places)];
      }),
    );
    for (const [file, text] of this.#probed) writeFileSync(file, text);
  }

  async judge(mutant: FileMutant, tests: readonly string[]): Promise<Verdict> {
    const { file } = mutant;
    const name = probeName(file, this.#source(file), mutant.start);
    for (const test of this.#quickestFirst(tests)) {
      const reached = await this.#reach(file, test);
      const only = reached === undefined ? [] : testsAt(reached, name);
      if (only?.length === 0) continue;
      const verdict = await this.#tryTests(mutant, test, only, reached);
      if (verdict !== 'survived') return verdict;
    }
    return 'survived';
  }

  /** First the tests that come by the place, then also those after them, which may look at what the first one has made. */
  async #tryTests(
    mutant: FileMutant,
    test: string,
    only: readonly string[] | undefined,
    reached: Reached | undefined,
  ): Promise<Verdict> {
    if (only === undefined || this.#whole.has(test)) return this.#tryTest(mutant, test, undefined);
    const verdict = await this.#tryTest(mutant, test, only);
    const all = Object.keys(reached?.tests ?? {});
    const fromFirst = all.slice(all.indexOf(only[0] ?? ''));
    if (verdict !== 'survived' || fromFirst.length === only.length) return verdict;
    return this.#tryTest(mutant, test, fromFirst);
  }

  /** A failure counts only if the tests pass without the change, in a process that no mutant has spoilt. */
  async #tryTest(
    mutant: FileMutant,
    test: string,
    only: readonly string[] | undefined,
  ): Promise<Verdict> {
    const { file } = mutant;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      writeFileSync(file, applyMutant(this.#source(file), mutant));
      const { result } = await this.#run(file, test, only);
      writeFileSync(file, this.#probed.get(file) ?? '');
      if (result === 'passed') return 'survived';
      const unchanged = await this.#run(file, test, only);
      if (unchanged.result === 'passed') return result === 'hung' ? 'timed out' : 'killed';
      this.#process.end();
    }
    if (only === undefined) return 'survived';
    this.#whole.add(test);
    return this.#tryTest(mutant, test, undefined);
  }

  #run(file: string, test: string, only?: readonly string[]): Promise<Outcome> {
    const known = this.#tookMs.get(test);
    const patienceMs =
      known === undefined
        ? PATIENCE_MS
        : Math.min(PATIENCE_MS, Math.max(SHORTEST_PATIENCE_MS, PATIENCE_FACTOR * known));
    return this.#process.run(file, test, { only, patienceMs });
  }

  /** Tests that have not run keep their order behind the others. */
  #quickestFirst(tests: readonly string[]): readonly string[] {
    const timeOf = (test: string): number => this.#tookMs.get(test) ?? LONGER_THAN_ANY_MS;
    return tests.toSorted((one, other) => timeOf(one) - timeOf(other));
  }

  #source(file: string): string {
    return this.#sources.get(file) ?? '';
  }

  /** What a test file comes by; it runs once for that. */
  async #reach(file: string, test: string): Promise<Reached | undefined> {
    if (this.#reached.has(test)) return this.#reached.get(test);
    let outcome = await this.#runUnchanged(file, test);
    if (outcome.result !== 'passed') {
      this.#process.end();
      outcome = await this.#runUnchanged(file, test);
    }
    const { result, failure = result } = outcome;
    if (result !== 'passed') {
      this.#say(`left out, because it fails without any change: ${test} (${failure})`);
    }
    const reached = result === 'passed' ? outcome.reached : undefined;
    this.#reached.set(test, reached);
    return reached;
  }

  async #runUnchanged(file: string, test: string): Promise<Outcome> {
    const since = performance.now();
    const outcome = await this.#run(file, test);
    this.#tookMs.set(test, performance.now() - since);
    return outcome;
  }
}

/** The tests of a file that come by a probe; undefined for all of them. */
function testsAt({ shared, tests }: Reached, name: string): readonly string[] | undefined {
  if (shared.includes(name)) return undefined;
  return Object.keys(tests).filter((id) => tests[id]?.includes(name));
}
