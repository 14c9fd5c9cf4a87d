import type { CreateConnectionRequest, EventBridge } from '@aws-sdk/client-eventbridge';
import { UnsupportedOperation } from '../../cloud/cloud.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { EventBridgeState } from './state.ts';

/** Connections are not implemented; only the constraints of CreateConnection are checked. */
export const connectionOperations: OperationTable<EventBridge, EventBridgeState> = {
  CreateConnection: {
    permissions: (input: CreateConnectionRequest, { cloud }) => ({
      action: 'events:CreateConnection',
      resource: cloud.arn('events', `connection/${input.Name}`),
    }),
    run(): never {
      throw new UnsupportedOperation('eventbridge', 'CreateConnection');
    },
  },
};
