import type { Target } from '@aws-sdk/client-eventbridge';
import type { Cloud } from '../../../cloud/cloud.ts';
import { assumeRole, type Principal, type ServicePrincipal } from '../../../cloud/principal.ts';
import type { EventEnvelope } from '../event.ts';
import { renderTargetInput } from '../input/target-input.ts';
import type { DeliveryRecord } from '../store.ts';
import { UnsupportedTarget } from './failure.ts';
import { type TargetKind, targetKindOf } from './target-kind.ts';

/** Hands an event of another bus on under its own id; the wire cannot do this. */
export type Forward = (principal: Principal, busArn: string, event: EventEnvelope) => Promise<void>;

interface Attempt {
  readonly cloud: Cloud;
  readonly principal: Principal;
  readonly delivery: DeliveryRecord;
  readonly target: Target;
  readonly arn: string;
  /** What the target gets. */
  readonly input: string;
  readonly forward: Forward;
}

const SEND: Readonly<Record<TargetKind, (attempt: Attempt) => Promise<unknown>>> = {
  'state-machine': ({ cloud, principal, delivery, arn, input }) =>
    cloud.handOn(principal, 'stepfunctions', 'StartExecution', {
      stateMachineArn: arn,
      input,
      // Not documented, but how AWS names them.
      name: `${delivery.event.id}_${delivery.uniqueId}`,
    }),
  function: ({ cloud, principal, arn, input }) =>
    cloud.handOn(principal, 'lambda', 'Invoke', {
      FunctionName: arn,
      InvocationType: 'Event',
      Payload: Buffer.from(input),
    }),
  queue: ({ cloud, principal, target, arn, input }) =>
    cloud.handOn(principal, 'sqs', 'SendMessage', {
      QueueUrl: queueUrlOf(arn),
      MessageBody: input,
      ...(target.SqsParameters?.MessageGroupId !== undefined && {
        MessageGroupId: target.SqsParameters.MessageGroupId,
      }),
    }),
  topic: ({ cloud, principal, arn, input }) =>
    cloud.handOn(principal, 'sns', 'Publish', { TopicArn: arn, Message: input }),
  'log-group': writeLog,
  'event-bus': ({ principal, delivery, arn, forward }) => forward(principal, arn, delivery.event),
};

/**
 * Tries once to hand an event to a target: as the target's role where it has one, else as
 * EventBridge itself, which the target's own policy must allow.
 *
 * @throws what the target refused with
 */
export async function deliver(
  cloud: Cloud,
  delivery: DeliveryRecord,
  forward: Forward,
): Promise<void> {
  const { target } = delivery;
  const arn = target.Arn ?? '';
  const kind = targetKindOf(arn);
  if (kind === undefined) {
    throw new UnsupportedTarget(
      `stepmill cannot deliver events to ${arn}. The event was not delivered.`,
    );
  }
  const input = renderTargetInput(target, delivery.event, {
    ruleArn: delivery.rule.arn,
    ruleName: delivery.rule.name,
    ingestionTime: delivery.event.time,
  });
  const principal = await principalOf(cloud, delivery);
  await SEND[kind]({ cloud, principal, delivery, target, arn, input, forward });
}

/** EventBridge, acting for a rule. */
export function eventBridgeFor(ruleArn: string): ServicePrincipal {
  return { kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArn };
}

/** Queues are told apart by the last parts of their URL, whatever its host. */
export function queueUrlOf(arn: string): string {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

async function principalOf(cloud: Cloud, delivery: DeliveryRecord): Promise<Principal> {
  const service = eventBridgeFor(delivery.rule.arn);
  const { RoleArn: role } = delivery.target;
  if (role === undefined) return service;
  return assumeRole(cloud, service, role, delivery.uniqueId.replaceAll('-', ''));
}

async function writeLog({ cloud, principal, delivery, arn, input }: Attempt): Promise<void> {
  const logGroupName = arn.split(':log-group:')[1]?.replace(/:\*$/, '') ?? '';
  const logStreamName = delivery.uniqueId;
  await cloud.handOn(principal, 'logs', 'CreateLogStream', { logGroupName, logStreamName });
  await cloud.handOn(principal, 'logs', 'PutLogEvents', {
    logGroupName,
    logStreamName,
    logEvents: [{ timestamp: cloud.clock.now(), message: input }],
  });
}
