import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { connect } from '../../cli/connection/connection.ts';
import { readCheckout } from '../../cli/deliver/checkout.ts';
import type { DeliveryDecisions } from '../../cli/deliver/delivery-follower.ts';
import { findPipeline } from '../../cli/deliver/find-pipeline.ts';
import { followDelivery } from '../../cli/deliver/follow-delivery.ts';
import { createPipelineClients } from '../../cli/deliver/pipeline-clients.ts';
import { closeAfter, resumeDelivery, startDelivery } from '../../cli/deliver/start-delivery.ts';
import { uploadCommit } from '../../cli/deliver/upload-commit.ts';
import { linkTools } from '../../cli/stories/link-tools.ts';
import { writtenTerminal } from '../../cli/terminal/written-terminal.testing.ts';
import { DELIVERY, type DeliveryPlan } from '../../delivery/index.ts';
import { configOf, synthesizeDelivery } from '../../infra/delivery/delivery.testing.ts';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';
import { type SmallModels, synthesizeModels } from './models.testing.ts';

export const REGION = 'eu-west-1';
export const ACCOUNTS = { pipeline: '000011112222', dev: '111111111111', prod: '333333333333' };

/** The pipeline of `stepmill.config.ts`, created in its account, and a repository that it delivers. */
export interface StagesWorld {
  readonly runtime: Runtime;
  readonly plan: DeliveryPlan;
  clientConfig(account: keyof typeof ACCOUNTS): object;
  commit(models: SmallModels): void;
  /** While there is one, the step with this name fails. */
  mark(name: string, isThere: boolean): void;
  bootstrap(account: 'dev' | 'prod'): Promise<void>;
  begin(): Promise<string>;
  /** Follows an execution until it ends; the lines as shown. */
  follow(id: string, decisions?: Partial<DeliveryDecisions>): Promise<string>;
  resume(stage: string): Promise<string>;
  /** Delivers the last commit as far as this stage; the lines as shown. */
  deliverUntil(stage: string): Promise<string>;
  end(): Promise<void>;
}

/** A window that is closed for the next eleven hours. */
function closedWindow() {
  const fromHour = (new Date().getUTCHours() + 12) % 24;
  const days = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
  return { days: [...days], fromHour, untilHour: fromHour + 1, timeZone: 'UTC' };
}

