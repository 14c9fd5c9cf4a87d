import type { Target } from '@aws-sdk/client-eventbridge';
import type { Cloud } from '../../../cloud/cloud.ts';
import { assumeRole, type Principal, type ServicePrincipal } from '../../../cloud/principal.ts';
import type { EventEnvelope } from '../event.ts';
import { renderTargetInput } from '../input/target-input.ts';
import type { DeliveryRecord } from '../store.ts';
import { UnsupportedTarget } from './failure.ts';
import { type TargetKind, targetKindOf } from './target-kind.ts';

/** Puts an event on another bus and keeps its id, which PutEvents over HTTP cannot do. */
export type Forward = (principal: Principal, busArn: string, event: EventEnvelope) => Promise<void>;

interface Attempt {
  readonly cloud: Cloud;
  readonly principal: Principal;
  readonly delivery: DeliveryRecord;
  readonly target: Target;
  readonly arn: string;
  /** The text that is sent to the target. */
  readonly input: string;
  readonly forward: Forward;
}

const SEND: Readonly<Record<TargetKind, (attempt: Attempt) => Promise<unknown>>> = {
  'state-machine': ({ cloud, principal, delivery, arn, input }) =>
    cloud.handOn(principal, 'stepfunctions', 'StartExecution', {
      stateMachineArn: arn,
      input,
      // AWS does not document these names.
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
 * Makes one attempt to deliver an event: with the role of the target if it has one, otherwise as
 * EventBridge, which the resource policy of the target must allow.
 *
 * @throws the error of the target
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

/** The account and name in the URL of a queue; the host does not matter. */
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
