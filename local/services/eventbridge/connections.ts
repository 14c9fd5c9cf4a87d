import type { CreateConnectionRequest } from '@aws-sdk/client-eventbridge';
import { type Cloud, UnsupportedOperation } from '../../cloud/cloud.ts';
import { operation } from '../../cloud/operation.ts';
import type { AnyOperation } from '../../cloud/service.ts';

/** Connections are not here; their model is, as requests that break it were recorded. */
export function connectionOperations(cloud: Cloud): Readonly<Record<string, AnyOperation>> {
  return {
    CreateConnection: operation(
      (input: CreateConnectionRequest) => ({
        action: 'events:CreateConnection',
        resource: cloud.arn('events', `connection/${input.Name}`),
      }),
      (): never => {
        throw new UnsupportedOperation('eventbridge', 'CreateConnection');
      },
    ),
  };
}
