import { describe, expect, it } from 'vitest';
import {
  type Answer,
  answerJob,
  interruptedTask,
  runWorkflow,
  startedJob,
  stoppedTask,
  TaskError,
  type WorkflowRun,
} from '../../infra/simulation/index.ts';
import { computedProjects } from '../../infra/testing/computed-projects.testing.ts';
import { sharedDefinition } from '../../infra/testing/project-stack.testing.ts';
import { trainingWorld } from '../../infra/testing/worlds.testing.ts';
import { titanic } from '../../projects/titanic/project.ts';

const titanicSettings = Object.fromEntries(
  Object.entries(titanic.training.hyperparameters).map(([name, value]) => [name, String(value)]),
);

type Name = keyof typeof computedProjects;

const definitionOf = (name: Name) => sharedDefinition(computedProjects[name], 'Training');

/** A training on a compute; the answers by state replace those of the world. */
function trainOn(
  name: Name,
  answers: Readonly<Record<string, Answer>> = {},
  bucket = 'bucket',
): WorkflowRun {
  const world = trainingWorld(definitionOf(name));
  return runWorkflow({
    definition: world.definition,
    input: { ...(world.input as object), bucket },
    answer: (state, request) => (answers[state] ?? world.answer)(state, request),
  });
}

const requestsOf = ({ tasks }: WorkflowRun, name: string) =>
  tasks
    .filter(({ state }) => state === name)
    .map(({ arguments: given }) => given as Readonly<Record<string, unknown>>);

const jobsOf = (run: WorkflowRun, name: string) => requestsOf(run, name).map(startedJob);

const fail = (error: string, cause: object | string): Answer => {
  return () => {
    throw new TaskError(error, typeof cause === 'string' ? cause : JSON.stringify(cause));
  };
};

/** Answers of one state, one after the other; the last one for good. */
function inTurn(...answers: readonly Answer[]): Answer {
  let calls = 0;
  return (state, request) => {
    const answer = answers[Math.min(calls, answers.length - 1)];
    calls += 1;
    return answer?.(state, request);
  };
}

const works: Answer = (_state, request) => answerJob(request);

describe.each(['lambda', 'fargate'] as const)('a training on %s', (name) => {
  it('has the states that it has on SageMaker', () => {
    const states = [
      'Champion registered?',
      'Prepare data',
      'Train model',
      'Evaluate model',
      'Read evaluation',
    ];
    const { path } = trainOn(name);

    const from = path.indexOf('Champion registered?');
    expect(path.slice(from, from + states.length)).toEqual(states);
    expect(path.at(-1)).toBe('Registered');
  });

  it('gives each step its own inputs, and the next one what it made', () => {
    const run = trainOn(name);

    const [prepare] = jobsOf(run, 'Prepare data');
    const [train] = jobsOf(run, 'Train model');
    const [evaluate] = jobsOf(run, 'Evaluate model');
    expect([prepare, train, evaluate]).toMatchObject([
      {
        steps: [
          {
            step: 'prepare',
            inputs: { data: expect.stringMatching(/\/dataset\/$/) },
            outputs: { train: expect.stringMatching(/\/prepared\/train\/$/) },
          },
        ],
      },
      {
        steps: [
          { step: 'train', inputs: { train: expect.stringMatching(/\/prepared\/train\/$/) } },
        ],
      },
      {
        steps: [
          { step: 'evaluate', outputs: { evaluation: expect.stringMatching(/\/evaluation\/$/) } },
        ],
      },
    ]);
    const model = train?.steps[0]?.model ?? '';
    expect(model).toMatch(
      /^s3:\/\/bucket\/runs\/[a-z]+\/[0-9a-f]{32}\/training\/[a-z]+-train-[0-9a-f]{12}-0-0\/output\/model\.tar\.gz$/,
    );
    expect(evaluate?.steps).toMatchObject([{ inputs: { model } }]);
    const [registered] = requestsOf(run, 'Register model');
    expect(JSON.stringify(registered)).toContain(`"ModelDataUrl":"${model}"`);
  });

  it('keeps the name of a job whose start was not answered', () => {
    const lost = name === 'lambda' ? 'Lambda.SdkClientException' : 'ECS.SdkClientException';
    const run = trainOn(name, { 'Train model': inTurn(fail(lost, 'reset'), works) });

    const [first, second] = jobsOf(run, 'Train model');
    expect(second).toEqual(first);
    expect(run.path.at(-1)).toBe('Registered');
  });
});

