import type { CreateConnectionRequest } from '@aws-sdk/client-eventbridge';
import { type Cloud, UnsupportedOperation } from '../../cloud.ts';
import { operation } from '../../operation.ts';
import type { AnyOperation } from '../../service.ts';
import { check, ruleName } from './constraints.ts';

/** Connections are not here; a request that AWS would refuse is refused in its words first. */
export function connectionOperations(cloud: Cloud): Readonly<Record<string, AnyOperation>> {
  return {
    CreateConnection: operation(
      (input: CreateConnectionRequest) => ({
        action: 'events:CreateConnection',
        resource: cloud.arn('events', `connection/${input.Name}`),
      }),
      (input): never => {
        check(ruleName(input.Name), {
          member: 'authorizationType',
          value: input.AuthorizationType,
          required: true,
          oneOf: ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'],
        });
        throw new UnsupportedOperation('eventbridge', 'CreateConnection');
      },
    ),
  };
}
