import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createSeededRandom } from '../../engine/testing/seeded-random.ts';

/** A runtime in its own process, on a real disk, which is killed repeatedly during writes. */
let folder: string;
let runtime: ChildProcess | undefined;

const ROUNDS = 5;
const SHORTEST_LIFE_MS = 300;
const LONGEST_LIFE_MS = 1_000;
const WRITERS = 8;
const TableName = 'killed';
const random = createSeededRandom(23);

beforeAll(() => {
  execFileSync(process.execPath, ['build.mjs']);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-dynamodb-'));
});

afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<DynamoDBClient> {
  const program = join(import.meta.dirname, '../engine/durable-runtime.mjs');
  runtime = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (runtime.stdout === null) throw new Error('The runtime has no standard output.');
  const [endpoint] = await once(createInterface(runtime.stdout), 'line');
  return new DynamoDBClient({
    endpoint: String(endpoint),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}

async function kill(): Promise<void> {
  if (runtime === undefined || runtime.exitCode !== null || runtime.signalCode !== null) return;
  const exit = once(runtime, 'exit');
  runtime.kill('SIGKILL');
  await exit;
}

/** Writes pairs of items and claims until the runtime ends, and records the answered writes. */
async function writeUntilKilled(dynamodb: DynamoDBClient, writer: string, answered: Set<string>) {
  for (let number = 0; ; number += 1) {
    const id = `${writer}-${number}`;
    const pair = ['left', 'right'].map((pk) => ({
      Put: { TableName, Item: { pk: { S: pk }, sk: { S: id } } },
    }));
    try {
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: pair }));
      answered.add(id);
      await dynamodb
        .send(
          new PutItemCommand({
            TableName,
            Item: { pk: { S: 'claim' }, sk: { S: String(number) }, owner: { S: writer } },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        )
        .then(
          () => answered.add(`claim ${number} ${writer}`),
          (error: Error) => {
            if (error.name !== 'ConditionalCheckFailedException') throw error;
          },
        );
    } catch {
      return;
    }
  }
}

async function keysOf(dynamodb: DynamoDBClient, pk: string): Promise<ReadonlySet<string>> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    }),
  );
  return new Set(Items.map(({ sk }) => sk?.S ?? ''));
}

it('answered writes survive every kill; transactions are atomic and claims have one owner', async () => {
  let dynamodb = await start();
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );

  const answered = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const client = dynamodb;
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      writeUntilKilled(client, `${round}.${writer}`, answered),
    );
    await setTimeout(SHORTEST_LIFE_MS + random.next() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
    await kill();
    await Promise.all(writers);
    dynamodb = await start();
  }
  const [left, right] = [await keysOf(dynamodb, 'left'), await keysOf(dynamodb, 'right')];
  const { Items: claims = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  const owners = new Map(
    claims.filter(({ pk }) => pk?.S === 'claim').map(({ sk, owner }) => [sk?.S, owner?.S]),
  );

  const pairs = [...answered].filter((id) => !id.startsWith('claim'));
  const claimed = [...answered].filter((id) => id.startsWith('claim')).map((id) => id.split(' '));
  expect(pairs.length).toBeGreaterThan(2 * ROUNDS);
  expect(pairs.filter((id) => !left.has(id))).toEqual([]);
  expect([...left].sort()).toEqual([...right].sort());
  expect(claimed.filter(([, number, owner]) => owners.get(number) !== owner)).toEqual([]);
}, 120_000);
