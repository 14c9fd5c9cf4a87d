import { beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../definition/index.ts';
import {
  type Answer,
  runWorkflow,
  TaskError,
  type WorkflowRun,
} from '../infra/simulation/index.ts';
import { computedProjects } from '../infra/testing/computed-projects.testing.ts';
import { handoverDefinition, handoverWorld } from '../infra/testing/handover-world.testing.ts';
import { monitoringWorld } from '../infra/testing/monitoring-world.testing.ts';
import {
  abaloneDefinition,
  createStack,
  readDefinition,
  sharedDefinition,
} from '../infra/testing/project-stack.testing.ts';
import { retrainingWorld } from '../infra/testing/retraining-world.testing.ts';
import { scoringWorld } from '../infra/testing/scoring-world.testing.ts';
import { abaloneOnLambda } from '../infra/testing/served-projects.testing.ts';
import {
  retrainedDefinition,
  watchedDefinition,
} from '../infra/testing/watched-project.testing.ts';
import {
  functionWorld,
  promotionWorld,
  trainingWorld,
  type World,
} from '../infra/testing/worlds.testing.ts';
import { abalone } from '../projects/abalone/project.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Branches?: readonly Machine[];
  readonly ItemProcessor?: Machine;
}

interface Task extends State {
  readonly Resource: string;
}

interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

let definitions: Readonly<
  Record<
    | 'Training'
    | 'Promotion'
    | 'Promotion on Lambda'
    | 'Scoring'
    | 'Monitoring'
    | 'Retraining'
    | 'Handover',
    string
  >
>;

beforeAll(() => {
  definitions = {
    Training: abaloneDefinition('Training'),
    Promotion: abaloneDefinition('Promotion'),
    'Promotion on Lambda': sharedDefinition(abaloneOnLambda, 'Promotion'),
    Scoring: watchedDefinition('Scoring'),
    Monitoring: watchedDefinition('Monitoring'),
    Retraining: retrainedDefinition('Retraining'),
    Handover: handoverDefinition(),
  };
});

/** Every task, also those inside Map and Parallel states, by its name. */
function tasksOf({ States: states }: Machine): ReadonlyMap<string, Task> {
  const found = new Map<string, Task>();
  for (const [name, state] of Object.entries(states)) {
    if (state.Resource !== undefined) found.set(name, { ...state, Resource: state.Resource });
    const inner = [
      ...(state.Branches ?? []),
      ...(state.ItemProcessor ? [state.ItemProcessor] : []),
    ];
    for (const machine of inner) for (const each of tasksOf(machine)) found.set(...each);
  }
  return found;
}

/**
 * What a throttled call ends with. SageMaker, S3 and Step Functions model no error for it, so that the SDK has only the
 * service's general one: "Rate exceeded - ThrottlingException" ended executions in
 * https://github.com/aws/aws-step-functions-data-science-sdk-python/pull/162.
 */
const THROTTLED: readonly (readonly [RegExp, string])[] = [
  [/:aws-sdk:sagemaker:/, 'SageMaker.SageMakerException'],
  [/:aws-sdk:s3:/, 'S3.S3Exception'],
  [/:aws-sdk:sfn:/, 'Sfn.SfnException'],
  [/:aws-sdk:cloudwatchlogs:/, 'CloudWatchLogs.CloudWatchLogsException'],
  [/:::ecs:/, 'ECS.AmazonECSException'],
  [/:aws-sdk:cloudwatch:/, 'CloudWatch.CloudWatchException'],
  [/:aws-sdk:applicationautoscaling:/, 'ApplicationAutoScaling.ApplicationAutoScalingException'],
  [/:::dynamodb:/, 'DynamoDB.AmazonDynamoDBException'],
  [/:::lambda:/, 'Lambda.TooManyRequestsException'],
  // Lambda's API models the error, unlike those above.
  [/:aws-sdk:lambda:/, 'Lambda.TooManyRequestsException'],
  [/:::sns:/, 'SNS.ThrottledException'],
  [/:::sagemaker:/, 'SageMaker.AmazonSageMakerException'],
];

function errorOf(resource: string): string {
  const error = THROTTLED.find(([pattern]) => pattern.test(resource))?.[1];
  if (error === undefined) throw new Error(`${resource}: how is it throttled?`);
  return error;
}