it('keeps a task within the characters that RunTask takes of overrides', () => {
  const run = trainOn('fargate');

  for (const state of ['Prepare data', 'Train model', 'Evaluate model']) {
    const [request] = requestsOf(run, state);
    // The names of buckets and assets are longer on AWS than here.
    expect(JSON.stringify(request?.['Overrides']).length).toBeLessThan(8_192 - 3_000 - 1_000);
  }
});

const interrupted: Answer = () => {
  throw interruptedTask();
};

describe('a task on Fargate', () => {
  it('that Spot interrupts is started again under another name, the fourth time on demand', () => {
    const run = trainOn('fargate', {
      'Train model': inTurn(interrupted, interrupted, interrupted, works),
    });

    const requests = requestsOf(run, 'Train model');
    expect(requests.map(({ CapacityProviderStrategy: strategy }) => strategy)).toEqual(
      ['FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE'].map((CapacityProvider) => [
        { CapacityProvider, Weight: 1 },
      ]),
    );
    expect(new Set(jobsOf(run, 'Train model').map((job) => job?.name)).size).toBe(4);
    expect(run.path.at(-1)).toBe('Registered');
  });

  it('that is interrupted again and again fails, and says why', () => {
    const run = trainOn('fargate', {
      'Train model': interrupted,
    });

    expect(requestsOf(run, 'Train model')).toHaveLength(11);
    expect(run.path.at(-1)).toBe('Failed');
    expect(run.cause).toContain('Your Spot Task was interrupted. (exit code 143)');
  });

  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
  it.each(['TerminationNotice', 'InfrastructureHealth'])(
    'whose machine is taken with the code %s is started again',
    (StopCode) => {
      const taken = fail('States.TaskFailed', { ...stoppedTask(143), StopCode });
      const run = trainOn('fargate', { 'Train model': inTurn(taken, works) });

      expect(run.path).toContain('Wait to train model');
      expect(run.path.at(-1)).toBe('Registered');
    },
  );

  it('that fails is reported with the last lines of its log', () => {
    const run = trainOn('fargate', {
      'Prepare data': fail('States.TaskFailed', stoppedTask(1)),
      'Read log of prepare data': () => ({
        Events: [{ Message: 'KeyError: 4' }, { Message: 'preprocess.py ended with exit code 1.' }],
      }),
    });

    expect(requestsOf(run, 'Prepare data')).toHaveLength(1);
    expect(requestsOf(run, 'Read log of prepare data')).toMatchObject([
      { LogStreamName: 'job/trainer/0123456789abcdef0123456789abcdef' },
    ]);
    expect({ error: run.error, cause: run.cause }).toEqual({
      error: 'States.TaskFailed',
      cause:
        'Prepare data: Essential container in task exited (exit code 1). It said: KeyError: 4 preprocess.py ended with exit code 1.',
    });
  });

  it('whose log cannot be read is reported without it', () => {
    const run = trainOn('fargate', {
      'Prepare data': fail('States.TaskFailed', stoppedTask(1)),
      'Read log of prepare data': fail('CloudWatchLogs.ResourceNotFoundException', 'none'),
    });

    expect(run.cause).toBe('Prepare data: Essential container in task exited (exit code 1)');
  });

  // As recorded on AWS: a task that did not start has no exit code.
  it('whose image cannot be pulled is reported with what ECS says', () => {
    const reason =
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref r:t';
    const run = trainOn('fargate', {
      'Prepare data': fail('States.TaskFailed', {
        Containers: [{ LastStatus: 'STOPPED', Name: 'trainer' }],
        StopCode: 'TaskFailedToStart',
        StoppedReason: reason,
      }),
    });

    expect(run.cause).toBe(`Prepare data: ${reason}`);
    expect(run.path).not.toContain('Read log of prepare data');
  });

  it.each([
    [
      'memory',
      fail('States.TaskFailed', {
        ...stoppedTask(137),
        Containers: [
          { ExitCode: 137, Reason: 'OutOfMemoryError: Container killed due to memory usage' },
        ],
      }),
      'It needs more than its memory of 16384 MB. Raise memoryMb of training.compute. OutOfMemoryError',
    ],
    [
      'the time of the script',
      fail('States.TaskFailed', stoppedTask(124)),
      'It needs more than its 3600 s. Raise timeoutSeconds of training',
    ],
    [
      'the time of the state',
      fail('States.Timeout', ''),
      'It needs more than its 3600 s. Raise timeoutSeconds of training',
    ],
  ])('that outgrows %s says what to change', (_what, answer, sentence) => {
    const run = trainOn('fargate', { 'Train model': answer });

    expect(run.cause).toContain(sentence);
    expect(requestsOf(run, 'Train model')).toHaveLength(1);
  });

  it('waits where Fargate has no capacity', () => {
    const busy = fail(
      'ECS.AmazonECSException',
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    );
    const run = trainOn('fargate', { 'Prepare data': inTurn(busy, busy, busy, works) });

    expect(run.path).toContain('Wait to prepare data');
    expect(run.path.at(-1)).toBe('Registered');
  });

  it('does not count as done without the exit code 0', () => {
    const run = trainOn('fargate', { 'Evaluate model': () => stoppedTask(3) });

    expect(run.cause).toContain('Evaluate model: the container ended with exit code 3');
  });
});

