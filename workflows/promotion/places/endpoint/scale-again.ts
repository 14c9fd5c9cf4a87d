import type { Condition, IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findInstances } from '../../../../definition/index.ts';
import { choose, when } from '../../../choice.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { outcomes } from '../../states/outcome.ts';
import {
  resumeScaling,
  scaleChallenger,
  setChallengerPolicy,
  setScalingPolicy,
} from './scaling.ts';

/** Autoscaling works again, and takes the model on trial along. */
export function scaleAgain(
  scope: Construct,
  resources: ProjectResources,
  { recorded, unchanged }: { readonly recorded: IChainable; readonly unchanged: IChainable },
): IChainable | undefined {
  const instances = findInstances(resources.project.serving);
  const scaling = instances?.autoscaling;
  if (scaling === undefined) return undefined;
  const next = choose(scope, 'Endpoint changed?')
    .when(
      outcomeIsOneOf(outcomes.nothingChanged, outcomes.alreadyLive, outcomes.alreadyOnTrial),
      unchanged,
    )
    .otherwise(recorded);
  const tolerant = (task: CallAwsService) => {
    task.addCatch(next, { errors: ['States.ALL'], outputs: {} });
    return task;
  };
  const live = tolerant(resumeScaling(scope, resources, scaling)).next(
    tolerant(setScalingPolicy(scope, resources, scaling)),
  );
  if (instances?.trial?.type !== 'ab') return live.next(next);
  const challenger = tolerant(scaleChallenger(scope, resources, scaling))
    .next(tolerant(setChallengerPolicy(scope, resources, scaling)))
    .next(next);
  return live.next(
    choose(scope, 'Scale challenger?')
      .when(outcomeIsOneOf(outcomes.onTrial, outcomes.alreadyOnTrial), challenger)
      .otherwise(next),
  );
}

function outcomeIsOneOf(...kinds: readonly string[]): Condition {
  return when(`$outcome.kind in ${JSON.stringify(kinds)}`);
}
