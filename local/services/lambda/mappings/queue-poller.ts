import type { Message, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../../cloud/cloud.ts';
import { assumeRole, type RolePrincipal } from '../../../cloud/principal.ts';
import { queueUrl } from '../asynchronous/destinations.ts';
import { endsLoop } from '../end-loop.ts';
import { findVersion, functionArn } from '../function-name.ts';
import { DEFAULT_BATCH_SIZE, LONG_POLL_SECONDS } from '../limits.ts';
import { invocationsOf } from '../lineage.ts';
import type { FunctionPool, InvocationResult } from '../sandbox/sandbox-pool.ts';
import type { FunctionRecord, LambdaStore, MappingRecord } from '../store.ts';

/** The delay after a problem with the queue or the role. */
const PAUSE_MS = 10_000;
/** The delay after a batch in which all messages are part of a loop. */
const DROPPED_PAUSE_MS = 1_000;

/** Receives messages with the function's role and invokes the function with each batch. */
export class QueuePoller {
  readonly #cloud: Cloud;
  readonly #store: LambdaStore;
  readonly #pool: FunctionPool;
  readonly #mapping: MappingRecord;
  readonly #stop = new AbortController();

  constructor(cloud: Cloud, store: LambdaStore, pool: FunctionPool, mapping: MappingRecord) {
    this.#cloud = cloud;
    this.#store = store;
    this.#pool = pool;
    this.#mapping = mapping;
  }

  start(): void {
    void this.#loop();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#poll();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        this.#cloud.logger.warn(
          { mapping: this.#mapping.uuid, function: this.#mapping.functionName, message },
          'an event source mapping could not hand on messages; it will try again',
        );
        await this.#pause(PAUSE_MS);
      }
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#cloud.clock.setTimer(milliseconds, resolve);
      this.#stop.signal.addEventListener('abort', () => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #poll(): Promise<void> {
    const { functionName: name, qualifier } = this.#mapping;
    const version = findVersion(this.#cloud, this.#store, { name, qualifier });
    const role = await assumeRole(this.#cloud, 'lambda.amazonaws.com', version.roleArn, name);
    const QueueUrl = queueUrl(this.#mapping.configuration.EventSourceArn ?? '');
    const { Messages: messages = [] } = await this.#cloud.handOn<ReceiveMessageResult>(
      role,
      'sqs',
      'ReceiveMessage',
      {
        QueueUrl,
        MaxNumberOfMessages: Math.min(
          10,
          this.#mapping.configuration.BatchSize ?? DEFAULT_BATCH_SIZE,
        ),
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      { signal: this.#stop.signal },
    );
    if (messages.length === 0) return;
    const wanted = messages.filter((message) => !this.#endsLoop(message));
    if (wanted.length > 0) await this.#handOn(version, role, QueueUrl, wanted);
    // The messages of a loop stay in the queue; without a visibility timeout they would be received again immediately.
    else await this.#pause(DROPPED_PAUSE_MS);
  }

  #endsLoop(message: Message): boolean {
    const { functionName } = this.#mapping;
    return endsLoop(this.#cloud, this.#store, functionName, traceOf(message));
  }

  /** The tracing header of the message with the longest chain of requests. */
  #longestTrace(messages: readonly Message[]): string | undefined {
    const arn = functionArn(this.#cloud, this.#mapping.functionName);
    return messages
      .map(traceOf)
      .filter((trace) => trace !== undefined)
      .toSorted((a, b) => invocationsOf(b, arn) - invocationsOf(a, arn))[0];
  }

  async #handOn(
    version: FunctionRecord,
    role: RolePrincipal,
    QueueUrl: string,
    messages: readonly Message[],
  ): Promise<void> {
    const Records = messages.map((message) => this.#eventOf(message));
    const result = await this.#pool.invoke({
      requestId: this.#cloud.random.uuid(),
      record: version,
      qualifier: this.#mapping.qualifier,
      payload: Buffer.from(JSON.stringify({ Records })),
      traceHeader: this.#longestTrace(messages),
    });
    const done = this.#succeeded(messages, result);
    if (done.length === 0) return;
    await this.#cloud.handOn(role, 'sqs', 'DeleteMessageBatch', {
      QueueUrl,
      Entries: done.map((message, index) => ({
        Id: String(index),
        ReceiptHandle: message.ReceiptHandle,
      })),
    });
  }

  /** Failed messages stay in the queue and become visible again after their visibility timeout. */
  #succeeded(messages: readonly Message[], result: InvocationResult): readonly Message[] {
    if (result.failed) return [];
    const reports = this.#mapping.configuration.FunctionResponseTypes ?? [];
    if (!reports.includes('ReportBatchItemFailures')) return messages;
    const failed = failedIds(result.payload);
    return failed === undefined
      ? []
      : messages.filter((message) => !failed.has(message.MessageId ?? ''));
  }

  #eventOf(message: Message): object {
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
          name,
          {
            stringValue: attribute.StringValue,
            binaryValue: base64Of(attribute.BinaryValue),
            dataType: attribute.DataType,
            stringListValues: [],
            binaryListValues: [],
          },
        ]),
      ),
      // AWS was recorded to send null if there are no attributes.
      md5OfMessageAttributes: message.MD5OfMessageAttributes ?? null,
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#mapping.configuration.EventSourceArn,
      awsRegion: this.#cloud.region,
    };
  }
}

function base64Of(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('base64');
}

function traceOf(message: Message): string | undefined {
  return message.Attributes?.AWSTraceHeader;
}

/** @returns undefined if the answer is invalid: then all messages have failed, as on AWS */
function failedIds(payload: Uint8Array): ReadonlySet<string> | undefined {
  const text = Buffer.from(payload).toString();
  const answer = JSON.parse(text) as {
    batchItemFailures?: readonly { itemIdentifier?: unknown }[] | null;
  } | null;
  const ids = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && id !== '')
    ? new Set(ids)
    : undefined;
}