describe('a function', () => {
  it.each([
    [
      'its time',
      // https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
      fail('Sandbox.Timedout', {
        errorType: 'Sandbox.Timedout',
        errorMessage: 'RequestId: 1 Error: Task timed out after 900.00 seconds',
      }),
      'Train model: It needs more than the 900 s that a function has. Set training.compute to "fargate" or "sagemaker". RequestId: 1 Error: Task timed out',
    ],
    [
      'its memory',
      fail('Runtime.ExitError', {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: 1 Error: Runtime exited with error: signal: killed',
      }),
      'It needs more than its memory of 3008 MB. Set memoryMb of training.compute (at most 10240), or "fargate" as its type.',
    ],
    [
      'its memory, as the container noticed',
      fail('JobOutOfMemory', { errorMessage: 'train.py was killed (signal 9)' }),
      'It needs more than its memory of 3008 MB.',
    ],
  ])('that outgrows %s says what to change', (_what, answer, sentence) => {
    const run = trainOn('lambda', { 'Train model': answer });

    expect(run.cause).toContain(sentence);
    expect(requestsOf(run, 'Train model')).toHaveLength(1);
  });

  it('whose script fails is reported with what the script said', () => {
    const run = trainOn('lambda', {
      'Prepare data': fail('JobFailed', {
        errorType: 'JobFailed',
        errorMessage: 'preprocess.py ended with exit code 1. Last lines: KeyError: 4',
        stackTrace: [],
      }),
    });

    expect({ error: run.error, cause: run.cause }).toEqual({
      error: 'JobFailed',
      cause: 'Prepare data: preprocess.py ended with exit code 1. Last lines: KeyError: 4',
    });
  });

  it('that answers something else fails', () => {
    const run = trainOn('lambda', { 'Evaluate model': () => ({ Payload: null }) });

    expect(run.cause).toContain('Evaluate model: the function answered without a result.');
  });
});

describe('one job', () => {
  it('prepares, trains and evaluates in one container', () => {
    const run = trainOn('one-job');

    const [job] = jobsOf(run, 'Train model');
    expect(job?.steps.map(({ step }) => step)).toEqual(['prepare', 'train', 'evaluate']);
    expect(job?.steps[2]).toMatchObject({ inputs: { model: job?.steps[1]?.model } });
    expect(run.path).not.toContain('Prepare data');
    expect(run.path.at(-1)).toBe('Registered');
  });
});

