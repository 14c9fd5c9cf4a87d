import { expect, it } from 'vitest';
import { SharedTime } from '../host/shared-time.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';
import type { AccountPrincipal } from './principal.ts';
import type { Service } from './service.ts';
import { ServiceError } from './service-error.ts';

const USER: AccountPrincipal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };

// The permissions of a large item and its writing kept other clients waiting together.
it('gives others a turn between the permissions of a call and the call', async () => {
  const steps: string[] = [];
  const service: Service = {
    name: 'sqs',
    operations: {
      ListQueues: {
        permissions() {
          steps.push('permissions');
          return [];
        },
        async run() {
          steps.push('run');
        },
      },
    },
    accessDenied: (message) => new ServiceError('AccessDenied', message),
  };
  class RecordingTime extends SharedTime {
    override async share(): Promise<void> {
      steps.push('others');
    }
  }
  const cloud = createTestCloud([() => service]);

  await cloud.call(USER, 'sqs', 'ListQueues', {}, { time: new RecordingTime() });
  await cloud.call(USER, 'sqs', 'ListQueues', {});

  expect(steps).toEqual(['permissions', 'others', 'run', 'permissions', 'run']);
});
