import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ClaimTasks, runWorkflow } from '../../infra/simulation/index.ts';
import { createReferenceStack, readDefinition } from '../../infra/testing/project-stack.testing.ts';

const upload = {
  eventId: 'e',
  bucket: 'bucket',
  object: { key: 'reference/abalone/abalone.csv', size: 10, etag: 'e', 'version-id': 'v1' },
};
const input = { ...upload, reference: '0123456789abcdef' };
let definition: string;
let stack: ReturnType<typeof createReferenceStack>;

beforeAll(() => {
  stack = createReferenceStack();
  definition = readDefinition(stack, 'Training');
});

interface World {
  readonly mse?: number;
  readonly accepted?: boolean;
}

function answering({ mse = 4, accepted = true }: World, claims = new ClaimTasks()): Answer {
  return (state, request) => {
    const ofClaim = claims.answer(state, request);
    if (ofClaim !== undefined) return ofClaim;
    switch (state) {
      case 'Look for newer data':
        return { VersionId: 'v1' };
      case 'Inspect dataset':
        return {
          Payload: {
            accepted,
            rowCount: 9,
            sha256: 's',
            sizeBytes: 10,
            reason: 'bad',
            problems: [],
          },
        };
      case 'Find champion':
        return { ModelPackageSummaryList: [] };
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
        return { Body: JSON.stringify({ regression_metrics: { mse: { value: mse } } }) };
      case 'Register model':
        return { ModelPackageArn: 'arn:aws:sagemaker:r:a:model-package/g/7' };
      default:
        return {};
    }
  };
}

describe('a training on reference data', () => {
  it('ends with the metrics of a model that passes the gate, and registers nothing', () => {
    const run = runWorkflow({ definition, input, answer: answering({}) });

    expect(run.cause).toBeUndefined();
    expect(run.output).toMatchObject({
      outcome: 'Reference passed',
      metrics: { mse: { value: 4 } },
    });
    expect(run.path).not.toContain('Register model');
  });

  it('fails with the objections of the gate, because CodePipeline reads no output', () => {
    const run = runWorkflow({ definition, input, answer: answering({ mse: 400 }) });

    expect(run.status).toBe('FAILED');
    expect(run.path.at(-1)).toBe('Reference: Below the gate');
    expect(run).toMatchObject({
      error: 'ReferenceTraining',
      cause: 'Below the gate: mse 400 is above the bound 6',
    });
  });

  it('fails where the reference data are refused', () => {
    const run = runWorkflow({ definition, input, answer: answering({ accepted: false }) });

    expect(run).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('bad') });
  });

  it('trains although the same code has trained on the same data before', () => {
    const claims = new ClaimTasks();
    const first = runWorkflow({ definition, input, answer: answering({}, claims) });
    const again = { ...input, object: { ...input.object, 'version-id': 'v2' } };

    const second = runWorkflow({
      definition,
      input: again,
      executionName: 'reference-2',
      answer: (state, request) =>
        state === 'Look for newer data'
          ? { VersionId: 'v2' }
          : answering({}, claims)(state, request),
    });

    expect([first.path, second.path].map((path) => path.includes('Train model'))).toEqual([
      true,
      true,
    ]);
  });

  it('leaves trainings on uploads as they are', () => {
    const passed = runWorkflow({ definition, input: upload, answer: answering({}) });
    const below = runWorkflow({ definition, input: upload, answer: answering({ mse: 400 }) });

    expect(passed.path.at(-1)).toBe('Registered');
    expect(below).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'Below the gate' } });
  });
});

it('raises no alarm, because the delivery starts it without the alias; promotions do in any case', () => {
  const alarms = Object.entries(
    Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm', {
      Properties: { Namespace: 'AWS/States', MetricName: 'ExecutionsFailed' },
    }),
  );
  const dimensionsOf = (workflow: string) => {
    const [, alarm] = alarms.find(([id]) => id.includes(`${workflow}Failed`)) ?? [];
    const dimensions: readonly { readonly Name: string }[] = alarm?.['Properties'].Dimensions;
    return dimensions.map((each) => (each.Name === 'StateMachineArn' ? each.Name : each));
  };

  expect(dimensionsOf('Training')).toEqual([{ Name: 'Alias', Value: 'live' }, 'StateMachineArn']);
  expect(dimensionsOf('Promotion')).toEqual(['StateMachineArn']);
});