describe('one job on SageMaker', () => {
  const titanicRun = trainOn('one-job-sagemaker', {}, 'b'.repeat(63));
  const [request] = requestsOf(titanicRun, 'Train model');
  const given = request?.['HyperParameters'] as Readonly<Record<string, string>>;
  const output = request?.['OutputDataConfig'] as { readonly S3OutputPath: string } | undefined;
  const parts = Object.keys(given).filter((name) => name.startsWith('stepmill_job_'));
  const job = JSON.parse(parts.map((_name, at) => given[`stepmill_job_${at}`]).join('')) as {
    readonly name: string;
    readonly channels: Readonly<Record<string, string>>;
    readonly steps: readonly Readonly<Record<string, unknown>>[];
  };

  it('prepares, trains and evaluates in one training job', () => {
    expect(titanicRun.path).not.toContain('Prepare data');
    expect(titanicRun.path.at(-1)).toBe('Registered');
    expect(request?.['TrainingJobName']).toBe(job.name);
    expect(job.steps.map(({ step }) => step)).toEqual(['prepare', 'train', 'evaluate']);
    expect(job.steps[2]).toMatchObject({ inputs: { model: job.steps[1]?.['model'] } });
    expect(job.steps[1]?.['model']).toBe(`${output?.S3OutputPath}/${job.name}/output/model.tar.gz`);
  });

  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
  it('keeps each hyperparameter within 2,500 characters, the settings beside the job', () => {
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...Object.values(given).map(({ length }) => length))).toBe(2_500);
    expect(given).toMatchObject(titanicSettings);
    expect(job.steps[1]).toMatchObject({ hyperparameters: {}, checkpoints: '' });
  });

  it('gets the dataset and the scripts as channels', () => {
    const channels = request?.['InputDataConfig'] as readonly {
      readonly ChannelName: string;
      readonly DataSource: { readonly S3DataSource: { readonly S3Uri: string } };
    }[];
    const uris = channels.map(({ ChannelName: name, DataSource: source }) => [
      name,
      source.S3DataSource.S3Uri,
    ]);
    expect(Object.fromEntries(uris)).toEqual(job.channels);
    expect(Object.keys(job.channels)).toEqual(['scripts', 'code', 'data', 'manifest']);
    expect(job.channels['data']).toMatch(/\/dataset\/$/);
  });

  it('gets the champion as channels where there is one', () => {
    const run = trainOn('one-job-sagemaker', {
      'Find champion': () => ({ ModelPackageSummaryList: [{ ModelPackageArn: 'arn' }] }),
      'Read champion': () => ({
        InferenceSpecification: {
          Containers: [{ ModelDataUrl: 's3://b/p.tar.gz' }, { ModelDataUrl: 's3://b/m.tar.gz' }],
        },
      }),
    });
    const [compared] = requestsOf(run, 'Train model');
    expect(JSON.stringify(compared?.['InputDataConfig'])).toContain('"s3://b/m.tar.gz"');
    expect(compared?.['InputDataConfig']).toHaveLength(6);
  });

  it('waits for an instance that other jobs have', () => {
    const busy = fail(
      'SageMaker.ResourceLimitExceededException',
      "The account-level service limit 'ml.m5.large for training job usage' is 1 Instances, with current utilization of 1 Instances and a request delta of 1 Instances.",
    );
    const run = trainOn('one-job-sagemaker', { 'Train model': inTurn(busy, works) });
    expect(run.path).toContain('Wait to train model');
    expect(run.path.at(-1)).toBe('Registered');
    const names = requestsOf(run, 'Train model').map((each) => each['TrainingJobName']);
    expect(new Set(names).size).toBe(2);
  });
});

// https://docs.aws.amazon.com/guardduty/latest/ug/how-runtime-monitoring-works-ecs-fargate.html
describe.each([
  [0, 'Registered'],
  [1, 'Failed'],
])('a task beside whose container GuardDuty runs one of its own', (exitCode, end) => {
  it(`ends as its container does, with ${exitCode}`, () => {
    const { Containers: own, ...task } = stoppedTask(exitCode);
    const sidecar = {
      Name: 'aws-guardduty-agent-abc',
      LastStatus: 'STOPPED',
      ExitCode: 1 - exitCode,
    };
    const run = trainOn('fargate', {
      'Train model': () => ({ ...task, Containers: [sidecar, ...(own as object[])] }),
    });

    expect(run.path.at(-1)).toBe(end);
  });
});
