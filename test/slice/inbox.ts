import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { until } from './until.ts';

/** A notification of a topic. */
export interface Notification {
  readonly Subject: string;
  readonly Message: string;
}

/** Longer than any test, so that a received message is not received again. */
const VISIBILITY_SECONDS = '43200';

/** A queue that is subscribed to a topic. */
export class Inbox {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #notifications: Notification[] = [];

  private constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  static async open(
    config: ConstructorParameters<typeof SQSClient>[0],
    TopicArn: string,
  ): Promise<Inbox> {
    const sqs = new SQSClient(config ?? {});
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: 'people',
        Attributes: { VisibilityTimeout: VISIBILITY_SECONDS, Policy: policyFor(TopicArn) },
      }),
    );
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    await new SNSClient(config ?? {}).send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] }),
    );
    return new Inbox(sqs, QueueUrl);
  }

  /** Waits for the first notification that contains all the texts. */
  notification(...texts: readonly string[]): Promise<Notification> {
    return until(`a notification with ${texts.join(' and ')}`, async () => {
      await this.#receive();
      return this.#notifications.find(({ Subject, Message }) =>
        texts.every((text) => `${Subject}\n${Message}`.includes(text)),
      );
    });
  }

  async #receive(): Promise<void> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      this.#notifications.push(JSON.parse(Body) as Notification);
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
    }
  }
}

function policyFor(topicArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    },
  });
}
