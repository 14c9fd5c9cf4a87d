import { Duration } from 'aws-cdk-lib';
import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { LambdaServing } from '../../../../definition/index.ts';
import { when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { callLambda, functionOf } from './live-version.ts';

/** A share of the requests for the new version, and for how many seconds it is watched. */
export interface Step {
  readonly percent: number;
  readonly seconds: number;
}

/** The shares of a rollout, one after another; the last is all. */
export function stepsOf({ rollout }: Pick<LambdaServing, 'rollout'>): readonly Step[] {
  const last = { percent: 100, seconds: rollout.bakeSeconds };
  switch (rollout.type) {
    case 'all-at-once':
      return [last];
    case 'canary':
      return [{ percent: rollout.size.percent, seconds: rollout.waitSeconds }, last];
    case 'linear': {
      const steps = Math.ceil(100 / rollout.stepPercent) - 1;
      return [
        ...Array.from({ length: steps }, (_, index) => ({
          percent: rollout.stepPercent * (index + 1),
          seconds: rollout.waitSeconds,
        })),
        last,
      ];
    }
  }
}

/** Which step a shift is at, and since when; none before the first. */
export const noShift = { shift: { step: -1, since: '' } };

/** Another change of the function is just being made. */
const retryConflict: RetryProps = {
  errors: ['Lambda.ResourceConflictException'],
  interval: Duration.seconds(5),
  maxAttempts: 5,
  backoffRate: 1.5,
};

/**
 * Gives the next share of the requests to the new version. The share is of the version that is named beside; the alias's
 * own version gets the rest. A finished alias has no weights: those that are not sent stay.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export function shiftRequests(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  steps: readonly Step[],
): CallAwsService {
  const percent = `${JSON.stringify(steps.map((step) => step.percent))}[$shift.step + 1]`;
  const seconds = `${JSON.stringify(steps.map((step) => step.seconds))}[$shift.step + 1]`;
  const task = callLambda(scope, id, resources, {
    action: 'updateAlias',
    arguments: {
      Name: functionOf(resources).alias,
      // Clients of the alias read it: operations/live-model.ts
      Description: jsonata(
        `"Baking for " & ${seconds} & " seconds since " & $states.context.State.EnteredTime`,
      ),
      FunctionVersion: jsonata(`${percent} = 100 ? $release.version : $live.version`),
      RoutingConfig: {
        AdditionalVersionWeights: jsonata(
          `${percent} = 100 ? {} : {$release.version: ${percent} / 100}`,
        ),
      },
    },
    assign: {
      shift: jsonata('{"step": $shift.step + 1, "since": $states.context.State.EnteredTime}'),
    },
  });
  task.addRetry(retryConflict);
  return task;
}

/** Gives all requests to one version at once. */
export function giveAllTo(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  version: string,
): CallAwsService {
  const task = callLambda(scope, id, resources, {
    action: 'updateAlias',
    arguments: {
      Name: functionOf(resources).alias,
      Description: '',
      FunctionVersion: jsonata(version),
      RoutingConfig: { AdditionalVersionWeights: {} },
    },
  });
  task.addRetry(retryConflict);
  return task;
}

const baked = (steps: readonly Step[]) =>
  `($toMillis($states.context.State.EnteredTime) - $toMillis($shift.since)) / 1000 >= ${JSON.stringify(steps.map((step) => step.seconds))}[$shift.step]`;

/** The last share is all requests, and it has been watched for its time. */
export const isShifted = (steps: readonly Step[]) =>
  when(`$live.status = "Absent" or ($shift.step = ${steps.length - 1} and ${baked(steps)})`);
export const isStepOver = (steps: readonly Step[]) => when(baked(steps));
