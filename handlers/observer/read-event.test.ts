import { describe, expect, it } from 'vitest';
import { readEvent } from './read-event.ts';

const envelope = { source: 'aws.sagemaker', id: 'e-1', time: '2026-11-20T10:00:00Z' };

/** Every event that is observed, with every field that is read. */
const events = [
  {
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: 'e',
      stateMachineArn: 'm',
      name: 'n',
      status: 'FAILED',
      startDate: 1,
      stopDate: 2,
      output: '{}',
    },
    required: ['executionArn', 'stateMachineArn', 'name', 'status'],
  },
  {
    'detail-type': 'SageMaker Training Job State Change',
    detail: {
      TrainingJobName: 't',
      TrainingJobStatus: 'Failed',
      SecondaryStatus: 'Failed',
      TrainingStartTime: 1,
      TrainingEndTime: 2,
    },
    required: ['TrainingJobName', 'TrainingJobStatus'],
  },
  {
    'detail-type': 'SageMaker Processing Job State Change',
    detail: {
      ProcessingJobName: 'p',
      ProcessingJobStatus: 'Failed',
      ProcessingStartTime: 1,
      ProcessingEndTime: 2,
    },
    required: ['ProcessingJobName', 'ProcessingJobStatus'],
  },
  {
    'detail-type': 'SageMaker Endpoint State Change',
    detail: { EndpointName: 'e', EndpointConfigName: 'c', EndpointStatus: 'FAILED' },
    required: ['EndpointName', 'EndpointStatus'],
  },
  {
    'detail-type': 'SageMaker Endpoint Deployment State Change',
    detail: { EndpointName: 'e', EndpointStatus: 'UPDATING' },
    required: ['EndpointName', 'EndpointStatus'],
  },
  {
    'detail-type': 'SageMaker Model Package State Change',
    detail: {
      ModelPackageGroupName: 'g',
      ModelPackageVersion: 1,
      ModelPackageArn: 'a',
      ModelApprovalStatus: 'Approved',
      UpdatedModelPackageFields: ['ModelApprovalStatus'],
    },
    required: ['ModelPackageGroupName', 'ModelPackageArn'],
  },
] as const;

describe('an event of the project', () => {
  // A real Endpoint State Change carried `FailureReason: null`, and jobs that never started null times.
  it.each(events)('$detail-type may have null for, or lack, what has no value', (sample) => {
    const { required, detail, ...head } = sample;
    const names: readonly string[] = required;
    for (const [name] of Object.entries(detail)) {
      if (names.includes(name)) continue;
      const given = { ...envelope, ...head, detail: { ...detail, [name]: null } };
      const { [name]: _left, ...rest } = detail as Record<string, unknown>;

      expect(readEvent(given).detail).toMatchObject({ [name]: null });
      expect(readEvent({ ...envelope, ...head, detail: rest }).detail).toMatchObject(rest);
    }
  });

  it('may have fields that are not read', () => {
    const [, training] = events;
    const detail = { ...training.detail, FailureReason: null, Tags: {}, ModelArtifacts: null };

    expect(readEvent({ ...envelope, ...training, detail }).detail).toEqual(training.detail);
  });

  it('is named with the first ten of its faults', () => {
    const fields = Array.from({ length: 30 }, () => 1);
    const event = {
      ...envelope,
      'detail-type': 'SageMaker Model Package State Change',
      detail: {
        ModelPackageGroupName: 'g',
        ModelPackageArn: 'a',
        UpdatedModelPackageFields: fields,
      },
    };

    expect(() => readEvent(event)).toThrow(/UpdatedModelPackageFields\.9: [^;]*\.$/);
  });

  it.each<[string, unknown, string]>([
    [
      'lacks what it is about',
      {
        ...envelope,
        'detail-type': 'SageMaker Training Job State Change',
        detail: { TrainingJobName: null, TrainingStartTime: 1 },
      },
      'The event e-1, "SageMaker Training Job State Change", was not counted, because it could not be read: detail.TrainingJobName: Invalid input: expected string, received null; detail.TrainingJobStatus: Invalid input: expected string, received undefined.',
    ],
    [
      'is of another kind',
      { ...envelope, 'detail-type': 'SageMaker Image State Change', detail: {} },
      'The event e-1, "SageMaker Image State Change", was not counted',
    ],
    ['is no event', 'text', 'The event unknown, "unknown", was not counted'],
    ['is nothing', null, 'The event unknown, "unknown", was not counted'],
  ])('is named when it %s', (_what, event, message) => {
    expect(() => readEvent(event)).toThrow(message);
    expect(() => readEvent(event)).toThrow(expect.objectContaining({ name: 'UnreadableEvent' }));
  });
});
