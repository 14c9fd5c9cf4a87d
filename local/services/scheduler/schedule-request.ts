import type { CreateScheduleInput, Target } from '@aws-sdk/client-scheduler';
import { parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked } from '../../cloud/operation.ts';
import { assumeRole } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { isTimeZone } from '../../schedules/index.ts';
import { ValidationException } from './errors.ts';
import { schedulerFor } from './invocation/invoke.ts';
import { needsJson, targetKindOf } from './invocation/target-kind.ts';
import { isReadAction, parseUniversalTarget } from './invocation/universal-target.ts';
import { MAX_INPUT_BYTES, OLDEST_START_MS } from './limits.ts';
import { isOneTime, scheduleTimes } from './schedule-times.ts';

/** Checks the rules that are not in the API model. @throws ValidationException */
export async function validateSchedule(
  cloud: Cloud,
  input: Checked<CreateScheduleInput>,
  groupArn: string,
): Promise<void> {
  checkExpression(input);
  checkDates(input, cloud.clock.now());
  checkWindow(input);
  checkTarget(input.Target);
  await checkRole(cloud, input.Target?.RoleArn ?? '', groupArn);
}

function checkExpression(input: Checked<CreateScheduleInput>): void {
  const { ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone = 'UTC' } = input;
  if (!isTimeZone(timeZone)) {
    throw new ValidationException(`Invalid Schedule Expression Timezone ${timeZone}.`);
  }
  if (scheduleTimes({ expression, timeZone, lastModifiedTime: 0 }) === undefined) {
    throw new ValidationException(`Invalid Schedule Expression ${expression}.`);
  }
}

function checkDates(input: Checked<CreateScheduleInput>, now: number): void {
  const { StartDate, EndDate, ScheduleExpression: expression } = input;
  if (isOneTime({ expression })) return;
  if (StartDate !== undefined && StartDate.getTime() < now - OLDEST_START_MS) {
    throw new ValidationException(
      'The StartDate you specify cannot be earlier than 5 minutes ago.',
    );
  }
  if (EndDate !== undefined && EndDate.getTime() < now) {
    throw new ValidationException('The EndDate you specify cannot be in the past.');
  }
  if (StartDate !== undefined && EndDate !== undefined && StartDate >= EndDate) {
    throw new ValidationException('The StartDate you specify must be before the EndDate.');
  }
}

function checkWindow({ FlexibleTimeWindow: window }: CreateScheduleInput): void {
  const isFlexible = window?.Mode === 'FLEXIBLE';
  const hasSize = window?.MaximumWindowInMinutes !== undefined;
  if (isFlexible === hasSize) return;
  throw new ValidationException(
    isFlexible
      ? 'MaximumWindowInMinutes is required for FlexibleTimeWindow Mode FLEXIBLE.'
      : 'MaximumWindowInMinutes must not be set for FlexibleTimeWindow Mode OFF.',
  );
}

function checkTarget({ Arn: arn = '', Input: input, EventBridgeParameters: event }: Target): void {
  if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:.+/.test(arn)) {
    throw new ValidationException('Provided Arn is not in correct format.');
  }
  const universal = parseUniversalTarget(arn);
  if (universal !== undefined && isReadAction(universal)) {
    throw new ValidationException(
      `The action ${universal.operation} of ${universal.service} only reads, and is not supported by EventBridge Scheduler.`,
    );
  }
  const kind = targetKindOf(arn);
  if (kind === 'event-bus' && event === undefined) {
    throw new ValidationException(`EventBridgeParameters must be specified for the target ${arn}.`);
  }
  if (Buffer.byteLength(input ?? '') > MAX_INPUT_BYTES) {
    throw new ValidationException(`Input must not be larger than ${MAX_INPUT_BYTES} bytes.`);
  }
  if (input !== undefined && needsJson(kind) && !isJson(input)) {
    throw new ValidationException(`Input must be well-formed JSON for the target ${arn}.`);
  }
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

/** AWS's message: https://github.com/aws/aws-sdk-js-v3/issues/6494 */
async function checkRole(cloud: Cloud, roleArn: string, groupArn: string): Promise<void> {
  try {
    await assumeRole(cloud, schedulerFor(groupArn), roleArn, 'scheduler');
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    );
  }
}
