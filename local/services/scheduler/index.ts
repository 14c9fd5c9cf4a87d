/**
 * Amazon EventBridge Scheduler on one machine.
 *
 * Here: schedules with `at`, `rate` and `cron` expressions in every time zone, with AWS's rules for the hours
 * that clocks skip or show twice; start and end dates, flexible time windows, deletion after completion; groups
 * with tags; targets of Step Functions, Lambda, SQS, SNS and EventBridge, and universal targets of every
 * operation that this runtime has; context attributes in inputs; the target's role, retry policy and
 * dead-letter queue; metrics in AWS/Scheduler.
 *
 * Missing: other templated targets (ECS, Kinesis, SageMaker pipelines …) can be created, but an invocation of
 * one goes to its dead-letter queue with ERROR_CODE UNSUPPORTED_TARGET. KMS keys are stored without effect.
 *
 * Different by design: a schedule is invoked at the beginning of its minute; of the times that a schedule
 * missed while the runtime was stopped, only the last one is invoked at the next start, if it is not older than
 * the maximum event age of the target; the deletion of a group takes no time. AWS documents no delays between
 * attempts.
 *
 * Behaviour from: the EventBridge Scheduler user guide and API reference, answers of AWS recorded in
 * LocalStack's snapshots, and messages quoted in public issues.
 */
export { createSchedulerService } from './service.ts';
