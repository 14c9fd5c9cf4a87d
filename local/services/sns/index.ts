/**
 * Amazon SNS on one machine.
 *
 * Here: standard and FIFO topics (groups, deduplication, delivery in order) with attributes, policies
 * and tags; subscriptions of SQS queues and Lambda functions with filter policies on attributes or body,
 * raw delivery and dead-letter queues; Publish and PublishBatch with attributes and per-protocol texts;
 * metrics in AWS/SNS. Subscriptions of e-mail addresses, phones and HTTP(S) addresses are recorded and stay
 * PendingConfirmation: nothing leaves this machine. Every published message is in the log
 * group `sns/<region>/<account>/<topic>`, where AWS logs deliveries.
 *
 * Missing, and answered as missing by name: Firehose and mobile subscriptions, text
 * messages, data protection policies, message archiving.
 *
 * Different by design: a failed delivery is not retried, it goes directly to the dead-letter queue;
 * signatures are placeholders.
 *
 * Behaviour from: the SNS developer guide and API reference.
 */
export { createSnsService } from './service.ts';