export async function startStagesWorld(): Promise<StagesWorld> {
  const root = mkdtempSync(join(tmpdir(), 'stepmill-stages-'));
  const folder = join(root, 'checkout');
  const marks = join(root, 'marks');
  const tools = linkTools(root, 'dist/cli/main.js');
  for (const made of [folder, marks, join(root, 'home')]) mkdirSync(made);
  const { file, plan } = synthesizeDelivery({
    ...configOf({
      install: `ln -sfn "${tools}" node_modules`,
      checks: ['sh check.sh'],
      bakeMinutes: 0,
    }),
    environments: {
      dev: { account: ACCOUNTS.dev, region: REGION, promotesTo: 'prod' },
      prod: { account: ACCOUNTS.prod, region: REGION, window: closedWindow() },
    },
  });
  const runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    assembly: writeAssembly(join(root, 'pipeline'), file),
    accounts: [ACCOUNTS.dev, ACCOUNTS.prod].map((accountId) => ({ accountId, region: REGION })),
  });
  const credentialsOf = (account: keyof typeof ACCOUNTS) => ({
    accessKeyId: ACCOUNTS[account],
    secretAccessKey: 'local',
  });
  const connection = connect({
    endpoint: runtime.endpoint,
    region: REGION,
    credentials: credentialsOf('pipeline'),
  });
  const clients = createPipelineClients({ ...connection, pollMs: 50 });
  const pipeline = await findPipeline(clients, DELIVERY);
  writeRepository(folder, marks, tools);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: folder,
    });
  git('init', '-q', '-b', 'main');
  const world: StagesWorld = {
    runtime,
    plan,
    clientConfig: (account) => ({
      endpoint: runtime.endpoint,
      region: REGION,
      credentials: credentialsOf(account),
    }),
    commit(models) {
      const prebuilt = join(root, 'assembly', 'cdk.out');
      rmSync(join(root, 'assembly'), { recursive: true, force: true });
      synthesizeModels(plan, models, prebuilt);
      cpSync(prebuilt, join(folder, 'prebuilt'), { recursive: true });
      git('add', '-A');
      git('commit', '-q', '-m', models.workflow);
    },
    mark(name, isThere) {
      if (isThere) writeFileSync(join(marks, name), '');
      else rmSync(join(marks, name));
    },
    bootstrap: (account) =>
      runCdk(folder, {
        HOME: join(root, 'home'),
        AWS_ENDPOINT_URL: runtime.endpoint,
        AWS_ACCESS_KEY_ID: ACCOUNTS[account],
      }),
    async begin() {
      const checkout = readCheckout(folder, false);
      await uploadCommit(clients, pipeline, checkout);
      return startDelivery(clients, pipeline, checkout.commit);
    },
    resume: (stage) => resumeDelivery(clients, pipeline, stage),
    async deliverUntil(stopAt) {
      const open = await closeAfter(clients, pipeline, stopAt);
      const said = await world.follow(await world.begin(), { stopAt });
      await open();
      return said;
    },
    async follow(id, { approve = [], reject = [], stopAt } = {}) {
      const terminal = writtenTerminal();
      const asker = { isThere: false, text: async () => '', yes: async () => false };
      const decisions = { approve, reject, stopAt };
      const end = await followDelivery({ clients, pipeline, terminal, asker, decisions }, id);
      return [...terminal.lines.map(stripVTControlCharacters), end].join('\n');
    },
    async end() {
      await runtime.stop();
      rmSync(root, { recursive: true });
    },
  };
  return world;
}

/** An assembly with the pipeline's stack alone: the environments are empty accounts. */
function writeAssembly(folder: string, template: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 't.template.json'), readFileSync(template));
  const artifact = {
    type: 'aws:cloudformation:stack',
    environment: `aws://${ACCOUNTS.pipeline}/${REGION}`,
    properties: { templateFile: 't.template.json', stackName: DELIVERY },
  };
  const manifest = { version: '48.0.0', artifacts: { t: artifact } };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

function writeRepository(folder: string, marks: string, tools: string): void {
  const stopAt = (name: string, sentence: string) =>
    `if [ -e "${marks}/${name}" ]; then echo "${sentence}"; exit 4; fi\n`;
  writeFileSync(join(folder, 'check.sh'), stopAt('check', 'the check says no'));
  const copy = `${stopAt('synth', 'the app says no')}mkdir -p "$CDK_OUTDIR" && cp -r prebuilt/. "$CDK_OUTDIR"\n`;
  writeFileSync(join(folder, 'synth.sh'), copy);
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'sh synth.sh' }));
  writeFileSync(
    join(folder, 'package.json'),
    '{"name":"models","version":"0.1.0","type":"module"}',
  );
  mkdirSync(join(folder, 'reference'));
  writeFileSync(join(folder, 'reference', 'abalone.csv'), 'M,1\n');
  writeFileSync(join(folder, '.gitignore'), 'node_modules\ncdk.out\n');
  symlinkSync(tools, join(folder, 'node_modules'));
}

async function runCdk(folder: string, environment: Record<string, string>): Promise<void> {
  const account = environment['AWS_ACCESS_KEY_ID'];
  const child = spawn(
    process.execPath,
    [
      resolve('node_modules/aws-cdk/bin/cdk'),
      ...['bootstrap', `aws://${account}/${REGION}`, '--app', 'prebuilt', '--no-notices', '--ci'],
      ...['--trust', ACCOUNTS.pipeline],
      ...['--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'],
    ],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_REGION: REGION,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...environment,
      },
      stdio: 'ignore',
    },
  );
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`cdk bootstrap ended with ${code}`);
}
