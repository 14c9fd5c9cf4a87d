/**
 * Makes small changes to the code, one at a time, and counts those that no test notices:
 *
 *     npm run test:mutations -- --seed 1 --count 200 engine workflows handlers local/services
 *
 * It works on a copy of the last commit in a temporary folder. The same seed makes the same sample of the same code.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fittingTests, readImporters } from './fitting-tests.ts';
import { applyMutant, findMutants } from './mutants.ts';
import { type FileMutant, sampleMutants } from './sample.ts';
import { TestProcess } from './test-process.ts';

/** Long enough for the slowest file on a busy machine; what takes longer loops for ever. */
const PATIENCE_MS = 300_000;
/** The nearest tests usually notice. */
const NEAREST = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
  },
});
const folders =
  positionals.length === 0 ? ['engine', 'workflows', 'handlers', 'local/services'] : positionals;

const repository = process.cwd();
const runner = resolve('dist/test/mutations/runner.js');
const parent = mkdtempSync(join(tmpdir(), 'stepmill-mutations-'));
const copy = join(parent, 'repository');
git('worktree', 'add', '--quiet', '--detach', copy, 'HEAD');
let tests: TestProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    removeCopy();
    process.exit(1);
  });
}
try {
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  symlinkSync(join(repository, '.stepmill'), join(copy, '.stepmill'));
  process.chdir(copy);
  tests = new TestProcess(runner, PATIENCE_MS);
  process.exitCode = await run(tests);
} finally {
  removeCopy();
}

/** The tests end first: their process is in a group of its own, which Ctrl-C does not reach. */
function removeCopy(): void {
  tests?.end();
  process.chdir(repository);
  git('worktree', 'remove', '--force', copy);
  rmSync(parent, { recursive: true, force: true });
}

function git(...words: string[]): string {
  return execFileSync('git', words, { encoding: 'utf8' });
}

async function run(process: TestProcess): Promise<number> {
  const files = git('ls-files', '*.ts').split('\n').filter(Boolean);
  const importers = readImporters(files);
  const mutants = files.filter(isProduct).flatMap((file) => mutantsOf(file));
  const sample = sampleMutants(mutants, Number(values.count), Number(values.seed));
  const plans = sample.map((mutant) => ({ mutant, tests: fittingTests(mutant.file, importers) }));
  const needed = [...new Set(plans.flatMap((plan) => plan.tests))];
  say(
    `${sample.length} of ${mutants.length} changes, ${needed.length} test files; all run once as they are.`,
  );
  const since = Date.now();
  const broken = new Set(await process.baseline(needed));
  for (const test of broken) say(`left out, because it fails as it is: ${test}`);
  say(`That took ${Math.round((Date.now() - since) / 1000)} s.`);
  const survivors: FileMutant[] = [];
  for (const [index, plan] of plans.entries()) {
    const sound = plan.tests.filter((test) => !broken.has(test));
    const verdict = await judge(process, plan.mutant, sound);
    if (verdict === 'survived') survivors.push(plan.mutant);
    say(`${index + 1} ${verdict} ${describe(plan.mutant)}`);
  }
  const killed = sample.length - survivors.length;
  say(
    `\nseed ${values.seed}: ${killed} of ${sample.length} noticed (${Math.round((100 * killed) / sample.length)} %)`,
  );
  for (const kind of new Set(sample.map((each) => each.kind))) {
    const all = sample.filter((each) => each.kind === kind).length;
    const unnoticed = survivors.filter((each) => each.kind === kind).length;
    say(`${kind.padEnd(11)} ${all - unnoticed} of ${all}`);
  }
  for (const survivor of survivors) say(`survived: ${describe(survivor)}`);
  return 0;
}

function isProduct(file: string): boolean {
  return (
    folders.some((folder) => file.startsWith(`${folder.replace(/\/$/, '')}/`)) &&
    !/\.(test|testing|cases|machines|bench)\.ts$|^engine\/conformance\//.test(file)
  );
}

function mutantsOf(file: string): readonly FileMutant[] {
  return findMutants(readFileSync(file, 'utf8')).map((mutant) => ({ ...mutant, file }));
}

/** A test that fails must pass without the change: else it says nothing, and the others decide. */
async function judge(
  process: TestProcess,
  mutant: FileMutant,
  fitting: readonly string[],
): Promise<'killed' | 'timed out' | 'survived'> {
  const failed = await withMutant(process, mutant, fitting);
  if (failed === undefined) return 'timed out';
  if (failed.length === 0) return 'survived';
  const doubtful = await process.run({ changed: undefined, tests: failed, bail: false });
  if (doubtful !== undefined && doubtful.length < failed.length) return 'killed';
  say(`fails without any change as well: ${failed.join(', ')}`);
  return judge(
    process,
    mutant,
    fitting.filter((test) => !failed.includes(test)),
  );
}

/** The tests that fail with a change; the nearest ones run first. */
async function withMutant(
  process: TestProcess,
  mutant: FileMutant,
  fitting: readonly string[],
): Promise<readonly string[] | undefined> {
  const source = readFileSync(mutant.file, 'utf8');
  writeFileSync(mutant.file, applyMutant(source, mutant));
  try {
    let changed: string | undefined = mutant.file;
    for (const stage of [fitting.slice(0, NEAREST), fitting.slice(NEAREST)]) {
      if (stage.length === 0) continue;
      const failed = await process.run({ changed, tests: stage, bail: true });
      if (failed === undefined || failed.length > 0) return failed;
      changed = undefined;
    }
    return [];
  } finally {
    writeFileSync(mutant.file, source);
    await process.invalidate(mutant.file);
  }
}

function describe({ file, start, end, replacement, kind }: FileMutant): string {
  const source = readFileSync(file, 'utf8');
  const line = source.slice(0, start).split('\n').length;
  const was = source.slice(start, end).replaceAll(/\s+/g, ' ').slice(0, 80);
  const now = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
  return `${file}:${line} ${kind}: ${was} => ${now}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
