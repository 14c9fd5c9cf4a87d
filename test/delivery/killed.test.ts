import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsCommand,
} from '@aws-sdk/client-codebuild';
import { GetTopicAttributesCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../cli/connection/connection.ts';
import { readCheckout } from '../../cli/deliver/checkout.ts';
import { findPipeline } from '../../cli/deliver/find-pipeline.ts';
import { followDelivery } from '../../cli/deliver/follow-delivery.ts';
import { createPipelineClients } from '../../cli/deliver/pipeline-clients.ts';
import { latestDelivery, startDelivery } from '../../cli/deliver/start-delivery.ts';
import { uploadCommit } from '../../cli/deliver/upload-commit.ts';
import { writtenTerminal } from '../../cli/terminal/written-terminal.testing.ts';
import { isAlive } from '../../local/processes/index.ts';

/**
 * The runtime is killed while a check runs, while an approval is waited for, and while a stack is deployed. Each time the next
 * one goes on with the same delivery, which the command follows to its end.
 */
const PATIENCE_MS = 60_000;
const TOPICS = 40;

let root: string;
let endpoint: string;
let runtime: ChildProcess | undefined;

const at = (...path: string[]) => join(root, ...path);

beforeAll(async () => {
  execFileSync(process.execPath, ['build.mjs']);
  root = mkdtempSync(join(tmpdir(), 'stepmill-killed-'));
  for (const folder of ['marks', 'state']) mkdirSync(at(folder));
  writePipeline();
  writeCheckout();
  await start();
}, PATIENCE_MS);

afterAll(async () => {
  await kill();
  rmSync(root, { recursive: true });
});

async function start(): Promise<void> {
  const program = resolve('test/engine/durable-runtime.mjs');
  runtime = spawn(process.execPath, [program, at('state'), at('pipeline')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (runtime.stdout === null) throw new Error('The runtime has no standard output.');
  const [line] = await once(createInterface(runtime.stdout), 'line');
  endpoint = String(line);
}

async function kill(): Promise<void> {
  if (runtime === undefined || runtime.exitCode !== null || runtime.signalCode !== null) return;
  const exit = once(runtime, 'exit');
  runtime.kill('SIGKILL');
  await exit;
}

/** The pipeline of the other tests, whose last stage deploys with AWS's SDK instead of the toolkit. */
function writePipeline(): void {
  cpSync('test/delivery/pipeline-app', at('pipeline'), { recursive: true });
  const file = at('pipeline', 'delivery.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: {
      BuildRole: { Properties: { Policies: object[] } };
      Deploy: { Properties: { Source: object } };
    };
  };
  const { BuildRole, Deploy } = template.Resources;
  const commands = [`node "${at('deploy.mjs')}"`];
  const Statement = { Effect: 'Allow', Action: ['cloudformation:*', 'sns:*'], Resource: '*' };
  Object.assign(Deploy.Properties.Source, {
    BuildSpec: JSON.stringify({ version: '0.2', phases: { build: { commands } } }),
  });
  BuildRole.Properties.Policies.push({
    PolicyName: 'deploy',
    PolicyDocument: { Version: '2012-10-17', Statement },
  });
  writeFileSync(file, JSON.stringify(template));
  writeFileSync(at('deploy.mjs'), deployment);
}

/** Deploys as the toolkit does: it waits for what is in progress, and executes a change set. */
const deployment = `
import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
const sdk = createRequire(${JSON.stringify(resolve('package.json'))})('@aws-sdk/client-cloudformation');
const { CloudFormation } = sdk;
const client = new CloudFormation({});
const names = { StackName: 'demo', ChangeSetName: 'deployment' };
const statusOf = async () => {
  try {
    const { Stacks } = await client.describeStacks({ StackName: 'demo' });
    return Stacks[0].StackStatus;
  } catch {
    return 'none';
  }
};
const settled = async () => {
  for (;;) {
    const status = await statusOf();
    if (!/(?<!REVIEW)_IN_PROGRESS$/.test(status)) return status;
    await sleep(50);
  }
};
const before = await settled();
const TemplateBody = readFileSync('template.json', 'utf8');
const ChangeSetType = /^(none|REVIEW_IN_PROGRESS)$/.test(before) ? 'CREATE' : 'UPDATE';
await client.deleteChangeSet(names).catch(() => {});
await client.createChangeSet({ ...names, ChangeSetType, TemplateBody });
let set;
do set = await client.describeChangeSet(names);
while (/PENDING|IN_PROGRESS/.test(set.Status));
if (set.Status === 'FAILED') {
  if (!/didn't contain changes|No updates/.test(set.StatusReason)) throw new Error(set.StatusReason);
} else {
  appendFileSync(${JSON.stringify('@DEPLOYING@')}, before + '\\n');
  await client.executeChangeSet(names);
}
const after = await settled();
if (!/^(CREATE|UPDATE)_COMPLETE$/.test(after)) throw new Error(after);
`;

function writeCheckout(): void {
  const topics = Array.from({ length: TOPICS }, (_, index) => [
    `Topic${index}`,
    { Type: 'AWS::SNS::Topic', Properties: { TopicName: `demo-${index}`, DisplayName: 'whole' } },
  ]);
  mkdirSync(at('checkout'));
  writeFileSync(
    at('checkout', 'template.json'),
    JSON.stringify({ Resources: Object.fromEntries(topics) }),
  );
  writeFileSync(at('checkout', 'change.txt'), 'killed');
  // It hangs when it runs first, and a process of its own with it.
  writeFileSync(
    at('checkout', 'check.sh'),
    `if [ ! -e "${at('marks', 'checking')}" ]; then sleep 600 & echo $! > "${at('marks', 'checking')}"; wait; fi\n`,
  );
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: at('checkout'),
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'killed');
  const script = at('deploy.mjs');
  writeFileSync(
    script,
    readFileSync(script, 'utf8').replace('@DEPLOYING@', at('marks', 'deploying')),
  );
}

async function commands() {
  const clients = createPipelineClients({ ...connect({ endpoint }), pollMs: 50 });
  return { clients, pipeline: await findPipeline(clients, 'delivery') };
}

/** As `stepmill deliver --latest` does. */
async function follow(approve: readonly string[] = []) {
  const { clients, pipeline } = await commands();
  const id = await latestDelivery(clients, pipeline);
  const terminal = writtenTerminal();
  const asker = { isThere: false, text: async () => '', yes: async () => false };
  const decisions = { approve, reject: [], stopAt: undefined };
  const end = await followDelivery({ clients, pipeline, terminal, asker, decisions }, id);
  return { id, end, said: terminal.lines.map(stripVTControlCharacters).join('\n') };
}

async function begin(): Promise<string> {
  const { clients, pipeline } = await commands();
  const checkout = readCheckout(at('checkout'), false);
  await uploadCommit(clients, pipeline, checkout);
  return startDelivery(clients, pipeline, checkout.commit);
}

async function until<Value>(
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(5);
  }
  throw new Error('It did not happen.');
}

