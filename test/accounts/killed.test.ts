import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';

const [SENDER, RECEIVER] = ['111111111111', '222222222222'] as const;
const BUS = `arn:aws:events:us-east-1:${RECEIVER}:event-bus/default`;
const QUEUE = `arn:aws:sqs:us-east-1:${RECEIVER}:arrived`;
const ROLE = `arn:aws:iam::${SENDER}:role/sender`;
const ROUNDS = 2;
const REQUESTS_PER_ROUND = 15;
const EVENTS_PER_REQUEST = 10;
/** More than a delivery waits for its first retry. */
const PATIENCE_MS = 30_000;

let folder: string;
let endpoint: string;
let runtime: ChildProcess | undefined;

const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

beforeAll(async () => {
  execFileSync(process.execPath, ['build.mjs']);
  folder = mkdtempSync(join(tmpdir(), 'accounts-'));
  await start();
});
afterAll(async () => {
  await kill();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  const program = join(import.meta.dirname, '../engine/durable-runtime.mjs');
  const args = [program, folder, '', SENDER, RECEIVER];
  runtime = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (runtime.stdout === null) throw new Error('The runtime has no standard output.');
  const ended = once(runtime, 'exit').then(() => {
    throw new Error('The runtime ended before it listened.');
  });
  const [line] = await Promise.race([once(createInterface(runtime.stdout), 'line'), ended]);
  // It is killed later on.
  ended.catch(() => {});
  endpoint = String(line);
}

async function kill(): Promise<void> {
  if (runtime === undefined || runtime.exitCode !== null || runtime.signalCode !== null) return;
  const exit = once(runtime, 'exit');
  runtime.kill('SIGKILL');
  await exit;
}

function configOf(accessKeyId: string) {
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
}

/** A rule of the sender sends to the bus of the receiver, whose rule sends to a queue. */
async function connectAccounts(): Promise<void> {
  const [iam, sqs] = [new IAMClient(configOf(SENDER)), new SQSClient(configOf(RECEIVER))];
  const [from, to] = [SENDER, RECEIVER].map((account) => new EventBridgeClient(configOf(account)));
  const AssumeRolePolicyDocument = document({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'sender', AssumeRolePolicyDocument }));
  const PolicyDocument = document({ Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS });
  const policy = { RoleName: 'sender', PolicyName: 'put', PolicyDocument };
  await iam.send(new PutRolePolicyCommand(policy));
  await sqs.send(new CreateQueueCommand({ QueueName: 'arrived' }));
  const EventPattern = JSON.stringify({ source: ['team'] });
  const permission = { StatementId: 'sender', Action: 'events:PutEvents', Principal: SENDER };
  await to?.send(new PutPermissionCommand(permission));
  for (const [events, target] of [
    [from, { Id: 'bus', Arn: BUS, RoleArn: ROLE }],
    [to, { Id: 'queue', Arn: QUEUE }],
  ] as const) {
    await events?.send(new PutRuleCommand({ Name: 'onward', EventPattern }));
    await events?.send(new PutTargetsCommand({ Rule: 'onward', Targets: [target] }));
  }
}

/** Sends requests at once, and kills the runtime when the first of them are answered. */
async function sendUntilKilled(round: number, answered: Set<string>): Promise<void> {
  const events = new EventBridgeClient(configOf(SENDER));
  const requests = Array.from({ length: REQUESTS_PER_ROUND }, async (_, request) => {
    const names = Array.from(
      { length: EVENTS_PER_REQUEST },
      (_each, index) => `${round}-${request}-${index}`,
    );
    const Entries = names.map((name) => {
      const Detail = JSON.stringify({ name });
      return { Source: 'team', DetailType: 'sent', Detail };
    });
    await events.send(new PutEventsCommand({ Entries }));
    for (const name of names) answered.add(name);
  });
  await Promise.any(requests);
  await kill();
  await Promise.allSettled(requests);
}

/** The names of the events in the queue, until all of those are there. */
async function arrivals(wanted: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const sqs = new SQSClient(configOf(RECEIVER));
  const found = new Set<string>();
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && [...wanted].some((name) => !found.has(name))) {
    const receive = { QueueUrl: `${endpoint}/${RECEIVER}/arrived`, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ ...receive, WaitTimeSeconds: 1, VisibilityTimeout: 600 }),
    );
    for (const { Body = '' } of Messages) {
      const { account, detail } = JSON.parse(Body) as {
        readonly account: string;
        readonly detail: { readonly name: string };
      };
      if (account === SENDER) found.add(detail.name);
    }
  }
  return found;
}

it('kills during deliveries between accounts lose no event', async () => {
  const answered = new Set<string>();
  await connectAccounts();

  for (let round = 0; round < ROUNDS; round += 1) {
    await sendUntilKilled(round, answered);
    await start();
  }

  const arrived = await arrivals(answered);
  expect(answered.size).toBeGreaterThan(0);
  expect([...answered].filter((name) => !arrived.has(name))).toEqual([]);
}, 120_000);
