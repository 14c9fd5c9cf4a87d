/**
 * npm run bench:loop: measures `cdk synth`, the start of `npm start`, and the times from the edit of a handler, a script
 * and a project to its effect in the running app, in a copy of the app with BENCH_PROJECTS projects (ten). The time
 * of a clock varies with what else the machine does, the CPU time of all processes hardly; it needs Linux. The start of
 * Node.js, measured before each edit, varies in the same way: times are also given in such starts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { copyApp } from '../safety/app-copy.ts';
import { type Clients, clientsOf, StepmillProcess } from '../safety/stepmill-process.ts';
import { CpuWatch } from './loop/cpu-watch.ts';

const PROJECTS = Number(process.env['BENCH_PROJECTS'] ?? 10);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const LOOK_EVERY_MS = 20;
const SECOND_MS = 1_000;
const GOAL_MS = { synth: 15_000, handler: 200, script: 2_000, project: 5_000 };

const HANDLER = 'handlers/observer/index.ts';
const SCRIPT = 'projects/tabular/python/train.py';
const PROJECT = 'projects/abalone/project.ts';

/** The name of the function that is edited. */
let observer: string | undefined;

const folder = await mkdtemp(join(tmpdir(), 'stepmill-bench-'));
try {
  const app = await copyApp(folder);
  await addProjects(app);
  await benchSynth(app);
  await benchLoop(app);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Adds copies of Abalone, each under its own name. */
async function addProjects(app: string): Promise<void> {
  const projects = join(app, 'projects');
  const names = await readdir(projects, { recursive: true });
  const definition = await readFile(join(app, PROJECT), 'utf8');
  const missing = PROJECTS - names.filter((name) => /^[^/]+\/project\.ts$/.test(name)).length;
  for (let index = 0; index < missing; index += 1) {
    const name = `copy-${index}`;
    await mkdir(join(projects, name));
    const text = definition.replace("name: 'abalone'", `name: '${name}'`);
    await writeFile(join(projects, name, 'project.ts'), text);
  }
}

async function benchSynth(app: string): Promise<void> {
  for (const what of ['for the first time', 'with nothing changed']) {
    const child = spawn('node_modules/.bin/cdk', ['synth', '--quiet'], {
      cwd: app,
      stdio: 'ignore',
    });
    const cpu = new CpuWatch(child.pid);
    const started = performance.now();
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`cdk synth failed (exit code ${code})`);
    report(`cdk synth of ${PROJECTS} projects ${what}`, {
      milliseconds: [performance.now() - started],
      cpuSeconds: cpu.end(),
      goalMs: GOAL_MS.synth,
    });
  }
}

async function benchLoop(app: string): Promise<void> {
  const started = performance.now();
  const runtime = new StepmillProcess(folder, ['start', '--port', '0'], { cwd: app });
  const cpu = new CpuWatch(runtime.pid);
  try {
    const clients = clientsOf(await runtime.ready());
    report('npm start until it is ready', {
      milliseconds: [performance.now() - started],
      cpuSeconds: cpu.end(),
    });
    // What the app loads after its start would take part of the first edit.
    await pause(GOAL_MS.synth);
    const original = await readFile(join(app, HANDLER), 'utf8');
    await bench('handler edit → next invocation', GOAL_MS.handler, runtime, async (round) => {
      const answer = `"edit ${round}"`;
      const text = original.replace('addProjectDimensions();', `return ${answer} as never;`);
      await writeFile(join(app, HANDLER), text);
      await until(async () => (await observe(clients)) === answer);
    });
    await benchDefinition(clients, runtime, app, {
      what: 'script edit → next job',
      goalMs: GOAL_MS.script,
      file: SCRIPT,
      change: (text, round) => `${text}\n# edit ${round}\n`,
    });
    await benchDefinition(clients, runtime, app, {
      what: 'project edit → updated stack',
      goalMs: GOAL_MS.project,
      file: PROJECT,
      change: (text, round) => text.replace(/max_depth: \d+/, `max_depth: ${round + 6}`),
    });
  } finally {
    await runtime.end('SIGINT');
  }
}

interface DefinitionEdit {
  readonly what: string;
  readonly goalMs: number;
  readonly file: string;
  readonly change: (text: string, round: number) => string;
}

/** Edits a file and waits for another definition of the training. */
async function benchDefinition(
  clients: Clients,
  runtime: StepmillProcess,
  app: string,
  { what, goalMs, file, change }: DefinitionEdit,
): Promise<void> {
  const describe = await describerOf(clients);
  await bench(what, goalMs, runtime, async (round) => {
    const former = await describe();
    const path = join(app, file);
    await writeFile(path, change(await readFile(path, 'utf8'), round));
    await until(async () => (await describe()) !== former);
  });
}

async function bench(
  what: string,
  goalMs: number,
  runtime: StepmillProcess,
  edit: (round: number) => Promise<void>,
): Promise<void> {
  const milliseconds: number[] = [];
  const starts: number[] = [];
  let cpuSeconds = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    starts.push(await timeOfStart());
    const cpu = new CpuWatch(runtime.pid);
    const started = performance.now();
    await edit(round);
    milliseconds.push(performance.now() - started);
    cpuSeconds += cpu.end() / ROUNDS;
    await pause(SECOND_MS);
  }
  report(what, { milliseconds, cpuSeconds, goalMs, starts });
}

/** How long a start of Node.js takes now, in milliseconds. */
async function timeOfStart(): Promise<number> {
  const started = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - started;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(LOOK_EVERY_MS);
}

async function observe({ lambda }: Clients): Promise<string> {
  observer ??= (await lambda.send(new ListFunctionsCommand({}))).Functions?.find(
    ({ FunctionName }) => FunctionName?.includes('Observer'),
  )?.FunctionName;
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: observer, Payload: '{}' }),
  );
  return Buffer.from(Payload ?? []).toString();
}

async function describerOf({ states }: Clients): Promise<() => Promise<string | undefined>> {
  const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
  const stateMachineArn = stateMachines.find(
    ({ name }) => name === 'abalone-training',
  )?.stateMachineArn;
  return async () =>
    (await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition;
}

interface Measured {
  readonly milliseconds: readonly number[];
  readonly cpuSeconds: number;
  readonly goalMs?: number;
  /** Milliseconds that starts of Node.js took beside it. */
  readonly starts?: readonly number[];
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function report(what: string, { milliseconds, cpuSeconds, goalMs, starts }: Measured): void {
  const median = medianOf(milliseconds);
  const worst = Math.max(...milliseconds);
  const ratio =
    starts === undefined
      ? ''
      : `, as long as ${(median / medianOf(starts)).toFixed(1)} starts of Node.js`;
  const goal =
    goalMs === undefined ? '' : `; goal: ${goalMs} ms: ${median <= goalMs ? 'met' : 'NOT MET'}`;
  console.log(
    `${what}: ${median.toFixed(0)} ms (at most ${worst.toFixed(0)} ms), ${cpuSeconds.toFixed(2)} s of CPU time${ratio}${goal}`,
  );
}