const mark = (name: string) =>
  until(() => {
    const path = at('marks', name);
    const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
    return text === '' ? undefined : text;
  });

const configOf = () => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

async function deployedTopics(): Promise<readonly (string | undefined)[]> {
  const sns = new SNSClient(configOf());
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  const named = Topics.filter(({ TopicArn }) => TopicArn?.includes(':demo-'));
  return Promise.all(
    named.map(async ({ TopicArn }) => {
      const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
      return Attributes?.['DisplayName'];
    }),
  );
}

it(
  'a delivery goes on after each kill, and its command says how it ends',
  async () => {
    const id = await begin();
    const pid = Number(await mark('checking'));
    await kill();
    await start();
    const waiting = await follow();
    const isOrphan = isAlive({ pid, startedAt: '' });
    await kill();
    await start();
    const approved = follow(['Approve']).catch((error: unknown) => error);
    await mark('deploying');
    await kill();
    await approved;
    await start();
    const { said, ...ended } = await follow();

    expect(waiting).toMatchObject({ id, end: 'waits for approval' });
    expect(waiting.said).toMatch(/✓ Check \/ Check[\s\S]*change to killed/);
    expect(isOrphan).toBe(false);
    expect(ended).toEqual({ id, end: 'succeeded' });
    expect(said).toMatch(/✓ Approve \/ Ok[\s\S]*✓ Deploy \/ Deploy/);
    const { Stacks } = await new CloudFormationClient(configOf()).send(
      new DescribeStacksCommand({ StackName: 'demo' }),
    );
    expect(Stacks?.[0]?.StackStatus).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);
    expect(await deployedTopics()).toEqual(Array(TOPICS).fill('whole'));
    const builds = new CodeBuildClient(configOf());
    const { ids } = await builds.send(new ListBuildsCommand({}));
    const { builds: found = [] } = await builds.send(new BatchGetBuildsCommand({ ids }));
    const ends = found.map(({ buildStatus, projectName }) => `${projectName} ${buildStatus}`);
    expect(ends.toSorted()).toEqual(['delivery-check SUCCEEDED', 'delivery-deploy SUCCEEDED']);
  },
  PATIENCE_MS,
);
