import type { Condition, State } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../choice.ts';
import type { Protocol } from '../protocol.ts';
import { checkRollbackAlarms, isGuarded, mayUpdate } from '../states/rollback-alarms.ts';

/** CloudWatch evaluates an alarm once a minute. */
const LOOK_SECONDS = 30;

interface AfterAlarms {
  readonly next: State;
  /** An update that no alarm ends does not wait. @default all are guarded */
  readonly unguarded?: Condition;
  /** What the place assigns at each look at the alarms. @default nothing */
  readonly assign?: Readonly<Record<string, unknown>>;
}

/**
 * SageMaker ends an update while one of its alarms is in ALARM, whichever fleet caused it. So an update
 * waits for its alarms, and is not guarded by those that do not become quiet.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
 */
export function awaitQuietAlarms(
  protocol: Protocol,
  { next, unguarded, assign = {} }: AfterAlarms,
): State {
  const { scope, resources } = protocol;
  if (!isGuarded(resources)) return next;
  const check = checkRollbackAlarms(scope, resources, assign);
  // Unread alarms guard the update, as SageMaker reads them itself.
  check.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  const wait = protocol.wait('Wait for rollback alarms', LOOK_SECONDS);
  const question = choose(protocol.scope, 'Rollback alarms quiet?');
  if (unguarded !== undefined) question.when(unguarded, next);
  check.next(question.when(when(mayUpdate), next).otherwise(wait.next(check)));
  return check;
}
