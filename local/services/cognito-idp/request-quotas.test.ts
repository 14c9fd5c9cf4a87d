import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCognitoService } from './index.ts';

let runtime: TestRuntime;

afterEach(() => runtime.stop());

// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations
it('a runtime that throttles takes 30 listings of users a second', async () => {
  const clock = createVirtualClock();
  runtime = await startTestRuntime([createCognitoService], { clock, throttle: true });
  const cognito = new CognitoIdentityProvider(runtime.clientConfig);
  const list = () => cognito.listUsers({ UserPoolId: 'us-east-1_missing' });

  const answers = await Promise.allSettled(Array.from({ length: 31 }, list));

  const names = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.name : ''));
  const throttled = names.filter((name) => name === 'TooManyRequestsException');
  expect(throttled).toHaveLength(1);
  clock.advance(1_000);
  await expect(list()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
