import { Duration } from 'aws-cdk-lib';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { SmokeTestRequest } from '../../../events/index.ts';
import { when } from '../../choice.ts';
import { describePlace } from '../../describe-place.ts';
import { jsonata } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';
import { retryFunction } from '../../tasks/index.ts';

/** How often each test row is sent at every look at a rollout, so that alarms have data. */
const ROUNDS = 5;

interface RowTest {
  readonly mode: SmokeTestRequest['mode'];
  readonly rounds: number;
  /** @default whichever is its turn */
  readonly variant?: string;
  readonly assign: Readonly<Record<string, unknown>>;
}

function sendRows(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  test: RowTest,
): LambdaInvoke {
  const serving = describePlace(resources);
  const task = LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: resources.smokeTest,
    payload: TaskInput.fromObject({
      mode: test.mode,
      endpointName: resources.names.endpoint,
      ...(serving === undefined ? {} : { serving }),
      bucket: resources.bucket.bucketName,
      key: jsonata('$candidate.folder & "evaluation/smoke.json"'),
      baseline: jsonata('[$baseline]'),
      rounds: test.rounds,
      ...(test.variant === undefined ? {} : { variant: test.variant }),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(6)),
    assign: { ...test.assign },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

/** What the live model answers to the candidate's test rows; right answers while both answer. */
export function recordLiveAnswers(scope: Construct, resources: ProjectResources): LambdaInvoke {
  return sendRows(scope, 'Record live answers', resources, {
    mode: 'record',
    rounds: 1,
    assign: { baseline: jsonata('[$states.result.Payload.answers]') },
  });
}

/** Raw rows while it bakes: a quiet endpoint would give the alarms nothing to judge. */
export function sendTestRows(scope: Construct, resources: ProjectResources): LambdaInvoke {
  return sendRows(scope, 'Send test rows', resources, {
    mode: 'bake',
    rounds: ROUNDS,
    assign: { findings: jsonata('[$states.result.Payload.findings]') },
  });
}

const judged = {
  rounds: 1,
  assign: {
    findings: jsonata('[$states.result.Payload.findings]'),
    wrongAnswers: jsonata('$states.result.Payload.wrong + $states.result.Payload.failed'),
  },
} as const;

/** The new model must answer what it answered when it was evaluated. */
export function verifyAnswers(scope: Construct, resources: ProjectResources): LambdaInvoke {
  return sendRows(scope, 'Verify answers', resources, { mode: 'verify', ...judged });
}

/** The live model must answer as it did before another came beside it. */
export function verifyChampion(scope: Construct, resources: ProjectResources): LambdaInvoke {
  const { variant } = resources.names;
  return sendRows(scope, 'Verify champion', resources, {
    mode: 'unchanged',
    variant,
    ...judged,
  });
}

/** The model on trial, asked by name. */
export function verifyChallenger(scope: Construct, resources: ProjectResources): LambdaInvoke {
  const { challenger: variant } = resources.names;
  return sendRows(scope, 'Verify challenger', resources, {
    mode: 'verify',
    variant,
    ...judged,
  });
}

export const answersAreRight = when('$wrongAnswers = 0');
