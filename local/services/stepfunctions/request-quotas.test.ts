import { DescribeExecutionCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';
import { REQUEST_QUOTAS } from './request-quotas.ts';

const { bucket, refillPerSecond } = REQUEST_QUOTAS['DescribeExecution'] ?? {
  bucket: 0,
  refillPerSecond: 0,
};
const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:none:none';

let clock: VirtualClock;
let runtime: TestRuntime;
let client: SFNClient;

afterEach(() => runtime.stop());

async function start(options: { readonly throttle?: boolean } = {}): Promise<void> {
  clock = createVirtualClock();
  runtime = await startTestRuntime([createStepFunctionsService], { clock, ...options });
  client = new SFNClient(runtime.clientConfig);
}

/** What each of so many requests at once is refused with. */
async function describeMany(count: number): Promise<ReadonlyMap<string, number>> {
  const names = new Map<string, number>();
  for (let request = 0; request < count; request += 1) {
    const error = await client
      .send(new DescribeExecutionCommand({ executionArn }))
      .catch((refusal: Error) => refusal);
    const name = error instanceof Error ? error.name : 'none';
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  return names;
}

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
it('refuses what is beyond the bucket, and gives its refill a second', async () => {
  await start({ throttle: true });

  const atOnce = await describeMany(bucket + 2);
  clock.advance(1_000);
  const aSecondLater = await describeMany(refillPerSecond + 1);

  expect(Object.fromEntries(atOnce)).toEqual({
    ExecutionDoesNotExist: bucket,
    ThrottlingException: 2,
  });
  expect(Object.fromEntries(aSecondLater)).toEqual({
    ExecutionDoesNotExist: refillPerSecond,
    ThrottlingException: 1,
  });
});

it('says so as AWS does, and lets other operations be', async () => {
  await start({ throttle: true });
  await describeMany(bucket);

  await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Rate exceeded',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(client.send(new ListStateMachinesCommand({}))).resolves.toBeDefined();
});

it('refuses nothing unless asked to', async () => {
  await start();

  expect(Object.fromEntries(await describeMany(bucket + 2))).toEqual({
    ExecutionDoesNotExist: bucket + 2,
  });
});
