import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainingInput } from '../../events/index.ts';
import {
  type Answer,
  ClaimTasks,
  checkPackageFields,
  executionArnOf,
  noSuchKey,
  runWorkflow,
  TaskError,
  type WorkflowRun,
} from '../../infra/simulation/index.ts';
import {
  abaloneDefinition,
  createStack,
  readDefinition,
} from '../../infra/testing/project-stack.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

const input: TrainingInput = {
  eventId: 'e',
  bucket: 'bucket',
  object: { key: 'incoming/abalone/a+b ü.csv', size: 10, etag: 'e', 'version-id': 'v1' },
};
const datasetId = /^[0-9a-f]{32}$/;
const firstRun = executionArnOf('c0ffee00-0000-4000-8000-000000000001_run.1');
let definition: string;

beforeAll(() => {
  definition = abaloneDefinition('Training');
});

interface World {
  readonly mse: number;
  readonly champion?: number;
  readonly inspection: unknown;
  readonly newestVersion: string | undefined;
  /** How the run that claimed it first stands; undefined: Step Functions does not know it. */
  readonly claimantStatus?: string;
}

const goodWorld: World = {
  mse: 4.07,
  inspection: { Payload: { accepted: true, rowCount: 4177, sha256: 's', sizeBytes: 10 } },
  newestVersion: 'v1',
};

function answering(world: World, claims = new ClaimTasks()): Answer {
  return (state, request) => {
    const ofClaim = claims.answer(state, request);
    if (ofClaim !== undefined) return ofClaim;
    switch (state) {
      case 'Look for newer data':
        if (world.newestVersion === undefined) throw noSuchKey();
        return { VersionId: world.newestVersion };
      case 'Inspect dataset':
        return world.inspection;
      case 'Find champion':
        return {
          ModelPackageSummaryList:
            world.champion === undefined ? [] : [{ ModelPackageArn: 'arn:champion/1' }],
        };
      case 'Read champion':
        return {
          InferenceSpecification: {
            Containers: [{ ModelDataUrl: 's3://b/pre' }, { ModelDataUrl: 's3://b/model' }],
          },
        };
      case 'Prepare data':
      case 'Evaluate model':
        return {
          ProcessingJobStatus: 'Completed',
          ProcessingJobName: request['ProcessingJobName'],
        };
      case 'Train model':
        return {
          TrainingJobStatus: 'Completed',
          TrainingJobName: request['TrainingJobName'],
          TrainingJobArn: 'arn:job',
          ModelArtifacts: { S3ModelArtifacts: 's3://bucket/runs/abalone/x/model.tar.gz' },
        };
      case 'Read evaluation':
        return {
          Body: JSON.stringify({
            regression_metrics: { mse: { value: world.mse, standard_deviation: 0.3 } },
            ...(world.champion === undefined
              ? {}
              : { champion: { regression_metrics: { mse: { value: world.champion } } } }),
          }),
        };
      case 'Fingerprint preprocessor':
        return { ETag: '"1"' };
      case 'Fingerprint model':
        return { ETag: '"2"' };
      case 'Register model':
        checkPackageFields(request);
        return { ModelPackageArn: 'arn:aws:sagemaker:r:a:model-package/g/7' };
      case 'Look up owner of dataset':
      case 'Look up owner of content':
        if (world.claimantStatus === undefined) {
          throw new TaskError('Sfn.ExecutionDoesNotExistException', 'Execution Does Not Exist');
        }
        return { Status: world.claimantStatus };
      default:
        return {};
    }
  };
}

function datasetOf({ output }: WorkflowRun): string {
  return (output as { readonly datasetId: string }).datasetId;
}

// As reported: https://github.com/aws-samples/sagemaker-custom-project-templates/issues/51
const quota = (limit: number, used: number, delta: number) =>
  `The account-level service limit 'ml.m5.large for processing job usage' is ${limit} Instances, with current utilization of ${used} Instances and a request delta of ${delta} Instances. Please use AWS Service Quotas to request an increase for this quota. (Service: AmazonSageMaker; Status Code: 400; Error Code: ResourceLimitExceeded; Request ID: R; Proxy: null)`;

