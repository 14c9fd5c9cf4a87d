import { parseJson } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { assumeRole, type Principal, type ServicePrincipal } from '../../../cloud/principal.ts';
import { groupArn, type InvocationRecord } from '../store.ts';
import { UnsupportedTarget } from './failure.ts';
import { type TargetKind, targetKindOf } from './target-kind.ts';
import { localServiceOf, parseUniversalTarget, universalInput } from './universal-target.ts';

/** One attempt to invoke a target. */
export interface Attempt {
  readonly cloud: Cloud;
  readonly invocation: InvocationRecord;
  /** New for each attempt. */
  readonly executionId: string;
}

interface Request extends Attempt {
  readonly principal: Principal;
  readonly arn: string;
  /** The text that is sent to the target. */
  readonly input: string;
}

const SEND: Readonly<Record<TargetKind, (request: Request) => Promise<unknown>>> = {
  'state-machine': ({ cloud, principal, arn, input, executionId }) =>
    cloud.handOn(principal, 'stepfunctions', 'StartExecution', {
      stateMachineArn: arn,
      input,
      name: executionId,
    }),
  function: ({ cloud, principal, arn, input }) =>
    cloud.handOn(principal, 'lambda', 'Invoke', {
      FunctionName: arn,
      InvocationType: 'Event',
      Payload: Buffer.from(input),
    }),
  queue: ({ cloud, principal, arn, input, invocation }) =>
    cloud.handOn(principal, 'sqs', 'SendMessage', {
      QueueUrl: queueUrlOf(arn),
      MessageBody: input,
      ...invocation.target.SqsParameters,
    }),
  topic: ({ cloud, principal, arn, input }) =>
    cloud.handOn(principal, 'sns', 'Publish', { TopicArn: arn, Message: input }),
  'event-bus': putEvent,
  universal: callOperation,
};

/**
 * Invokes a target with its role, which must trust Scheduler.
 *
 * @throws the error of the target
 */
export async function invokeTarget(attempt: Attempt): Promise<void> {
  const { cloud, invocation } = attempt;
  const arn = invocation.target.Arn ?? '';
  const kind = targetKindOf(arn);
  if (kind === undefined) {
    throw new UnsupportedTarget(`stepmill cannot invoke ${arn}. The target was not invoked.`);
  }
  const principal = await takeRole(attempt);
  await SEND[kind]({ ...attempt, principal, arn, input: renderInput(cloud, attempt) });
}

/** The role of a schedule; its trust policy may name the schedule's group, and never the schedule. */
export function takeRole({ cloud, invocation, executionId }: Attempt): Promise<Principal> {
  const service = schedulerFor(groupArn(cloud, invocation.groupName));
  const { RoleArn = '' } = invocation.target;
  return assumeRole(cloud, service, RoleArn, executionId.replaceAll('-', ''));
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
export function schedulerFor(sourceArn: string): ServicePrincipal {
  return { kind: 'service', service: 'scheduler.amazonaws.com', sourceArn };
}

/** The account and name in the URL of a queue; the host does not matter. */
export function queueUrlOf(arn: string): string {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/**
 * The input of a target, with the keywords replaced.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function renderInput(cloud: Cloud, { invocation, executionId }: Attempt): string {
  const { target, scheduleArn, scheduledTime, failures } = invocation;
  const keywords: Readonly<Record<string, string>> = {
    '<aws.scheduler.schedule-arn>': scheduleArn,
    '<aws.scheduler.scheduled-time>': timeText(scheduledTime),
    '<aws.scheduler.execution-id>': executionId,
    '<aws.scheduler.attempt-number>': String(failures + 1),
  };
  const input = target.Input ?? defaultInput(cloud, invocation, executionId);
  return input.replaceAll(/<aws\.scheduler\.[a-z-]+>/g, (word) => keywords[word] ?? word);
}

/** `2026-11-30T18:59:43Z` */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** What targets receive without an `Input`. */
function defaultInput(cloud: Cloud, invocation: InvocationRecord, id: string): string {
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: cloud.accountId,
    time: timeText(invocation.scheduledTime),
    region: cloud.region,
    resources: [invocation.scheduleArn],
    detail: '{}',
  });
}

async function putEvent({ cloud, principal, arn, input, invocation }: Request): Promise<void> {
  const { DetailType, Source } = invocation.target.EventBridgeParameters ?? {};
  if (DetailType === undefined || Source === undefined) {
    throw new UnsupportedTarget(
      `stepmill invokes ${arn} with EventBridgeParameters only. The target was not invoked.`,
    );
  }
  const entry = { EventBusName: arn, DetailType, Source, Detail: input };
  await cloud.handOn(principal, 'eventbridge', 'PutEvents', { Entries: [entry] });
}

async function callOperation({ cloud, principal, arn, input }: Request): Promise<void> {
  const target = parseUniversalTarget(arn);
  const service = target === undefined ? undefined : localServiceOf(target);
  if (target === undefined || service === undefined) {
    throw new UnsupportedTarget(
      `stepmill has no service ${target?.service ?? arn}. The target was not invoked.`,
    );
  }
  const given: unknown = parseJson(input);
  if (typeof given !== 'object' || given === null) {
    throw new UnsupportedTarget(`The input of ${arn} is not a JSON object.`);
  }
  await cloud.handOn(
    principal,
    service,
    target.operation,
    universalInput(service, target.operation, given),
  );
}
