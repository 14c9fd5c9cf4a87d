/**
 * Amazon SQS on one machine.
 *
 * Here: standard and FIFO queues (groups, deduplication, exactly one delivery order per group), their
 * attributes, policies and tags; sending, receiving with visibility timeouts and long polls on the
 * cloud's clock, deleting, batches, MD5 digests; dead-letter queues and redrives; metrics in AWS/SQS.
 *
 * Missing, and answered as missing by name: CancelMessageMoveTask (a move ends within its call); the query
 * protocol, which SDKs used until November 2023 (in XML, as they expect). Server-side encryption is
 * recorded without effect. Fair queues behave like standard queues here.
 *
 * Different by design: receiving always looks at all messages, so short polls miss none; a message is
 * delivered again only after its visibility timeout. A queue made by hand without a policy lets services of
 * this account send to it; a queue of a stack needs the policy that AWS requires.
 *
 * Behaviour from: the SQS developer guide and API reference.
 */
export { createSqsService } from './service.ts';
