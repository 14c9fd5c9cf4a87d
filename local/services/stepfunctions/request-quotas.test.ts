import { ListStateMachinesCommand, SFNClient, TestStateCommand } from '@aws-sdk/client-sfn';
import { afterEach, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';
import { REQUEST_QUOTAS } from './request-quotas.ts';

/** TestState has the smallest bucket. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const BUCKET = 10;
const REFILL_PER_SECOND = 50;

const definition = JSON.stringify({ Type: 'Pass', End: true });

let clock: VirtualClock;
let runtime: TestRuntime;
let client: SFNClient;

afterEach(() => runtime.stop());

async function start(options: { readonly throttle?: boolean } = {}): Promise<void> {
  clock = createVirtualClock();
  runtime = await startTestRuntime([createStepFunctionsService], { clock, ...options });
  client = new SFNClient(runtime.clientConfig);
}

const testState = () =>
  client.send(new TestStateCommand({ definition, roleArn: 'arn:aws:iam::000000000000:role/any' }));

/** How many of so many requests are answered, or refused with which error. */
async function testMany(count: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let request = 0; request < count; request += 1) {
    const name = await testState().then(
      () => 'answered',
      (refusal: Error) => refusal.name,
    );
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

it('refuses what is beyond the bucket, and refills it as time passes', async () => {
  await start({ throttle: true });

  const atOnce = await testMany(BUCKET + 2);
  clock.advance(100);
  const later = await testMany(REFILL_PER_SECOND / 10 + 1);
  clock.advance(3_600_000);
  const muchLater = await testMany(BUCKET + 1);

  expect([atOnce, later, muchLater]).toEqual([
    { answered: BUCKET, ThrottlingException: 2 },
    { answered: REFILL_PER_SECOND / 10, ThrottlingException: 1 },
    { answered: BUCKET, ThrottlingException: 1 },
  ]);
});

it('says so as AWS does, and lets other operations be', async () => {
  await start({ throttle: true });
  await testMany(BUCKET);

  await expect(testState()).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Rate exceeded',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(client.send(new ListStateMachinesCommand({}))).resolves.toBeDefined();
});

it('refuses nothing unless asked to', async () => {
  await start();

  expect(await testMany(BUCKET + 2)).toEqual({ answered: BUCKET + 2 });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general
it.each([
  ['StartExecution', 1_300, 300],
  ['StopExecution', 1_000, 200],
  ['DescribeExecution', 300, 15],
  ['GetExecutionHistory', 400, 20],
  ['SendTaskFailure', 3_000, 500],
  ['SendTaskHeartbeat', 3_000, 500],
  ['SendTaskSuccess', 3_000, 500],
  ['TestState', 10, 50],
])('%s has a bucket of %i, and %i more a second', (operation, bucket, refillPerSecond) => {
  expect(REQUEST_QUOTAS[operation]).toEqual({ bucket, refillPerSecond });
});
