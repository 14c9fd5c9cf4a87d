/**
 * Makes small changes to the code, one at a time, and counts those that no test notices:
 *
 *     npm run test:mutations -- --seed 1 --count 200 engine workflows handlers local/services
 *
 * It works on a copy of the last commit, or of another one, in a temporary folder. The same seed makes the same sample of the same code.
 * What the nearest tests do not notice is tried with all unit tests that reach the file; `--near` leaves that out.
 * `--kind comparison --kind logic` tries these kinds of changes only.
 * `--part 2/3` tries the second third of the sample, so that several processes share it. Within a folder the order is random, so a run
 * that is broken off has tried a smaller sample of the folders that it has come to. `--survivors FILE` reads what a run
 * with `--near` printed, and tries what survived it with all other unit tests.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { farTests, nearTests, readImporters } from './fitting-tests.ts';
import { Judge } from './judge.ts';
import { findMutants, type Mutant } from './mutants.ts';
import { type FileMutant, type MutantGroup, sampleGroups } from './sample.ts';
import { TestProcess } from './test-process.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    commit: { type: 'string', default: 'HEAD' },
    kind: { type: 'string', multiple: true },
    near: { type: 'boolean', default: false },
    part: { type: 'string', default: '1/1' },
    survivors: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  say(
    'npm run test:mutations -- [--seed 1] [--count 200] [--commit HEAD] [--kind text …] [--near] [--part 1/2] [--survivors FILE] [FOLDER …]',
  );
  process.exit(0);
}
const folders =
  positionals.length === 0 ? ['engine', 'workflows', 'handlers', 'local/services'] : positionals;

const repository = process.cwd();
const programs = { runner: built('runner'), worker: built('worker') };
// The functions of local Lambda see nothing of the system's temporary folder.
mkdirSync('.stepmill', { recursive: true });
const parent = mkdtempSync(resolve('.stepmill/mutations-'));
const copy = join(parent, 'repository');
git('worktree', 'add', '--quiet', '--detach', copy, values.commit);
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
  tests = new TestProcess(programs);
  await run(tests);
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

function built(program: string): string {
  return resolve(`dist/test/mutations/${program}.js`);
}

async function run(process: TestProcess): Promise<void> {
  const files = git('ls-files', '*.ts').split('\n').filter(Boolean);
  const importers = readImporters(files);
  const groups = folders.map((folder) => groupOf(folder, files));
  const sample = partOf(sampleGroups(groups, Number(values.count), Number(values.seed)));
  const all = groups.reduce((sum, { mutants }) => sum + mutants.length, 0);
  say(`${sample.length} of ${all} changes`);
  const judge = new Judge(process, sample, say);
  const near = values.survivors === undefined;
  let survivors = near
    ? await judgeEach(judge, sample, (file) => nearTests(file, importers))
    : survivorsIn(values.survivors, sample);
  if (!values.near) {
    say(`\nAll unit tests that reach the ${survivors.length} that survived:`);
    survivors = await judgeEach(judge, survivors, (file) => farTests(file, importers));
  }
  report(sample, survivors);
}

function survivorsIn(
  printed: string | undefined,
  sample: readonly FileMutant[],
): readonly FileMutant[] {
  const lines = readFileSync(resolve(repository, printed ?? ''), 'utf8').split('\n');
  const survived = lines.filter((line) => /^\d+ survived /.test(line));
  return sample.filter(({ label }) => survived.some((line) => line.endsWith(`) ${label}`)));
}

function partOf(sample: readonly FileMutant[]): readonly FileMutant[] {
  const [part = 1, parts = 1] = values.part.split('/').map(Number);
  return sample.filter((_, index) => index % parts === part - 1);
}

async function judgeEach(
  judge: Judge,
  mutants: readonly FileMutant[],
  testsOf: (file: string) => readonly string[],
): Promise<readonly FileMutant[]> {
  const survivors: FileMutant[] = [];
  for (const [index, mutant] of mutants.entries()) {
    const since = Date.now();
    const verdict = await judge.judge(mutant, testsOf(mutant.file));
    if (verdict === 'survived') survivors.push(mutant);
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    say(`${index + 1} ${verdict} (${seconds} s) ${mutant.label}`);
  }
  return survivors;
}

function report(sample: readonly FileMutant[], survivors: readonly FileMutant[]): void {
  const line = (name: string, ofSample: readonly FileMutant[]): void => {
    const killed = ofSample.filter((each) => !survivors.includes(each)).length;
    const percent = Math.round((100 * killed) / ofSample.length);
    say(`${name.padEnd(14)} ${killed} of ${ofSample.length} (${percent} %)`);
  };
  say('');
  for (const survivor of survivors) say(`survived: ${survivor.label}`);
  for (const kind of new Set(sample.map((each) => each.kind))) {
    line(
      kind,
      sample.filter((each) => each.kind === kind),
    );
  }
  for (const folder of folders) {
    line(
      folder,
      sample.filter(({ file }) => file.startsWith(withSlash(folder))),
    );
  }
  line(`seed ${values.seed}`, sample);
}

/** The changes that can be made in a folder, and its weight in the sample. */
function groupOf(folder: string, files: readonly string[]): MutantGroup {
  const product = files.filter((file) => file.startsWith(withSlash(folder)) && isProduct(file));
  return {
    mutants: product.flatMap((file) => mutantsOf(file)),
    weight: product.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length, 0),
  };
}

function withSlash(folder: string): string {
  return `${folder.replace(/\/$/, '')}/`;
}

function isProduct(file: string): boolean {
  return !/\.(test|testing|cases|machines|bench)\.ts$|^engine\/conformance\//.test(file);
}

function mutantsOf(file: string): readonly FileMutant[] {
  const source = readFileSync(file, 'utf8');
  const wanted = findMutants(source).filter(({ kind }) => values.kind?.includes(kind) ?? true);
  return wanted.map((mutant) => {
    const label = `${file}:${describe(source, mutant)}`;
    return { ...mutant, file, label };
  });
}

function describe(source: string, { start, end, replacement, kind }: Mutant): string {
  const line = source.slice(0, start).split('\n').length;
  const was = source.slice(start, end).replaceAll(/\s+/g, ' ').slice(0, 80);
  const now = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
  return `${line} ${kind}: ${was} => ${now}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
