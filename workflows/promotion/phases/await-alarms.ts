import type { State } from 'aws-cdk-lib/aws-stepfunctions';
import { findTrial } from '../../../definition/index.ts';
import { choose, when } from '../../choice.ts';
import type { Protocol } from '../protocol.ts';
import { checkRollbackAlarms, isGuarded, mayUpdate } from '../states/rollback-alarms.ts';
import { changesTheVariants } from '../states/trial-role.ts';

/** CloudWatch evaluates an alarm once a minute. */
const LOOK_SECONDS = 30;

/**
 * SageMaker ends an update while one of its alarms is in ALARM, whichever fleet caused it. So an update
 * waits for its alarms, and is not guarded by those that do not become quiet.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
 */
export function awaitQuietAlarms(protocol: Protocol, next: State): State {
  const { scope, resources } = protocol;
  if (!isGuarded(resources)) return next;
  const check = checkRollbackAlarms(scope, resources);
  // Unread alarms guard the update, as SageMaker reads them itself.
  check.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  const wait = protocol.wait('Wait for rollback alarms', LOOK_SECONDS);
  const question = choose(protocol.scope, 'Rollback alarms quiet?');
  if (findTrial(resources.project.serving) !== undefined) {
    // Without guardrails no alarm ends it.
    question.when(changesTheVariants, next);
  }
  check.next(question.when(when(mayUpdate), next).otherwise(wait.next(check)));
  return check;
}
