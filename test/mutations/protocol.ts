/** A test to run, of `main.ts` to `runner.ts`, and the files that may have changed since the last one. */
export interface TestRequest {
  readonly changed: readonly string[];
  readonly test: string;
  /** The ids of the tests of the file that run; all without it. */
  readonly only?: readonly string[] | undefined;
}

/** What became of it. */
export interface TestAnswer {
  readonly failed: boolean;
  /** The first test that failed, and why. */
  readonly failure?: string | undefined;
  readonly reached: Reached;
}

/** The names of the probes that a test file came by: `probes.ts`. */
export interface Reached {
  /** When it was loaded, and in what its tests share. */
  readonly shared: readonly string[];
  /** By the id of a test. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

/** The port at which `worker.ts` asks `runner.ts` for the next test. */
export const PORT_VARIABLE = 'STEPMILL_MUTATIONS_PORT';
