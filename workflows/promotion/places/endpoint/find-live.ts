import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { choose, when } from '../../../choice.ts';
import { type FindLive, isAbsent } from '../place.ts';
import {
  describeLiveConfig,
  describeLiveModel,
  isUnknown,
  lookUpEndpoint,
  lookUpEndpointAgain,
  noteAbsence,
} from './live-endpoint.ts';

/** An endpoint that is being created serves nothing yet. */
const SERVES_NOTHING = ['Absent', 'Creating', 'Deleting', 'Failed', 'OutOfService'];
const servesNothing = when(`$live.status in ${JSON.stringify(SERVES_NOTHING)}`);
const isOfPackage = when('$exists($live.package)');

/** Which package is live. While an endpoint is updated, that is the one that it serves until then. */
export function findLive(props: FindLive): State {
  const { scope, resources, absent, guard } = props;
  const lookUp = lookUpEndpoint(scope, resources);
  const lookUpAgain = lookUpEndpointAgain(scope, resources);
  const what = choose(scope, 'Model live?')
    .when(isAbsent, absent)
    .when(isUnknown, lookUpAgain)
    .when(servesNothing, absent)
    .otherwise(describeLive(props));
  // What may have passed is asked once more; then the failure is the workflow's.
  const judge = (task: CallAwsService) =>
    task.addCatch(what, {
      errors: ['SageMaker.SageMakerException'],
      assign: noteAbsence('Unknown'),
      outputs: {},
    });
  judge(lookUp);
  guard(lookUp).next(what);
  guard(lookUpAgain).next(what);
  return lookUp;
}

function describeLive({ scope, resources, next, absent, guard }: FindLive): IChainable {
  const isRegistered = choose(scope, 'Live model registered?')
    .when(isOfPackage, next)
    .otherwise(absent);
  return guard(describeLiveConfig(scope, resources))
    .next(guard(describeLiveModel(scope)))
    .next(isRegistered);
}
