/**
 * Amazon EventBridge on one machine.
 *
 * Here: event buses with policies; rules with patterns (the whole pattern language, AWS's refusals
 * word for word) and schedules (rate, cron) on the cloud's clock; targets with Input, InputPath,
 * InputTransformer, retry policy, dead-letter queue and role; tags; PutEvents; TestEventPattern;
 * delivery to Step Functions, Lambda, SQS, SNS, CloudWatch Logs and other buses; metrics in AWS/Events.
 *
 * Missing, and answered as missing by name: archives and replays, API destinations and connections
 * (CreateConnection is validated, then refused), pipes, schema registries, partner event sources,
 * global endpoints. Other kinds of targets (ECS, Kinesis, Systems Manager …) can be put, but an event
 * for one goes to its dead-letter queue with ERROR_CODE UNSUPPORTED_TARGET.
 *
 * Different by design: one account and one region. A firing of a schedule missed while the runtime was
 * down is not made up for. Delays between retries follow AWS's limits (24 hours, 185 attempts), their
 * exact lengths AWS does not document. How complex the wildcards of a pattern are is counted as
 * event-ruler counts; how complex they may be AWS does not document (here: 10).
 *
 * Behaviour from: the EventBridge user guide, https://github.com/aws/event-ruler, and answers of AWS
 * recorded in `../shared/conformance/event-pattern-cases.json`.
 */
export { createEventBridgeService } from './service.ts';
