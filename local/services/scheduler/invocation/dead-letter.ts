import { recordGroupMetric } from '../metrics.ts';
import type { ExhaustedCondition, InvocationFailure } from './failure.ts';
import { type Attempt, queueUrlOf, renderInput, takeRole, timeText } from './invoke.ts';

/**
 * Gives an invocation up: sends it to the dead-letter queue, if it has one, with the role of the schedule.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 *
 * @param exhausted undefined for a permanent error
 */
export async function sendToDeadLetterQueue(
  attempt: Attempt,
  failure: InvocationFailure,
  exhausted: ExhaustedCondition | undefined,
): Promise<void> {
  const { cloud, invocation } = attempt;
  const queue = invocation.target.DeadLetterConfig?.Arn;
  const { scheduleArn, groupName, target } = invocation;
  cloud.logger.warn(
    { schedule: scheduleArn, target: target.Arn, failure, deadLetterQueue: queue },
    'a schedule did not invoke its target',
  );
  recordGroupMetric(cloud, groupName, 'InvocationDroppedCount');
  if (queue === undefined) return;
  try {
    await cloud.handOn(await takeRole(attempt), 'sqs', 'SendMessage', {
      QueueUrl: queueUrlOf(queue),
      MessageBody: renderInput(cloud, attempt),
      MessageAttributes: attributesOf(attempt, failure, exhausted),
    });
    recordGroupMetric(cloud, groupName, 'InvocationsSentToDeadLetterCount');
  } catch (error) {
    recordGroupMetric(cloud, groupName, 'InvocationsFailedToBeSentToDeadLetterCount');
    const message = error instanceof Error ? error.message : String(error);
    cloud.logger.warn(
      { schedule: scheduleArn, deadLetterQueue: queue, message },
      'the dead-letter queue did not take an invocation, so it is lost',
    );
  }
}

function attributesOf(
  { invocation, executionId }: Attempt,
  failure: InvocationFailure,
  exhausted: ExhaustedCondition | undefined,
): object {
  const texts = {
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message || failure.code,
    EXECUTION_ID: executionId,
    ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: String(invocation.failures),
    SCHEDULED_TIME: timeText(invocation.scheduledTime),
    SCHEDULE_ARN: invocation.scheduleArn,
    TARGET_ARN: invocation.target.Arn ?? '',
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]),
  );
}
