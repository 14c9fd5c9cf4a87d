import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  executionArnOf,
  noSuchKey,
  packageArn,
  runWorkflow,
  TaskError,
} from '../../infra/simulation/index.ts';
import { type ScoringWorld, scoringWorld } from '../../infra/testing/scoring-world.testing.ts';
import { watchedDefinition } from '../../infra/testing/watched-project.testing.ts';

let definition: string;

beforeAll(() => {
  definition = watchedDefinition('Scoring');
}, 120_000);

interface Run {
  readonly world?: ScoringWorld;
  readonly input?: object;
  readonly answers?: Readonly<Record<string, (request: Record<string, unknown>) => unknown>>;
  readonly executionName?: string;
}

function score({ world = scoringWorld(definition), input = {}, answers = {}, ...more }: Run = {}) {
  const answer: Answer = (state, request) =>
    (answers[state] ?? world.answer.bind(world, state))(request);
  const run = runWorkflow({ definition, input: { ...world.input, ...input }, answer, ...more });
  const argumentsOf = (state: string) =>
    run.tasks.find((task) => task.state === state)?.arguments as
      | Record<string, unknown>
      | undefined;
  const messageOf = (state: string) => String(argumentsOf(state)?.['Message']);
  return { ...run, world, argumentsOf, messageOf };
}

const fail = (error: string, cause: string) => () => {
  throw new TaskError(error, cause);
};
const sagemakerError = (cause: string) =>
  fail('SageMaker.SageMakerException', `${cause} (Service: SageMaker)`);

