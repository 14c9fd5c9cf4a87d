import type {
  EventBridge,
  PutPermissionRequest,
  RemovePermissionRequest,
} from '@aws-sdk/client-eventbridge';
import { readPolicyDocument, statementsOf } from '../../authorization/index.ts';
import { describeMissing } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../cloud/service.ts';
import { onBus } from './buses.ts';
import { ResourceNotFoundException, ValidationException } from './errors.ts';
import { findBus } from './find.ts';
import type { EventBridgeState } from './state.ts';
import type { BusRecord, EventBridgeStore } from './store.ts';

/** The resource policy of a bus: one statement per call, or the whole policy. */
export const permissionOperations: OperationTable<EventBridge, EventBridgeState> = {
  PutPermission: {
    permissions: (input: PutPermissionRequest, { cloud }) =>
      onBus(cloud, 'events:PutPermission', input.EventBusName),
    run: (input: PutPermissionRequest, { cloud, store }) => putPermission(cloud, store, input),
  },
  RemovePermission: {
    permissions: (input: RemovePermissionRequest, { cloud }) =>
      onBus(cloud, 'events:RemovePermission', input.EventBusName),
    run: (input: RemovePermissionRequest, { cloud, store }) =>
      removePermission(cloud, store, input),
  },
};

function putPermission(
  cloud: Cloud,
  store: EventBridgeStore,
  input: PutPermissionRequest,
): undefined {
  const bus = findBus(store, input.EventBusName);
  if (input.Policy !== undefined) {
    return setPolicy(cloud, store, bus, parsePolicy(input.Policy));
  }
  const missing = (['Action', 'Principal', 'StatementId'] as const).filter(
    (member) => input[member] === undefined,
  );
  if (missing.length > 0) throw new ValidationException(describeMissing(missing));
  if (input.Action !== 'events:PutEvents') {
    throw new ValidationException("Provided value in parameter 'action' is not supported.");
  }
  const others = statementsOf(bus.policy).filter(
    (statement) => statement.Sid !== input.StatementId,
  );
  return setPolicy(cloud, store, bus, {
    Version: '2012-10-17',
    Statement: [...others, statementFor(cloud, bus, input)],
  });
}

function statementFor(
  cloud: Cloud,
  bus: BusRecord,
  { StatementId, Principal, Action, Condition }: PutPermissionRequest,
): PolicyStatement {
  return {
    ...(StatementId !== undefined && { Sid: StatementId }),
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:${cloud.partition}:iam::${Principal}:root` },
    Action: Action ?? 'events:PutEvents',
    Resource: bus.arn,
    ...(Condition?.Type !== undefined &&
      Condition.Key !== undefined &&
      Condition.Value !== undefined && {
        Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } },
      }),
  };
}

function removePermission(
  cloud: Cloud,
  store: EventBridgeStore,
  input: RemovePermissionRequest,
): undefined {
  const bus = findBus(store, input.EventBusName);
  if (input.RemoveAllPermissions === true) return setPolicy(cloud, store, bus, undefined);
  const statements = statementsOf(bus.policy);
  const left = statements.filter((statement) => statement.Sid !== input.StatementId);
  if (left.length === statements.length) {
    throw new ResourceNotFoundException('Statement with the provided id does not exist.');
  }
  return setPolicy(
    cloud,
    store,
    bus,
    left.length === 0 ? undefined : { Version: '2012-10-17', Statement: left },
  );
}

function setPolicy(
  cloud: Cloud,
  store: EventBridgeStore,
  bus: BusRecord,
  policy: PolicyDocument | undefined,
): undefined {
  const { policy: _former, ...rest } = bus;
  store.buses.put(bus.name, {
    ...rest,
    modifiedAt: cloud.clock.now(),
    ...(policy !== undefined && { policy }),
  });
  return undefined;
}

function parsePolicy(text: string): PolicyDocument {
  return readPolicyDocument(
    text,
    'resource',
    ({ rule, message }) =>
      new ValidationException(
        rule === 'json' ? 'This policy contains invalid Json' : `Invalid policy: ${message}.`,
      ),
  );
}
