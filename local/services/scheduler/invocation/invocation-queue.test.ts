import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../../host/clock.ts';
import { createTestCloud, settle } from '../../../testing/cloud.testing.ts';
import { createIamService } from '../../iam/index.ts';
import { createStsService } from '../../sts/index.ts';
import { createSchedulerService } from '../index.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const RoleArn = 'arn:aws:iam::000000000000:role/r';
const HOUR_MS = 3_600_000;

/** A queue that answers each message as the test says. */
interface Target {
  answer: () => Promise<object>;
  /** On the runtime's clock, of each attempt. */
  readonly attempts: number[];
}

let clock: VirtualClock;
let cloud: Cloud;
let target: Target;

beforeEach(async () => {
  clock = createVirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  target = { answer: async () => ({}), attempts: [] };
  cloud = createTestCloud(
    [
      createIamService,
      createStsService,
      createSchedulerService,
      () => ({
        name: 'sqs',
        operations: {
          SendMessage: {
            permissions: () => [],
            run() {
              target.attempts.push(clock.now());
              return target.answer();
            },
          },
        },
        accessDenied: (message) => new ServiceError('AccessDenied', message),
      }),
    ],
    { clock },
  );
  await cloud.start();
  await cloud.call(ACCOUNT, 'iam', 'CreateRole', {
    RoleName: 'r',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    }),
  });
});

afterEach(() => cloud.stop());

const schedule = (Name: string, RetryPolicy?: object) =>
  cloud.call(ACCOUNT, 'scheduler', 'CreateSchedule', {
    Name,
    ScheduleExpression: 'at(2026-01-01T00:01:00)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q', RoleArn, RetryPolicy },
  });

const fail = () => Promise.reject(new ServiceError('ThrottlingException', 'Rate exceeded'));

/** Until this time has passed; the clock moves from attempt to attempt. */
async function pass(durationMs: number, stepMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += stepMs) {
    clock.advance(stepMs);
    await settle();
  }
}

it('invokes 64 targets at a time, and the next when one has answered', async () => {
  const releases: (() => void)[] = [];
  target.answer = () => new Promise((resolve) => releases.push(() => resolve({})));
  for (let index = 0; index < 66; index += 1) await schedule(`s${index}`);

  clock.advance(60_000);
  await settle();
  const first = target.attempts.length;
  releases[0]?.();
  await settle();
  const second = target.attempts.length;
  for (const release of releases.splice(0)) release();
  await settle();

  expect([first, second, target.attempts.length]).toEqual([64, 65, 66]);
});

// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html: 185 retries within 24 hours by default.
it('tries an invocation 186 times by default, with a longer and longer pause', async () => {
  target.answer = fail;
  await schedule('s');

  await pass(60_000 + 24 * HOUR_MS, 60_000);

  const pauses = target.attempts.slice(1).map((at, index) => at - (target.attempts[index] ?? 0));
  expect(target.attempts).toHaveLength(186);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(480_000);
  expect(Math.min(...pauses.slice(10))).toBeGreaterThanOrEqual(240_000);
});

it.each([
  [{ MaximumRetryAttempts: 0 }, 1],
  [{ MaximumRetryAttempts: 2 }, 3],
])('with the retry policy %j it tries %i times', async (policy, attempts) => {
  target.answer = fail;
  await schedule('s', policy);

  await pass(HOUR_MS, 1_000);

  expect(target.attempts).toHaveLength(attempts);
});

it('tries again as long as the event is not too old', async () => {
  target.answer = fail;
  await schedule('s', { MaximumEventAgeInSeconds: 600 });

  await pass(HOUR_MS, 1_000);

  const [first = 0] = target.attempts;
  const last = target.attempts.at(-1) ?? 0;
  expect(last - first).toBeLessThanOrEqual(600_000);
  // The pause before the last attempt is at least a third of the time until then.
  expect(last - first).toBeGreaterThan(240_000);
});

it('pauses between half a second and a second after the first attempt', async () => {
  target.answer = fail;
  await schedule('s', { MaximumRetryAttempts: 1 });

  await pass(62_000, 100);

  const [first = 0, second = 0] = target.attempts;
  expect(second - first).toBeGreaterThanOrEqual(500);
  expect(second - first).toBeLessThanOrEqual(1_000);
});

it('resumes its invocations at the next start only once it has stopped', async () => {
  target.answer = fail;
  await schedule('s');
  clock.advance(60_000);
  await settle();

  await cloud.stop();
  await pass(HOUR_MS, 60_000);

  expect(target.attempts).toHaveLength(1);
});
