import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { createEventBridgeService } from './index.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const EventPattern = '{"source":["mine"]}';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';

let cloud: Cloud;

beforeEach(() => {
  cloud = createTestCloud([createEventBridgeService]);
});

afterEach(() => cloud.stop());

function call(operation: string, input: object): Promise<unknown> {
  return cloud.call(ACCOUNT, 'eventbridge', operation, input);
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
describe('an account has at most', () => {
  it.each<[count: number, what: string, operation: string, input: (index: number) => object]>([
    [300, 'rules of a bus', 'PutRule', (index) => ({ Name: `r${index}`, EventPattern })],
    [
      30,
      'rules with wildcards',
      'PutRule',
      (index) => ({ Name: `r${index}`, EventPattern: '{"source":[{"wildcard":"a*"}]}' }),
    ],
    [100, 'own buses', 'CreateEventBus', (index) => ({ Name: `b${index}` })],
    [
      5,
      'targets of a rule',
      'PutTargets',
      (index) => ({ Rule: 'r', Targets: [{ Id: String(index), Arn: QUEUE }] }),
    ],
  ])('%i %s', async (count, what, operation, inputOf) => {
    if (what.startsWith('targets')) await call('PutRule', { Name: 'r', EventPattern });
    for (let index = 0; index < count; index += 1) await call(operation, inputOf(index));
    const again = operation === 'CreateEventBus' ? undefined : inputOf(0);
    if (again !== undefined) await call(operation, again);

    await expect(call(operation, inputOf(count))).rejects.toMatchObject({
      code: 'LimitExceededException',
    });
  });
});
