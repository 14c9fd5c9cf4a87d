import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { choose, when } from './choice.ts';
import type { ProjectResources } from './project-resources.ts';
import {
  describeLiveConfig,
  describeLiveModel,
  isAbsent,
  isUnknown,
  lookUpEndpoint,
  lookUpEndpointAgain,
  noteAbsence,
} from './promotion/states/live-endpoint.ts';
import type { Guard } from './tasks/index.ts';

interface FindLivePackage {
  readonly scope: Construct;
  readonly resources: ProjectResources;
  /** What follows with `$live.package`. */
  readonly next: IChainable;
  /** What follows where no model of the registry is live. */
  readonly absent: IChainable;
  readonly guard: Guard;
}

/** An endpoint that is being created serves nothing yet. */
const SERVES_NOTHING = ['Absent', 'Creating', 'Deleting', 'Failed', 'OutOfService'];
const servesNothing = when(`$live.status in ${JSON.stringify(SERVES_NOTHING)}`);
const isOfPackage = when('$exists($live.package)');

/** Which package is live. While an endpoint is updated, that is the one that it serves until then. */
export function findLivePackage(props: FindLivePackage): State {
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

function describeLive({ scope, resources, next, absent, guard }: FindLivePackage): IChainable {
  const isRegistered = choose(scope, 'Live model registered?')
    .when(isOfPackage, next)
    .otherwise(absent);
  return guard(describeLiveConfig(scope, resources))
    .next(guard(describeLiveModel(scope)))
    .next(isRegistered);
}

/** Outcomes of a promotion after which the package serves, from the time that was noted. */
const SERVES = ['Live', 'Already live', 'Nothing changed'];

const promotion = '$states.result.CustomerMetadataProperties';

/** Since when the described package serves, as JSONata; an empty text where that was not noted. */
export const packageLiveSince = `(${promotion}.promotion in ${JSON.stringify(SERVES)} and $exists(${promotion}.promotedAt) ? ${promotion}.promotedAt : "")`;
