import {
  assert as check,
  dictionary,
  double,
  oneof,
  option,
  property,
  record,
  string,
  tuple,
} from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ClaimTasks, checkPackageFields, runWorkflow } from '../../infra/simulation/index.ts';
import { createStack, readDefinition } from '../../infra/testing/project-stack.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

/** As many bounds as a gate may have, over metrics of classes whose names SageMaker does not take. */
const crowded = {
  ...abalone,
  problem: 'multiclass' as const,
  gate: {
    bounds: Array.from({ length: 20 }, (_, at) => ({
      metric: `f1_${at}`,
      minimum: 0,
      over: 'out-of-fold' as const,
    })),
    suspicious: Array.from({ length: 5 }, (_, at) => ({
      metric: `recall_${at}`,
      maximum: 1,
      over: 'out-of-fold' as const,
    })),
    champion: { metric: 'log_loss', better: 'lower' as const, tolerance: 0 },
  },
  target: {
    derived: { type: 'is' as const, column: 'sex', values: ['M'] },
    meaning: `"Größe" (in %); ${'😀'.repeat(200)}`,
  },
};

const definitions = new Map<string, string>();

beforeAll(() => {
  definitions.set('abalone', readDefinition(createStack(abalone).stack, 'Training'));
  definitions.set('crowded', readDefinition(createStack(crowded as never).stack, 'Training'));
});

const text = oneof(
  string({ unit: 'binary', maxLength: 300 }),
  string({ unit: 'grapheme', maxLength: 300 }),
);
const value = oneof(double({ noNaN: true, noDefaultInfinity: true }), text);
const metrics = dictionary(text, record({ value }), { maxKeys: 60 });
const settings = option(
  record({ algorithm: text, hyperparameters: dictionary(text, text, { maxKeys: 30 }) }),
  { nil: undefined },
);

/** What is registered of a training that ends with these metrics. */
function register(definition: string, [measured, outOfFold, given]: readonly unknown[]): object {
  const claims = new ClaimTasks();
  const needed = { mse: { value: 1 }, log_loss: { value: 1 }, ...gateMetrics() };
  const keysOf = (own: unknown) =>
    Object.fromEntries(
      ['regression_metrics', 'multiclass_classification_metrics'].map((key) => [
        key,
        { ...(own as object), ...needed },
      ]),
    );
  const evaluation = { ...keysOf(measured), out_of_fold: keysOf(outOfFold) };
  let registered: Record<string, unknown> | undefined;
  runWorkflow({
    definition,
    input: {
      eventId: 'e',
      bucket: 'bucket',
      object: { key: 'incoming/abalone/a.csv', size: 1, etag: 'e', 'version-id': 'v' },
      ...(given === undefined ? {} : { settings: given }),
    },
    answer(state, request) {
      if (state === 'Register model') registered = request;
      return claims.answer(state, request) ?? ANSWERS[state] ?? evaluated(state, evaluation);
    },
  });
  if (registered === undefined) throw new Error('nothing was registered');
  return registered;
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  'Look for newer data': { VersionId: 'v' },
  'Inspect dataset': { Payload: { accepted: true, rowCount: 9, sha256: 's', sizeBytes: 1 } },
  'Find champion': { ModelPackageSummaryList: [] },
  'Prepare data': { ProcessingJobStatus: 'Completed', ProcessingJobName: 'p' },
  'Evaluate model': { ProcessingJobStatus: 'Completed', ProcessingJobName: 'e' },
  'Train model': {
    TrainingJobStatus: 'Completed',
    TrainingJobName: 't',
    TrainingJobArn: 'arn:job',
    ModelArtifacts: { S3ModelArtifacts: 's3://bucket/runs/abalone/x/model.tar.gz' },
  },
  'Fingerprint preprocessor': { ETag: '"1"' },
  'Fingerprint model': { ETag: '"2"' },
  'Register model': { ModelPackageArn: 'arn:aws:sagemaker:r:a:model-package/g/7' },
};

function evaluated(state: string, evaluation: object): unknown {
  return state === 'Read evaluation' ? { Body: JSON.stringify(evaluation) } : {};
}

function gateMetrics(): Record<string, { value: number }> {
  const { bounds, suspicious } = crowded.gate;
  return Object.fromEntries([...bounds, ...suspicious].map(({ metric }) => [metric, { value: 1 }]));
}

describe('the metadata of a model package', () => {
  // Pattern, lengths and number of botocore 1.43.11, `sagemaker/2017-07-24`: `CustomerMetadataMap`.
  it.each(['abalone', 'crowded'])(
    'is what SageMaker takes, for any metrics and settings: %s',
    (name) => {
      check(
        property(tuple(metrics, metrics, settings), (run) => {
          const request = register(definitions.get(name) ?? '', run) as Record<string, unknown>;

          expect(() => checkPackageFields(request)).not.toThrow();
          // Promotion adds five.
          const entries = Object.keys(request['CustomerMetadataProperties'] ?? {});
          expect(entries.length).toBeLessThanOrEqual(45);
        }),
        { numRuns: 15, seed: 20261129 },
      );
    },
    120_000,
  );
});
