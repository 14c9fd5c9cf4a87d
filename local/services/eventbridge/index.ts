/**
 * Amazon EventBridge on one machine.
 *
 * Here: event buses with policies; rules with patterns (the whole pattern language, with AWS's exact
 * error messages) and schedules (rate, cron) on the cloud's clock; targets with Input, InputPath,
 * InputTransformer, retry policy, dead-letter queue and role; tags; PutEvents; TestEventPattern;
 * delivery to Step Functions, Lambda, SQS, SNS, CloudWatch Logs and other buses; metrics in AWS/Events.
 *
 * Missing, and answered as missing by name: archives and replays, API destinations and connections
 * (CreateConnection is validated, then refused), pipes, schema registries, partner event sources,
 * global endpoints. Other kinds of targets (ECS, Kinesis, Systems Manager …) can be put, but an event
 * for one goes to its dead-letter queue with ERROR_CODE UNSUPPORTED_TARGET.
 *
 * Different by design: schedules that were due while the runtime was stopped do
 * not fire later. Retries follow AWS's limits (24 hours, 185 attempts); AWS does not document the delays
 * between them. The complexity of wildcards is computed as in event-ruler; AWS does not document its
 * maximum (here: 10).
 *
 * Behaviour from: the EventBridge user guide, https://github.com/aws/event-ruler, and answers
 * of AWS recorded in LocalStack's snapshots (docs/conformance.md).
 */
export { createEventBridgeService } from './service.ts';
