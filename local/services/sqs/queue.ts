import { parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { type NamedOwner, ownerInArn } from '../../cloud/named-owner.ts';
import { MissingParameter, QueueDoesNotExist } from './errors.ts';
import type { QueueRecord, SqsStore } from './store.ts';

export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
};

/** The dead-letter queue of a queue, and when messages are moved there. */
export interface Redrive {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** The last part of a queue's URL or ARN; the host is ignored. */
export function queueNameOf(urlOrArn: string | undefined): string {
  if (urlOrArn === undefined || urlOrArn === '') throw new MissingParameter('QueueUrl');
  return urlOrArn.slice(Math.max(urlOrArn.lastIndexOf('/'), urlOrArn.lastIndexOf(':')) + 1);
}

/** The account in a queue's URL or ARN. */
export function ownerInUrl(urlOrArn = ''): NamedOwner | undefined {
  if (urlOrArn.startsWith('arn:')) return ownerInArn(urlOrArn);
  const accountId = /\/(\d{12})\/[^/]+$/.exec(urlOrArn)?.[1];
  return accountId === undefined ? undefined : { accountId };
}

/** @throws QueueDoesNotExist */
export function findQueue(store: SqsStore, urlOrArn: string | undefined): QueueRecord {
  const queue = store.queues.get(queueNameOf(urlOrArn));
  if (queue === undefined) throw new QueueDoesNotExist();
  return queue;
}

export function queueArn(cloud: Cloud, name: string): string {
  return cloud.arn('sqs', name);
}

export function queueUrl(cloud: Cloud, name: string): string {
  const host = cloud.endpoint ?? `https://sqs.${cloud.region}.amazonaws.com`;
  return `${host}/${cloud.accountId}/${name}`;
}

/** A numeric attribute, set or by default. */
export function secondsOf(queue: QueueRecord, attribute: string): number {
  return Number(queue.attributes[attribute] ?? DEFAULT_ATTRIBUTES[attribute] ?? 0);
}

export function isFifo(queue: QueueRecord): boolean {
  return queue.attributes['FifoQueue'] === 'true';
}

export function redriveOf(queue: QueueRecord): Redrive | undefined {
  const text = queue.attributes['RedrivePolicy'];
  if (text === undefined || text === '') return undefined;
  const policy = parseRedrive(text);
  const deadLetterTargetArn = policy?.deadLetterTargetArn;
  const maxReceiveCount = Number(policy?.maxReceiveCount);
  // A policy stored by a version that did not validate it may lack these.
  if (typeof deadLetterTargetArn !== 'string' || !(maxReceiveCount >= 1)) return undefined;
  return { deadLetterTargetArn, maxReceiveCount };
}

function parseRedrive(text: string) {
  try {
    return parseJson(text) as {
      readonly deadLetterTargetArn?: unknown;
      readonly maxReceiveCount?: unknown;
    } | null;
  } catch {
    return undefined;
  }
}

/** The permission that an action on a queue needs. */
export function onQueue(cloud: Cloud, action: string, urlOrArn: string | undefined) {
  return { action: `sqs:${action}`, resource: queueArn(cloud, queueNameOf(urlOrArn)) };
}
