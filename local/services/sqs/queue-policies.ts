import { parseJson } from '../../../engine/index.ts';
import { readPolicyDocument } from '../../authorization/index.ts';
import { InvalidAttributeValue, InvalidParameterValue, SseTwice } from './errors.ts';
import { MOST_RECEIVES, MOST_SOURCE_QUEUES } from './limits.ts';
import { queueArn } from './queue.ts';
import type { SqsState } from './state.ts';
import type { QueueRecord } from './store.ts';

type Attributes = Readonly<Record<string, string>>;

/** The queue that gets the attributes; it may not exist yet. */
interface Subject {
  readonly name: string;
  readonly fifo: boolean;
}

/**
 * Validates policy documents and combinations of attributes.
 *
 * @throws InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue
 */
export function checkPolicies(state: SqsState, subject: Subject, attributes: Attributes): void {
  const { KmsMasterKeyId: key = '', SqsManagedSseEnabled: managed } = attributes;
  if (key !== '' && managed === 'true') throw new SseTwice();
  const {
    Policy: policy = '',
    RedrivePolicy: redrive = '',
    RedriveAllowPolicy: allow = '',
  } = attributes;
  if (policy !== '') {
    readPolicyDocument(policy, 'resource', () => new InvalidAttributeValue('Policy'));
  }
  if (redrive !== '') checkRedrive(state, subject, redrive);
  if (allow !== '') checkRedriveAllow(allow);
}

function documentOf(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw Object.assign(new InvalidAttributeValue(name), { cause });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(parameter: string, text: string, reason: string): InvalidParameterValue {
  return new InvalidParameterValue(
    `Value ${text} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function checkRedrive({ cloud, store }: SqsState, subject: Subject, text: string): void {
  const refuse = (reason: string) => invalid('RedrivePolicy', text, reason);
  const policy = documentOf('RedrivePolicy', text);
  if (!isObject(policy)) throw refuse('Redrive policy is not a valid JSON map.');
  const { maxReceiveCount: count, deadLetterTargetArn: target } = policy;
  for (const name of ['maxReceiveCount', 'deadLetterTargetArn']) {
    if (policy[name] === undefined) {
      throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`);
    }
  }
  if (!isReceiveCount(count)) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${String(count)}, valid values are from 1 to ${MOST_RECEIVES} both inclusive.`,
    );
  }
  const [, arnAccount, name] =
    (typeof target === 'string' && /^(arn:[^:]+:sqs:[^:]+:\d{12}):([\w.-]+)$/.exec(target)) || [];
  if (arnAccount === undefined || name === undefined) {
    throw refuse('Invalid value for deadLetterTargetArn.');
  }
  // Dead-letter queues are in the same region and account.
  const queue = queueArn(cloud, name) === target ? store.queues.get(name) : undefined;
  if (queue === undefined) throw refuse('Dead letter target does not exist.');
  if ((queue.attributes['FifoQueue'] === 'true') !== subject.fifo) {
    throw refuse('Dead-letter queue must be same type of queue as the source.');
  }
  if (!allowsSource(queue, queueArn(cloud, subject.name))) {
    throw refuse('The redrive allow policy of the dead-letter queue does not allow this queue.');
  }
}

/** AWS accepts a number, or a string that holds one. */
function isReceiveCount(count: unknown): boolean {
  if (typeof count !== 'number' && (typeof count !== 'string' || !/^\d+$/.test(count)))
    return false;
  const number = Number(count);
  return Number.isInteger(number) && number >= 1 && number <= MOST_RECEIVES;
}

/** A policy stored by a version that did not validate it may have any shape; such a policy allows every source. */
function allowsSource(target: QueueRecord, sourceArn: string): boolean {
  const policy = storedDocument(target.attributes['RedriveAllowPolicy'] ?? '');
  const permission = isObject(policy) ? policy['redrivePermission'] : undefined;
  if (!isObject(policy) || permission === undefined || permission === 'allowAll') return true;
  const sources = policy['sourceQueueArns'];
  return permission === 'byQueue' && Array.isArray(sources) && sources.includes(sourceArn);
}

function storedDocument(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
function checkRedriveAllow(text: string): void {
  const refuse = (reason: string) => invalid('RedriveAllowPolicy', text, reason);
  const policy = documentOf('RedriveAllowPolicy', text);
  if (!isObject(policy)) throw refuse('Redrive allow policy is not a valid JSON map.');
  const { redrivePermission: permission, sourceQueueArns: sources } = policy;
  if (permission !== 'allowAll' && permission !== 'denyAll' && permission !== 'byQueue') {
    throw refuse('redrivePermission must be allowAll, denyAll or byQueue.');
  }
  if (permission !== 'byQueue') {
    if (sources === undefined) return;
    throw refuse('sourceQueueArns can be specified only when redrivePermission is byQueue.');
  }
  const arns: readonly unknown[] = Array.isArray(sources) ? sources : [];
  const areArns = arns.every((arn) => typeof arn === 'string' && /^arn:[^:]+:sqs:/.test(arn));
  if (arns.length < 1 || arns.length > MOST_SOURCE_QUEUES || !areArns) {
    throw refuse(`sourceQueueArns must be 1 to ${MOST_SOURCE_QUEUES} ARNs of queues.`);
  }
}