/** The world in which the call with this number is refused once, before it does its work. */
function throttling({ answer, definition }: World, number: number): Answer {
  const states = tasksOf(JSON.parse(definition) as Machine);
  let calls = 0;
  return (state, request) => {
    calls += 1;
    if (calls !== number) return answer(state, request);
    const error = errorOf(states.get(state)?.Resource ?? state);
    throw new TaskError(error, 'Rate exceeded (Service: AWS, Status Code: 400, Request ID: r)');
  };
}

function run({ definition, input, ...world }: World, answer = world.answer): WorkflowRun {
  return runWorkflow({ definition, input, answer });
}

describe.each([
  ['Training', trainingWorld, 'Registered'],
  ['Promotion', promotionWorld, 'Live'],
  ['Promotion on Lambda', functionWorld, 'Live'],
  ['Scoring', scoringWorld, 'Scored'],
  ['Monitoring', monitoringWorld, 'No drift'],
  ['Retraining', retrainingWorld, 'Training started'],
  ['Handover', handoverWorld, 'Handed over'],
] as const)('%s', (workflow, create, end) => {
  it('goes the same way when any one of its calls is throttled', () => {
    const whole = run(create(definitions[workflow]));
    expect(whole.path.at(-1)).toBe(end);

    for (const number of whole.tasks.keys()) {
      const world = create(definitions[workflow]);

      const { path, tasks } = run(world, throttling(world, number + 1));

      const state = tasks[number]?.state;
      const withoutWaits = path.filter((each) => whole.path.includes(each));
      expect({ state, path: [...new Set(withoutWaits)], outcomes: world.outcomes() }).toEqual({
        state,
        path: [...new Set(whole.path)],
        outcomes: 1,
      });
    }
  });
});

it.each(Object.entries(computedProjects))('is repeated by every task of %s', (_name, project) => {
  const definition = sharedDefinition(project, 'Training');
  for (const [name, task] of tasksOf(JSON.parse(definition) as Machine)) {
    const retried = task.Retry?.flatMap(({ ErrorEquals: errors }) => errors) ?? [];
    expect({ name, retried }).toEqual({
      name,
      retried: expect.arrayContaining([errorOf(task.Resource)]) as unknown,
    });
  }
});

describe.each(Object.entries(computedProjects))('a training on %s', (_name, project) => {
  it('goes the same way when any one of its calls is throttled', () => {
    const definition = sharedDefinition(project, 'Training');
    const whole = run(trainingWorld(definition));
    expect(whole.path.at(-1)).toBe('Registered');

    for (const number of whole.tasks.keys()) {
      const world = trainingWorld(definition);
      const { path } = run(world, throttling(world, number + 1));
      expect([...new Set(path)]).toEqual([...new Set(whole.path)]);
      expect(world.outcomes()).toBe(1);
    }
  });
});

it('is not taken for a model that is not there', () => {
  const world = promotionWorld(definitions.Promotion);
  const answer: Answer = (state, request) => {
    if (state !== 'Describe live model') return world.answer(state, request);
    throw new TaskError('SageMaker.SageMakerException', 'Rate exceeded (Service: SageMaker)');
  };

  const { path } = run(world, answer);

  expect(path).toContain('Endpoint unreadable');
  expect(path).not.toContain('List approved packages');
});

/** The state that follows an error asks again. */
const ASKED_AGAIN_BY_A_STATE: ReadonlySet<string> = new Set([
  'Look up endpoint',
  'Update endpoint',
  'Change variants',
  'Describe endpoint',
]);

it.each([
  'Training',
  'Promotion',
  'Trial',
  'UnclaimedUploads',
  'Scoring',
  'Monitoring',
  'Retraining',
])('is repeated by every task of %s', (workflow) => {
  const trial = { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'promote' } as const;
  const tried = defineProject({
    ...(abalone as ProjectInput),
    serving: { ...abalone.serving, trial },
    scoring: {},
    monitoring: {},
    retraining: {},
  });
  const definition = readDefinition(createStack(tried).stack, workflow);
  const tasks = tasksOf(JSON.parse(definition) as Machine);
  expect(tasks.size).toBeGreaterThan(0);
  for (const [name, task] of tasks) {
    if (ASKED_AGAIN_BY_A_STATE.has(name)) continue;
    const retried = task.Retry?.flatMap(({ ErrorEquals: errors }) => errors) ?? [];
    expect({ name, retried }).toEqual({
      name,
      retried: expect.arrayContaining([errorOf(task.Resource)]) as unknown,
    });
  }
});