/** What a run with settings of its own asks for. */
function trainWith(settings?: object) {
  const run = runWorkflow({
    definition,
    input: { ...input, ...(settings === undefined ? {} : { settings }) },
    answer: answering(goodWorld),
  });
  const argumentsOf = (name: string) =>
    run.tasks.find(({ state }) => state === name)?.arguments as Record<string, object>;
  return {
    dataset: datasetOf(run),
    content: /content#[^"]*/.exec(JSON.stringify(argumentsOf('Claim content')))?.[0],
    hyperparameters: argumentsOf('Train model')['HyperParameters'],
    metadata: argumentsOf('Register model')['CustomerMetadataProperties'],
  };
}

describe('the training workflow', () => {
  it('registers a model that passes the gate', () => {
    const result = runWorkflow({ definition, input, answer: answering(goodWorld) });

    expect(result.path).toEqual([
      'Identify dataset',
      'Claim dataset',
      'Wait for uploads to settle',
      'Look for newer data',
      'Newest upload?',
      'Inspect dataset',
      'Dataset usable?',
      'Claim content',
      'Keep dataset',
      'Find champion',
      'More registered models?',
      'Champion registered?',
      'Prepare data',
      'Train model',
      'Evaluate model',
      'Read evaluation',
      'Metric missing?',
      'Passes the gate?',
      'Fingerprint preprocessor',
      'Fingerprint model',
      'Register model',
      'Record registration',
      'Announce candidate',
      'Registered',
    ]);
    expect(result.output).toEqual({
      outcome: 'Registered',
      datasetId: expect.stringMatching(datasetId),
      key: input.object.key,
      modelPackage: 'arn:aws:sagemaker:r:a:model-package/g/7',
      metrics: { mse: { value: 4.07, standard_deviation: 0.3 } },
    });
    expect(result.tasks).toMatchSnapshot();
  });

  it('gives the champion to the evaluation and accepts one that is hardly better', () => {
    const world = { ...goodWorld, champion: 4.01 };

    const result = runWorkflow({ definition, input, answer: answering(world) });

    expect(result.path).toContain('Read champion');
    expect(result.path.at(-1)).toBe('Registered');
    const evaluation = result.tasks.find(({ state }) => state === 'Evaluate model');
    expect(JSON.stringify(evaluation)).toContain('"InputName":"champion-model"');
  });

  it.each([
    [{ ...goodWorld, mse: 6.4142 }, ['mse 6.4142 is above the bound 6']],
    [{ ...goodWorld, champion: 3 }, ["mse 4.07 is worse than the champion's 3 by more than 2 %"]],
  ])('records why a model does not pass the gate: %#', (world, objections) => {
    const result = runWorkflow({ definition, input, answer: answering(world) });

    expect(result.path.slice(-4)).toEqual([
      'Passes the gate?',
      'Record objections',
      'Announce objections',
      'Below the gate',
    ]);
    expect(result.output).toMatchObject({ outcome: 'Below the gate', objections });
  });

  describe('settings of a run', () => {
    it('are those of the project where an upload started the run', () => {
      expect(trainWith().hyperparameters).toMatchObject({ algorithm: 'xgboost', max_depth: '5' });
      expect(trainWith().metadata).toMatchObject({
        algorithm: 'xgboost',
        hyperparameters: expect.stringContaining('max_depth=5 eta=0.2'),
      });
    });

    it('replace single hyperparameters, and are recorded with the model', () => {
      const { hyperparameters, metadata } = trainWith({ hyperparameters: { max_depth: '6' } });

      expect(hyperparameters).toEqual({ ...trainWith().hyperparameters, max_depth: '6' });
      expect(metadata).toMatchObject({
        hyperparameters: expect.stringContaining('max_depth=6 '),
      });
    });

    it('drop the hyperparameters of another algorithm', () => {
      const { hyperparameters, metadata } = trainWith({
        algorithm: 'linear-regression',
        hyperparameters: { alpha: '2' },
      });

      expect(hyperparameters).toEqual({
        algorithm: 'linear-regression',
        alpha: '2',
        sagemaker_program: 'train.py',
        sagemaker_submit_directory: expect.stringContaining('s3://'),
      });
      expect(metadata).toMatchObject({ algorithm: 'linear-regression' });
    });

    it('cannot change which script the container runs', () => {
      const { hyperparameters } = trainWith({ hyperparameters: { sagemaker_program: 'x.py' } });

      expect(hyperparameters).toMatchObject({ sagemaker_program: 'train.py' });
    });

    it('make the same data another dataset and other content', () => {
      const runs = [
        trainWith(),
        trainWith({ hyperparameters: { max_depth: '6' } }),
        trainWith({ hyperparameters: { max_depth: '7' } }),
      ];

      expect(new Set(runs.map(({ dataset }) => dataset)).size).toBe(3);
      expect(new Set(runs.map(({ content }) => content)).size).toBe(3);
      expect(trainWith({ hyperparameters: { max_depth: '6' } })).toEqual(runs[1]);
    });
  });

  describe('a gate over out-of-fold predictions', () => {
    let guarded: string;

    beforeAll(() => {
      const { stack } = createStack({
        ...abalone,
        gate: {
          bounds: [
            { metric: 'r2', minimum: 0.4, over: 'out-of-fold', at: 'lower' },
            { metric: 'mse', maximum: 6, over: 'test', at: 'value' },
          ],
          suspicious: [{ metric: 'r2', maximum: 0.99, over: 'out-of-fold' }],
        },
      });
      guarded = readDefinition(stack, 'Training');
    });

    const judge = (outOfFold: object | undefined, more: object = {}) => {
      const answer = answering(goodWorld);
      const evaluation = {
        regression_metrics: { mse: { value: 4 }, r2: { value: 0.1, lower: 0.05 } },
        ...(outOfFold === undefined
          ? {}
          : { out_of_fold: { regression_metrics: { r2: outOfFold } } }),
        ...more,
      };
      return runWorkflow({
        definition: guarded,
        input,
        answer: (state, request) =>
          state === 'Read evaluation'
            ? { Body: JSON.stringify(evaluation) }
            : answer(state, request),
      });
    };

    it('passes by the lower end of the interval, under any result of the test rows', () => {
      const run = judge({ value: 0.5, lower: 0.4 });

      expect(run.path.at(-1)).toBe('Registered');
      expect(run.tasks.find(({ state }) => state === 'Register model')?.arguments).toMatchObject({
        CustomerMetadataProperties: { 'metric.r2': '0.1', 'metric.out-of-fold.r2': '0.5' },
      });
    });

    it('names the number that is below a bound', () => {
      const run = judge({ value: 0.5, lower: 0.39999 });

      expect(run.output).toMatchObject({
        outcome: 'Below the gate',
        objections: ['r2, lower end of its 95 % interval, out of fold 0.4 is below the bound 0.4'],
      });
    });

    it('takes a result that is too good for a leak, and repeats the warnings of the script', () => {
      const run = judge({ value: 0.995, lower: 0.99 }, { warnings: ['probable leak: length'] });

      expect(run.output).toMatchObject({
        outcome: 'Below the gate',
        objections: [
          'r2, out of fold 0.995 is above 0.99, which is too good to be true: a column probably holds the label. Set ignore for that column, or raise gate.suspicious. probable leak: length',
        ],
      });
    });

    it('fails where the script wrote no interval', () => {
      const run = judge({ value: 0.5 });

      expect(run.error).toBe('IncompleteEvaluation');
      expect(run.cause).toContain(
        'has no number out_of_fold.regression_metrics.r2.lower, for which the project abalone asks in gate.bounds[0]; out_of_fold.regression_metrics has r2.',
      );
    });

    it('fails where there are no out-of-fold predictions', () => {
      const run = judge(undefined);

      expect(run.cause).toContain(
        'has no number out_of_fold.regression_metrics.r2.lower, for which the project abalone asks in gate.bounds[0]; out_of_fold.regression_metrics has nothing.',
      );
    });
  });

  it.each<[string, World, object, string]>([
    [
      'the metrics of the problem',
      goodWorld,
      { version: 0, binary_classification_metrics: { mse: { value: 1 } } },
      'has no object regression_metrics, where the metrics of problem "regression" of the project abalone stand; it has version, binary_classification_metrics. Let evaluate.py write it, or change problem in the project.',
    ],
    ['anything', goodWorld, {}, 'it has nothing. Let evaluate.py write it'],
    [
      'a metric of the gate',
      goodWorld,
      { regression_metrics: { mae: { value: 1 }, r2: { value: 0 } } },
      'has no number regression_metrics.mse.value, for which the project abalone asks in gate.bounds[0] and gate.champion; regression_metrics has mae, r2. Let evaluate.py write it, or change the project.',
    ],
    [
      'a number',
      goodWorld,
      { regression_metrics: { mse: { value: 'NaN' } } },
      'has no number regression_metrics.mse.value (it is NaN), for which the project abalone asks',
    ],
    [
      "the champion's metric",
      { ...goodWorld, champion: 4 },
      { regression_metrics: { mse: { value: 4 } }, champion: { regression_metrics: { mae: 1 } } },
      'has no number champion.regression_metrics.mse.value, for which the project abalone asks in gate.champion; champion.regression_metrics has mae.',
    ],
  ])('fails with a sentence when the evaluation lacks %s', (_what, world, evaluation, sentence) => {
    const answer = answering(world);

    const result = runWorkflow({
      definition,
      input,
      answer: (state, request) =>
        state === 'Read evaluation' ? { Body: JSON.stringify(evaluation) } : answer(state, request),
    });

    expect(result.path.slice(-5)).toEqual([
      'Read evaluation',
      'Metric missing?',
      'Record failure',
      'Announce failure',
      'Failed',
    ]);
    expect(result.error).toBe('IncompleteEvaluation');
    expect(result.cause).toMatch(
      /^Read evaluation: s3:\/\/bucket\/runs\/abalone\/[0-9a-f]{32}\/evaluation\/evaluation\.json has no /,
    );
    expect(result.cause).toContain(sentence);
    const message = result.tasks.find(({ state }) => state === 'Announce failure');
    expect(message?.arguments).toMatchObject({ Message: expect.stringContaining(sentence) });
  });

  // Python's json writes them, and JSON has no such numbers.
  it.each(['NaN', 'Infinity', '-Infinity'])('names a metric that is %s', (value) => {
    const answer = answering(goodWorld);
    const evaluate = (body: string) =>
      runWorkflow({
        definition,
        input,
        answer: (state, request) =>
          state === 'Read evaluation' ? { Body: body } : answer(state, request),
      });

    const judged = evaluate(
      `{"regression_metrics": {"mse": {"value": ${value}}, "r2": {"value":1}}}`,
    );
    const other = evaluate(
      `{"regression_metrics": {"mse": {"value": 4, "ci": [${value},${value}]}, "r2": {"value":${value}}}}`,
    );

    expect(judged.error).toBe('IncompleteEvaluation');
    expect(judged.cause).toContain(
      `has no number regression_metrics.mse.value (it is ${value}), for which the project abalone asks`,
    );
    expect(other.path.at(-1)).toBe('Registered');
    expect(other.tasks.find(({ state }) => state === 'Register model')?.arguments).toMatchObject({
      CustomerMetadataProperties: { 'metric.mse': '4', 'metric.r2': value },
    });
  });

  it('registers metrics of any name and number', () => {
    const metrics = {
      ...Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`m${index}`, { value: index }]),
      ),
      'F1 (macro), %': { value: 0.5 },
      '😀': { value: 'NaN' },
      [`long ${'x'.repeat(200)}`]: { value: 1 },
      confusion: { a: { b: 1 } },
      mse: { value: 4 },
    };
    const answer = answering(goodWorld);

    const result = runWorkflow({
      definition,
      input,
      executionName: "a(b)'c!",
      answer: (state, request) =>
        state === 'Read evaluation'
          ? { Body: JSON.stringify({ regression_metrics: metrics }) }
          : answer(state, request),
    });

    expect(result.path.at(-1)).toBe('Registered');
    expect(result.tasks.find(({ state }) => state === 'Register model')?.arguments).toMatchObject({
      CustomerMetadataProperties: { 'metric.mse': '4', 'metric.m0': '0' },
    });
  });

  it('takes a metric of zero for a metric', () => {
    const result = runWorkflow({ definition, input, answer: answering({ ...goodWorld, mse: 0 }) });

    expect(result.path.at(-1)).toBe('Registered');
  });

  it.each(['RUNNING', 'SUCCEEDED'])(
    'ends a second delivery as a duplicate while the first run is %s, with no task but the claim',
    (claimantStatus) => {
      const claims = new ClaimTasks();
      const first = runWorkflow({ definition, input, answer: answering(goodWorld, claims) });

      const second = runWorkflow({
        definition,
        input,
        answer: answering({ ...goodWorld, claimantStatus }, claims),
        executionName: 'another',
      });

      expect(first.path.at(-1)).toBe('Registered');
      expect(second.path).toEqual([
        'Identify dataset',
        'Claim dataset',
        'Read claim on dataset',
        'Is claim on dataset ours?',
        'Look up owner of dataset',
        'Does owner keep claim on dataset?',
        'Duplicate',
      ]);
      expect(second.output).toMatchObject({ claimedBy: firstRun });
    },
  );

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED', undefined])(
    'finishes with a second delivery what a run left that is %s between claim and record',
    (claimantStatus) => {
      const claims = new ClaimTasks();
      const key = `dataset#${datasetOf(runWorkflow({ definition, input, answer: answering(goodWorld) }))}`;
      claims.hold(key, executionArnOf('dead'));
      const world = { ...goodWorld, ...(claimantStatus === undefined ? {} : { claimantStatus }) };

      const result = runWorkflow({ definition, input, answer: answering(world, claims) });

      expect(result.path.slice(1, 8)).toEqual([
        'Claim dataset',
        'Read claim on dataset',
        'Is claim on dataset ours?',
        'Look up owner of dataset',
        'Does owner keep claim on dataset?',
        'Take over claim on dataset',
        'Wait for uploads to settle',
      ]);
      expect(result.path.at(-1)).toBe('Registered');
      expect(claims.ownerOf(key)).toBe(firstRun);
    },
  );

  it('asks again after an owner that Step Functions does not know yet', () => {
    const claims = new ClaimTasks();
    runWorkflow({ definition, input, answer: answering(goodWorld, claims) });
    let asked = 0;
    const answer = answering({ ...goodWorld, claimantStatus: 'RUNNING' }, claims);

    const second = runWorkflow({
      definition,
      input,
      answer: (state, request) => {
        if (state !== 'Look up owner of dataset') return answer(state, request);
        asked += 1;
        if (asked < 3) {
          throw new TaskError('Sfn.ExecutionDoesNotExistException', 'Execution Does Not Exist');
        }
        return answer(state, request);
      },
      executionName: 'another',
    });

    expect(asked).toBe(3);
    expect(second.path.at(-1)).toBe('Duplicate');
  });

  it.each([
    ['SUCCEEDED', 'Duplicate'],
    ['RUNNING', 'Duplicate'],
    ['FAILED', 'Registered'],
    [undefined, 'Registered'],
  ])('treats the same content, claimed by a run that is %s, as %s', (claimantStatus, outcome) => {
    const claims = new ClaimTasks();
    runWorkflow({ definition, input, answer: answering(goodWorld, claims) });
    const again = { ...input, object: { ...input.object, 'version-id': 'v2' } };
    const world = {
      ...goodWorld,
      newestVersion: 'v2',
      ...(claimantStatus === undefined ? {} : { claimantStatus }),
    };

    const result = runWorkflow({
      definition,
      input: again,
      answer: answering(world, claims),
      executionName: 'another',
    });

    expect(result.path.at(-1)).toBe(outcome);
    expect(result.path.includes('Prepare data')).toBe(outcome === 'Registered');
    if (outcome === 'Duplicate') expect(result.output).toMatchObject({ claimedBy: firstRun });
  });

  it('continues when the claim it finds is its own', () => {
    const claims = new ClaimTasks();
    const key = `dataset#${datasetOf(runWorkflow({ definition, input, answer: answering(goodWorld) }))}`;
    claims.hold(key, firstRun);
    const answer = answering(goodWorld, claims);
    let attempts = 0;

    const again = runWorkflow({
      definition,
      input,
      answer: (state, request) => {
        if (state !== 'Claim dataset') return answer(state, request);
        attempts += 1;
        // It was written, and the answer was lost.
        if (attempts === 1) throw new TaskError('DynamoDB.SdkClientException', 'timeout');
        return answer(state, request);
      },
    });

    expect(attempts).toBe(2);
    expect(again.path.slice(0, 3)).toEqual([
      'Identify dataset',
      'Claim dataset',
      'Wait for uploads to settle',
    ]);
    expect(again.path.at(-1)).toBe('Registered');
  });

  it('gives way to a newer version of the object', () => {
    const world = { ...goodWorld, newestVersion: 'v2' };

    const result = runWorkflow({ definition, input, answer: answering(world) });

    expect(result.path.at(-1)).toBe('Superseded');
    expect(result.output).toMatchObject({ outcome: 'Superseded', newest: 'v2' });
  });

  it('rejects an object that was deleted before it was read', () => {
    const world = { ...goodWorld, newestVersion: undefined };

    const result = runWorkflow({ definition, input, answer: answering(world) });

    expect(result.path.slice(-4)).toEqual([
      'Look for newer data',
      'Quarantine dataset',
      'Announce rejection',
      'Dataset rejected',
    ]);
    expect(result.output).toMatchObject({ reason: expect.stringContaining('deleted before') });
  });

  it('rejects bad data with the reason, and starts no job', () => {
    const problems = [{ rule: 'wrong type', count: 3, examples: ['line 2, column length: "x"'] }];
    const inspection = { Payload: { accepted: false, reason: '3 fields …', problems } };

    const result = runWorkflow({
      definition,
      input,
      answer: answering({ ...goodWorld, inspection }),
    });

    expect(result.path.at(-1)).toBe('Dataset rejected');
    expect(result.output).toMatchObject({ outcome: 'Dataset rejected', reason: '3 fields …' });
    const message = result.tasks.find(({ state }) => state === 'Announce rejection');
    expect(JSON.stringify(message)).toContain('- wrong type (3): line 2, column length');
    expect(result.tasks.map(({ state }) => state)).not.toContain('Prepare data');
  });

  it('records and tells a failed job with its own words', () => {
    const answer = answering(goodWorld);
    const cause =
      '{"TrainingJobName":"t","FailureReason":"AlgorithmError: \\"rows\\" is empty","X":1}';

    const result = runWorkflow({
      definition,
      input,
      answer: (state, request) => {
        if (state === 'Train model') throw new TaskError('States.TaskFailed', cause);
        return answer(state, request);
      },
    });

    expect(result.path.slice(-3)).toEqual(['Record failure', 'Announce failure', 'Failed']);
    expect(result.status).toBe('FAILED');
    expect(result.error).toBe('States.TaskFailed');
    expect(result.cause).toBe('Train model: AlgorithmError: \\"rows\\" is empty');
  });

  it('finds a champion that is not on the first page', () => {
    const answer = answering({ ...goodWorld, champion: 4.01 });

    const result = runWorkflow({
      definition,
      input,
      // Lists are filtered after they are cut into pages.
      answer: (state, request) => {
        if (state === 'Find champion') return { ModelPackageSummaryList: [], NextToken: 'page 2' };
        if (state !== 'Find champion on next page') return answer(state, request);
        expect(request).toMatchObject({ NextToken: 'page 2', ModelApprovalStatus: 'Approved' });
        return answer('Find champion', request);
      },
    });

    expect(result.path).toContain('Read champion');
  });

  it('asks for its archives by their keys', () => {
    const result = runWorkflow({ definition, input, answer: answering(goodWorld) });

    const keys = result.tasks
      .filter(({ state }) => state.startsWith('Fingerprint'))
      .map((task) => task.arguments);
    expect(keys).toEqual([
      {
        Bucket: 'bucket',
        Key: expect.stringMatching(
          /^runs\/abalone\/[0-9a-f]{32}\/prepared\/preprocessor\/model\.tar\.gz$/,
        ),
      },
      { Bucket: 'bucket', Key: 'runs/abalone/x/model.tar.gz' },
    ]);
  });

  it("keeps a dataset without its uploader's tags, which the role may not read", () => {
    const result = runWorkflow({ definition, input, answer: answering(goodWorld) });

    expect(result.tasks.find(({ state }) => state === 'Keep dataset')?.arguments).toMatchObject({
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
    });
  });

  it.each([
    ['has none', quota(0, 0, 1)],
    ['has fewer than it asks for', quota(1, 0, 2)],
    [
      'has none, in older words',
      'The account-level service limit for training-job/ml.p2.xlarge is 0 Instances.',
    ],
  ])('fails at once where the account %s, and says which quota', (_what, cause) => {
    const answer = answering(goodWorld);

    const result = runWorkflow({
      definition,
      input,
      answer: (state, request) => {
        if (state === 'Prepare data') {
          throw new TaskError('SageMaker.ResourceLimitExceededException', cause);
        }
        return answer(state, request);
      },
    });

    expect(result.tasks.filter(({ state }) => state === 'Prepare data')).toHaveLength(1);
    expect(result.error).toBe('SageMaker.ResourceLimitExceededException');
    expect(result.cause).toBe(`Prepare data: ${cause}`);
  });

  it('waits for capacity that other jobs have, with a new name each time, and not for ever', () => {
    const answer = answering(goodWorld);
    let refusals = 10;
    const refuse: Answer = (state, request) => {
      if (['Prepare data', 'Train model'].includes(state) && refusals > 0) {
        refusals -= 1;
        throw new TaskError('SageMaker.ResourceLimitExceededException', quota(4, 4, 1));
      }
      // Each job has its own ten waits.
      if (state === 'Prepare data') refusals = 10;
      return answer(state, request);
    };

    const patient = runWorkflow({ definition, input, answer: refuse });
    refusals = 11;
    const given = runWorkflow({ definition, input, answer: refuse });

    expect(patient.path.at(-1)).toBe('Registered');
    const names = patient.tasks
      .filter(({ state }) => ['Prepare data', 'Train model'].includes(state))
      .map((task) => task.arguments as Record<string, unknown>)
      .map((request) => request['ProcessingJobName'] ?? request['TrainingJobName']);
    expect(names).toHaveLength(22);
    expect(new Set(names).size).toBe(22);
    expect(patient.path.filter((state) => state === 'Wait to prepare data')).toHaveLength(10);
    expect(given.error).toBe('SageMaker.ResourceLimitExceededException');
    expect(given.tasks.filter(({ state }) => state === 'Prepare data')).toHaveLength(11);
  });

  it('takes a job that was stopped for a failure', () => {
    const answer = answering(goodWorld);

    const result = runWorkflow({
      definition,
      input,
      answer: (state, request) =>
        state === 'Prepare data' ? { ProcessingJobStatus: 'Stopped' } : answer(state, request),
    });

    expect(result.path.at(-1)).toBe('Failed');
    expect(result.cause).toContain('the job ended Stopped, not Completed');
  });

  it('fails when the claim cannot be written at all', () => {
    const result = runWorkflow({
      definition,
      input,
      answer: (state) => {
        if (state !== 'Claim dataset') return {};
        throw new TaskError(
          'DynamoDB.ResourceNotFoundException',
          'Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: R; Proxy: null)',
        );
      },
    });

    expect(result.path).toEqual([
      'Identify dataset',
      'Claim dataset',
      'Record failure',
      'Announce failure',
      'Failed',
    ]);
  });
});

