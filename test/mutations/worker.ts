import { once } from 'node:events';
import { request } from 'node:http';
import { startTests } from '@vitest/runner';
import {
  type RunnerTestCase,
  type RunnerTestSuite,
  type SerializedConfig,
  TestRunner,
  vi,
} from 'vitest';
import { REACHED } from './probes.ts';
import { PORT_VARIABLE, type Reached, type TestAnswer, type TestRequest } from './protocol.ts';

/**
 * The runner in Vitest's worker. After the first test file it does not end: it asks for test files and runs each with the
 * modules of the repository loaded again. The packages stay loaded, which is most of the time of a short test file.
 */
// oxlint-disable-next-line import/no-default-export -- Vitest loads a runner by its default export.
export default class MutationWorker extends TestRunner {
  readonly #config: SerializedConfig;

  constructor(config: SerializedConfig) {
    super(config);
    this.#config = config;
  }

  override async onAfterRunFiles(): Promise<void> {
    super.onAfterRunFiles();
    let answer: TestAnswer | undefined;
    for (;;) {
      const next = await nextTest(answer);
      if (next === undefined) return;
      answer = await this.#run(next);
    }
  }

  async #run({ changed, test, only }: TestRequest): Promise<TestAnswer> {
    const state = internalsOf(this).workerState;
    resetModules(state.evaluatedModules.idToModuleMap.values(), new Set(changed));
    state.filepath = test;
    const runner = this.#silentRunner(only);
    const errors: unknown[] = [];
    const remember = (error: unknown): unknown => errors.push(error);
    process.on('unhandledRejection', remember);
    process.on('uncaughtException', remember);
    try {
      const [file] = await startTests([test], runner);
      const failed = file?.result?.state !== 'pass' || errors.length > 0;
      return { failed, failure: runner.failure ?? describe(errors[0]), reached: runner.reached() };
    } finally {
      process.off('unhandledRejection', remember);
      process.off('uncaughtException', remember);
      vi.resetConfig();
      vi.restoreAllMocks();
    }
  }

  /** Its results go to the caller only; it stops at the first failure. */
  #silentRunner(only: readonly string[] | undefined): BailingRunner {
    const runner = new BailingRunner(this.#config, only);
    const { moduleRunner, _otel } = internalsOf(this);
    Object.assign(runner, { moduleRunner, _otel });
    return runner;
  }
}

/** What Vitest gives a runner, and does not declare. */
interface Internals {
  readonly moduleRunner: unknown;
  readonly _otel: unknown;
  readonly workerState: {
    filepath: string;
    readonly evaluatedModules: { readonly idToModuleMap: ReadonlyMap<string, EvaluatedModule> };
  };
}

interface EvaluatedModule {
  readonly file: string;
  meta?: unknown;
  promise?: unknown;
  exports?: unknown;
  evaluated: boolean;
}

function internalsOf(runner: TestRunner): Internals {
  return runner as unknown as Internals;
}

class BailingRunner extends TestRunner {
  readonly #only: ReadonlySet<string> | undefined;
  readonly #shared = new Set<string>();
  readonly #tests = new Map<string, ReadonlySet<string>>();
  /** The first test that failed, and why. */
  failure: string | undefined;

  constructor(config: SerializedConfig, only: readonly string[] | undefined) {
    super(config);
    this.#only = only === undefined ? undefined : new Set(only);
    noteIn(this.#shared);
  }

  reached(): Reached {
    return {
      shared: [...this.#shared],
      tests: Object.fromEntries(
        Array.from(this.#tests, ([id, names]): [string, string[]] => [id, [...names]]),
      ),
    };
  }

  onCollected(files: readonly RunnerTestSuite[]): void {
    if (this.#only !== undefined) for (const file of files) skipOthers(file, this.#only);
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test);
    const names = new Set<string>();
    this.#tests.set(test.id, names);
    noteIn(names);
  }

  override onAfterRunTask(test: RunnerTestCase): void {
    super.onAfterRunTask(test);
    noteIn(this.#shared);
    if (test.result?.state !== 'fail') return;
    this.failure ??= `${test.name}: ${describe(test.result.errors?.[0])}`;
    this.cancel('test-failure');
  }
}

/** The first line of a message. */
function describe(error: unknown): string | undefined {
  const { message } = (error ?? {}) as { readonly message?: string };
  return message?.split('\n')[0];
}

/** Where the probes note their names from now on. */
function noteIn(names: Set<string>): void {
  Object.assign(globalThis, { [REACHED]: names });
}

/** A suite of which no test runs does not prepare anything either. */
function skipOthers(suite: RunnerTestSuite, only: ReadonlySet<string>): boolean {
  const running = suite.tasks.filter((task) => {
    if (task.type === 'suite') return skipOthers(task, only);
    if (!only.has(task.id)) task.mode = 'skip';
    return task.mode !== 'skip';
  });
  if (running.length === 0) suite.mode = 'skip';
  return running.length > 0;
}

/** The repository's modules run again; the worker keeps the code of those that have not changed. */
function resetModules(modules: Iterable<EvaluatedModule>, changed: ReadonlySet<string>): void {
  for (const module of modules) {
    if (module.file.includes('/node_modules/')) continue;
    module.promise = undefined;
    module.exports = undefined;
    module.evaluated = false;
    if (changed.has(module.file)) module.meta = undefined;
  }
}

async function nextTest(answer: TestAnswer | undefined): Promise<TestRequest | undefined> {
  const asked = request({ port: process.env[PORT_VARIABLE], method: 'POST', agent: false });
  asked.end(JSON.stringify(answer ?? null));
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body === '' ? undefined : (JSON.parse(body) as TestRequest);
}