describe('a scoring', () => {
  it('goes from a file to its predictions', () => {
    const { argumentsOf, messageOf, output, path, world } = score();

    expect(path).toEqual([
      'Read request',
      'File version given?',
      'Model named?',
      'Look up endpoint',
      'Model live?',
      'Describe live config',
      'Describe live model',
      'Live model registered?',
      'Read model package',
      'Identify batch',
      'Claim batch',
      'Inspect rows',
      'Rows to score?',
      'Explain answers?',
      'Create scoring model',
      'Score rows',
      'Remove scoring model',
      'Baseline known?',
      'Measure drift',
      'Read drift',
      'Summarize scores',
      'Announce scores',
      'Scored',
    ]);
    const [batchId] = [...world.summaries];
    expect(batchId).toMatch(/^[0-9a-f]{32}$/);
    const folder = `s3://bucket/scored/abalone/${batchId}/`;
    expect(output).toEqual({
      outcome: 'Scored',
      batchId,
      key: 'scoring/abalone/rows.csv',
      modelPackage: packageArn(1),
      rows: { scored: 3, rejected: 1, refused: 0 },
      drift: {
        verdict: 'drifted',
        drifted: ['length'],
        driftedPredictions: [],
        rows: 3,
        violations: 1,
        report: `${folder}drift/stepmill-drift.json`,
      },
      predictions: `${folder}predictions.csv`,
      summary: `${folder}summary.json`,
    });
    const model = argumentsOf('Create scoring model')?.['ModelName'];
    expect(argumentsOf('Score rows')).toMatchObject({
      TransformJobName: expect.stringMatching(/^abalone-score-[0-9a-f]{12}-0-0$/) as unknown,
      ModelName: model,
      BatchStrategy: 'MultiRecord',
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `${folder}input/rows.csv` } },
        ContentType: 'text/csv',
        SplitType: 'Line',
      },
      TransformOutput: { S3OutputPath: `${folder}answers`, AssembleWith: 'Line' },
    });
    expect(argumentsOf('Summarize scores')?.['Payload']).toMatchObject({
      answers: { key: `scored/abalone/${batchId}/answers/rows.csv.out` },
      goodRows: 3,
      badRows: 1,
      problems: [{ rule: 'wrong type' }],
    });
    // Only the live model's own stays.
    expect([...world.sagemaker.models.keys()]).toEqual(['abalone-v1-before']);
    expect(messageOf('Announce scores')).toBe(
      [
        'File: scoring/abalone/rows.csv (version v1)',
        `Model package: ${packageArn(1)}`,
        'Rows scored: 3, set aside: 1',
        '- wrong type (1): line 2, column length: the value is not a number',
        'Predictions: mean 9.5123, from 4 to 20',
        'Drift: drifted: length',
        `Predictions: ${folder}predictions.csv`,
        `Rows set aside, with the reasons: ${folder}rejected.csv`,
      ].join('\n'),
    );
  });

  it('explains answers in one job with the drift', () => {
    const { argumentsOf, path, output } = score({ input: { explain: true } });
    const { batchId } = output as { readonly batchId: string };
    const folder = `s3://bucket/scored/abalone/${batchId}/`;

    expect(path.slice(-8)).toEqual([
      'Rows to score?',
      'Explain answers?',
      'Explain rows',
      'Drift measured?',
      'Read drift',
      'Summarize scores',
      'Announce scores',
      'Scored',
    ]);
    const request = argumentsOf('Explain rows') as {
      AppSpecification: { ContainerEntrypoint: string[]; ContainerArguments: string[] };
      ProcessingInputs: { InputName: string; S3Input: { S3Uri: string } }[];
      ProcessingOutputConfig: { Outputs: { S3Output: { S3Uri: string } }[] };
    };
    expect(request.AppSpecification.ContainerEntrypoint).toEqual(['python3', '-m', 'score']);
    expect(request.AppSpecification.ContainerArguments).toEqual([
      ...['--project', 'abalone'],
      ...['--model-package-arn', packageArn(1)],
      // The batch is judged as the live model is watched.
      ...['--minimum-rows', '200', '--minimum-effect', '0.1', '--significance', '0.05'],
    ]);
    const run = 's3://bucket/runs/abalone/d1/';
    expect(
      request.ProcessingInputs.slice(1).map(({ InputName: name, S3Input: at }) => [name, at.S3Uri]),
    ).toEqual([
      ['rows', `${folder}input/`],
      ['model', `${run}training/t/output/model.tar.gz`],
      ['preprocessor', `${run}prepared/preprocessor/model.tar.gz`],
      ['baseline', `${run}prepared/baseline/`],
      ['evaluation', `${run}evaluation/`],
    ]);
    expect(request.ProcessingOutputConfig.Outputs.map(({ S3Output: at }) => at.S3Uri)).toEqual([
      `${folder}answers/`,
      `${folder}drift/`,
    ]);
    expect(argumentsOf('Summarize scores')?.['Payload']).toMatchObject({
      explained: true,
      answers: { key: `scored/abalone/${batchId}/answers/rows.csv.jsonl` },
    });
  });

  it.each([[false], [true]])(
    'measures no drift of a model without a baseline, explained: %s',
    (explain) => {
      const world = scoringWorld(definition);
      world.sagemaker.hasBaselines = false;

      const { argumentsOf, path, output } = score({ world, input: { explain } });

      expect(path).not.toContain('Measure drift');
      expect(path).not.toContain('Read drift');
      expect(output).toMatchObject({ outcome: 'Scored', drift: { verdict: 'not measured' } });
      const inputs = argumentsOf('Explain rows')?.['ProcessingInputs'] as unknown[] | undefined;
      if (explain) expect(inputs).toHaveLength(4);
    },
  );

  it('has predictions although their drift cannot be measured', () => {
    const { output, path } = score({
      answers: {
        'Measure drift': fail('States.TaskFailed', '{"FailureReason":"AlgorithmError: no"}'),
      },
    });

    expect(path.at(-1)).toBe('Scored');
    expect(output).toMatchObject({
      drift: {
        verdict: 'not measured',
        reason: expect.stringContaining('AlgorithmError: no') as unknown,
      },
    });
  });

  it('scores the newest version where none is named, as a schedule asks', () => {
    const { path, output } = score({
      input: { object: { key: 'scoring/abalone/daily.csv' } },
      answers: { 'Look up file': () => ({ VersionId: 'v7' }) },
    });

    expect(path).toContain('Look up file');
    expect(output).toMatchObject({ outcome: 'Scored', key: 'scoring/abalone/daily.csv' });
  });

  it('says that a file is not there', () => {
    const { path, output, messageOf } = score({
      input: { object: { key: 'scoring/abalone/daily.csv' } },
      answers: {
        'Look up file': () => {
          throw noSuchKey();
        },
      },
    });

    expect(path.at(-1)).toBe('File missing');
    expect(output).toMatchObject({
      outcome: 'File missing',
      reason: expect.stringContaining('not found') as unknown,
    });
    expect(messageOf('Announce missing file')).toContain('scoring/abalone/daily.csv');
  });

  it('uses the model that is named, not the live one', () => {
    const world = scoringWorld(definition);
    world.sagemaker.register(2, 'PendingManualApproval');

    const { argumentsOf, output, path } = score({
      world,
      input: { modelPackageArn: packageArn(2) },
    });

    expect(path).not.toContain('Look up endpoint');
    expect(argumentsOf('Create scoring model')?.['Containers']).toEqual([
      { ModelPackageName: packageArn(2) },
    ]);
    expect(output).toMatchObject({ modelPackage: packageArn(2) });
  });

  it.each([
    ['there is no endpoint', undefined],
    ['the endpoint is being created', { status: 'Creating', config: 'c' }],
    ['the endpoint serves a model of no package', { status: 'InService', config: 'by-hand' }],
  ])('says that no model is live where %s', (_why, endpoint) => {
    const world = scoringWorld(definition);
    world.sagemaker.endpoint = endpoint;
    world.sagemaker.configs.set('by-hand', 'by-hand');

    const { output, path } = score({
      world,
      answers: {
        'Describe live model': () => ({ PrimaryContainer: { Image: 'i' } }),
        'Look up endpoint': () => world.sagemaker.describeEndpoint(),
      },
    });

    expect(path.at(-1)).toBe('No live model');
    expect(output).toEqual({
      outcome: 'No live model',
      key: 'scoring/abalone/rows.csv',
      reason: 'No model of the registry is live.',
    });
  });

  it('asks once more where the endpoint cannot be looked at, and then fails', () => {
    const { error, path } = score({
      answers: {
        'Look up endpoint': sagemakerError('Rate exceeded'),
        'Look up endpoint again': sagemakerError('Rate exceeded'),
      },
    });

    expect(path).toContain('Look up endpoint again');
    expect(path.at(-1)).toBe('Failed');
    expect(error).toBe('SageMaker.SageMakerException');
  });

  it('scores a file once with a model, and again with the next one', () => {
    const world = scoringWorld(definition);
    const first = score({ world, executionName: 'first' });
    const answers = { 'Look up owner of batch': () => ({ Status: 'SUCCEEDED' }) };

    const second = score({ world, answers, executionName: 'second' });
    world.sagemaker.register(2, 'Approved');
    world.sagemaker.deploy(2);
    const third = score({ world, answers, executionName: 'third' });

    const { batchId } = first.output as { readonly batchId: string };
    expect(second.path.at(-1)).toBe('Duplicate');
    expect(second.output).toEqual({
      outcome: 'Duplicate',
      batchId,
      key: 'scoring/abalone/rows.csv',
      claimedBy: executionArnOf('first'),
      summary: `s3://bucket/scored/abalone/${batchId}/summary.json`,
    });
    expect(third.path.at(-1)).toBe('Scored');
    expect(world.summaries.size).toBe(2);
  });

  it('ends at a file that has no row to score', () => {
    const problems = [{ rule: 'wrong type', count: 2, examples: ['line 1: a', 'line 2: b'] }];
    const reply = {
      accepted: false,
      reason: 'None of the 2 rows can be scored; first: line 1: a.',
      problems,
    };

    const { messageOf, output, path } = score({
      answers: { 'Inspect rows': () => ({ Payload: reply }) },
    });

    expect(path.at(-1)).toBe('File rejected');
    expect(path).not.toContain('Create scoring model');
    expect(output).toMatchObject({
      outcome: 'File rejected',
      reason: reply.reason,
      problems,
      record: expect.stringMatching(
        /^s3:\/\/bucket\/quarantine\/abalone\/scoring-[0-9a-f]{32}\.json$/,
      ) as unknown,
    });
    expect(messageOf('Announce rejection')).toContain('- wrong type (2): line 1: a; line 2: b');
  });

  it('finds the model that it made, where the answer was lost', () => {
    const world = scoringWorld(definition);
    let calls = 0;

    const { path } = score({
      world,
      answers: {
        'Create scoring model': (request) => {
          calls += 1;
          const made = calls > 1 ? undefined : world.answer('Create scoring model', request);
          if (made !== undefined) throw new TaskError('States.Timeout', '');
          return world.answer('Create scoring model', request);
        },
      },
    });

    expect(path).toContain('Scoring model exists?');
    expect(path.at(-1)).toBe('Scored');
    expect([...world.sagemaker.models.keys()]).toEqual(['abalone-v1-before']);
  });

  it('removes its model when the job fails, records it and tells', () => {
    const failure = {
      TransformJobStatus: 'Failed',
      FailureReason: 'AlgorithmError: See job logs for more information',
    };

    const { argumentsOf, cause, messageOf, path, world } = score({
      answers: { 'Score rows': fail('States.TaskFailed', JSON.stringify(failure)) },
    });

    expect(path.slice(-6)).toEqual([
      'Score rows',
      'Model left?',
      'Remove model of failure',
      'Record failure',
      'Announce failure',
      'Failed',
    ]);
    expect(cause).toBe('Score rows: AlgorithmError: See job logs for more information');
    expect(argumentsOf('Record failure')).toMatchObject({
      Key: expect.stringMatching(/^scored\/abalone\/failures\/[0-9a-f]{12}\.json$/) as unknown,
    });
    expect(messageOf('Announce failure')).toContain('There are no predictions.');
    expect([...world.sagemaker.models.keys()]).toEqual(['abalone-v1-before']);
  });

  it('takes a stopped job for a failure', () => {
    const { cause } = score({
      answers: { 'Score rows': () => ({ TransformJobStatus: 'Stopped', TransformJobName: 'j' }) },
    });

    expect(cause).toContain('the job ended Stopped, not Completed');
  });

  it('waits for capacity that others have', () => {
    const quota =
      "The account-level service limit 'ml.m5.large for transform job usage' is 1 Instances, with current utilization of 1 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an increase for this quota.";
    let refused = 0;
    const world = scoringWorld(definition);

    const { path } = score({
      world,
      answers: {
        'Score rows': (request) => {
          refused += 1;
          if (refused < 3) throw new TaskError('SageMaker.ResourceLimitExceededException', quota);
          return world.answer('Score rows', request);
        },
      },
    });

    expect(path.filter((state) => state === 'Wait to score rows')).toHaveLength(2);
    expect(path.at(-1)).toBe('Scored');
  });

  it('has predictions although its model cannot be removed', () => {
    const { path } = score({
      answers: { 'Remove scoring model': sagemakerError('Rate exceeded') },
    });

    expect(path.at(-1)).toBe('Scored');
  });
});