describe('the training workflow of a project whose datasets are folders', () => {
  const id = 'f'.repeat(32);
  const closed = { outcome: 'closed', id, folder: 'incoming/abalone/1/', files: 2 };
  let folders: string;

  beforeAll(() => {
    const dataset = { ...abalone.dataset, layout: 'folder' as const, marker: '_SUCCESS' };
    folders = readDefinition(createStack({ ...abalone, dataset }).stack, 'Training');
  });

  /** @param closing what `close-folder` answers */
  function run(closing: object) {
    const answer = answering(goodWorld);
    const key = 'incoming/abalone/1/_SUCCESS';
    return runWorkflow({
      definition: folders,
      input: { ...input, object: { ...input.object, key }, settings: { algorithm: 'x' } },
      answer: (state, request) =>
        state === 'Close folder' ? { Payload: closing } : answer(state, request),
    });
  }

  it('closes the folder, claims what it held, and trains on copies of its files', () => {
    const result = run(closed);

    expect(result.path.slice(0, 9)).toEqual([
      'Identify dataset',
      'Wait for uploads to settle',
      'Close folder',
      'Folder closed?',
      'Claim dataset',
      'Inspect dataset',
      'Dataset usable?',
      'Claim content',
      'Keep dataset',
    ]);
    expect(result.output).toMatchObject({
      outcome: 'Registered',
      datasetId: id,
      key: 'incoming/abalone/1/',
    });
    const payloadOf = (name: string) =>
      (
        result.tasks.find(({ state }) => state === name)?.arguments as
          | { readonly Payload: object }
          | undefined
      )?.Payload;
    expect(payloadOf('Close folder')).toEqual({
      trigger: { bucket: 'bucket', key: 'incoming/abalone/1/_SUCCESS', versionId: 'v1' },
      incoming: 'incoming/abalone/',
      runs: 'runs/abalone/',
      marker: '_SUCCESS',
      settleSeconds: 3,
      settings: '{"algorithm":"x"}',
    });
    const files = { bucket: 'bucket', key: `runs/abalone/${id}/files.json` };
    expect(payloadOf('Inspect dataset')).toMatchObject({ datasetId: id, files });
    expect(payloadOf('Keep dataset')).toEqual({
      files,
      to: { bucket: 'bucket', prefix: `runs/abalone/${id}/dataset/` },
    });
  });

  it('leaves a folder to the newer file that closes it', () => {
    const result = run({ outcome: 'superseded', newest: 'v9' });

    expect(result.output).toMatchObject({
      outcome: 'Superseded',
      datasetId: expect.stringMatching(datasetId),
      newest: 'v9',
    });
  });

  it('records and announces a folder that cannot be closed', () => {
    const result = run({ outcome: 'rejected', reason: 'The folder holds no data.' });

    expect(result.path.slice(-3)).toEqual([
      'Quarantine dataset',
      'Announce rejection',
      'Dataset rejected',
    ]);
    expect(result.output).toMatchObject({
      reason: 'The folder holds no data.',
      problems: [],
      record: expect.stringMatching(/^s3:\/\/bucket\/quarantine\/abalone\/[0-9a-f]{32}\.json$/),
    });
  });
});
