import { describe, expect, it } from 'vitest';
import { type ObservedEvent, observedEventSchema } from '../../events/index.ts';
import { measureEvent } from './measure-event.ts';

function measure(detailType: ObservedEvent['detail-type'], detail: object) {
  const event = observedEventSchema.parse({ 'detail-type': detailType, ...envelope, detail });
  return measureEvent(event).map(({ name, unit, value }) => `${name} ${value} ${unit}`);
}

const envelope = { source: 'aws.sagemaker', id: 'i', time: '2026-11-20T10:00:00Z' };
const execution = {
  executionArn: 'e',
  stateMachineArn: 'arn:aws:states:r:a:stateMachine:abalone-training',
  name: 'n',
  startDate: 1000,
  stopDate: null,
};

describe('the observer', () => {
  it.each<[string, ObservedEvent['detail-type'], object, string[]]>([
    [
      'a start',
      'Step Functions Execution Status Change',
      { ...execution, status: 'RUNNING' },
      ['TrainingStarted 1 Count'],
    ],
    [
      'an end with its outcome and duration',
      'Step Functions Execution Status Change',
      { ...execution, status: 'SUCCEEDED', stopDate: 4500, output: '{"outcome":"Below the gate"}' },
      [
        'TrainingSucceeded 1 Count',
        'TrainingEndedBelowTheGate 1 Count',
        'TrainingDuration 3500 Milliseconds',
      ],
    ],
    [
      'a failed job',
      'SageMaker Training Job State Change',
      {
        TrainingJobName: 'abalone-train-1',
        TrainingJobStatus: 'Failed',
        TrainingStartTime: 1000,
        TrainingEndTime: 3000,
      },
      ['TrainingJobsFailed 1 Count', 'TrainingJobsDuration 2000 Milliseconds'],
    ],
    [
      'a job under way',
      'SageMaker Processing Job State Change',
      { ProcessingJobName: 'p', ProcessingJobStatus: 'InProgress' },
      [],
    ],
    [
      'a transform job',
      'SageMaker Transform Job State Change',
      {
        TransformJobName: 'abalone-score-1',
        TransformJobStatus: 'Completed',
        TransformStartTime: 1795169870000,
        TransformEndTime: 1795170032000,
      },
      ['TransformJobsCompleted 1 Count', 'TransformJobsDuration 162000 Milliseconds'],
    ],
    [
      'a registration',
      'SageMaker Model Package State Change',
      { ModelPackageGroupName: 'g', ModelPackageVersion: 1, ModelPackageArn: 'a' },
      ['ModelsRegistered 1 Count'],
    ],
    [
      'an approval',
      'SageMaker Model Package State Change',
      {
        ModelPackageGroupName: 'g',
        ModelPackageVersion: 1,
        ModelPackageArn: 'a',
        ModelApprovalStatus: 'Approved',
        UpdatedModelPackageFields: ['ModelApprovalStatus'],
      },
      ['ModelsApproved 1 Count'],
    ],
    [
      'an endpoint in service',
      'SageMaker Endpoint State Change',
      { EndpointName: 'abalone', EndpointStatus: 'IN_SERVICE' },
      ['EndpointInService 1 Count'],
    ],
    [
      'a job that never started',
      'SageMaker Processing Job State Change',
      {
        ProcessingJobName: 'p',
        ProcessingJobStatus: 'Failed',
        ProcessingStartTime: null,
        ProcessingEndTime: null,
        FailureReason: null,
      },
      ['ProcessingJobsFailed 1 Count'],
    ],
    [
      'times that are text',
      'SageMaker Training Job State Change',
      {
        TrainingJobName: 't',
        TrainingJobStatus: 'Completed',
        SecondaryStatus: null,
        TrainingStartTime: '1795169870000',
        TrainingEndTime: '1795170032000',
      },
      ['TrainingJobsCompleted 1 Count', 'TrainingJobsDuration 162000 Milliseconds'],
    ],
    [
      'an output that was cut',
      'Step Functions Execution Status Change',
      { ...execution, status: 'SUCCEEDED', startDate: null, output: '{"outcome":"Regis' },
      ['TrainingSucceeded 1 Count'],
    ],
    [
      'a registration with nulls',
      'SageMaker Model Package State Change',
      {
        ModelPackageGroupName: 'g',
        ModelPackageVersion: null,
        ModelPackageArn: 'a',
        ModelApprovalStatus: null,
        UpdatedModelPackageFields: null,
      },
      ['ModelsRegistered 1 Count'],
    ],
    [
      'a change without a status',
      'SageMaker Model Package State Change',
      {
        ModelPackageGroupName: 'g',
        ModelPackageArn: 'a',
        ModelApprovalStatus: null,
        UpdatedModelPackageFields: ['ModelApprovalStatus'],
      },
      ['ModelsChanged 1 Count'],
    ],
    [
      'an endpoint that fails without a config',
      'SageMaker Endpoint State Change',
      { EndpointName: 'abalone', EndpointConfigName: null, EndpointStatus: 'FAILED' },
      ['EndpointFailed 1 Count'],
    ],
    [
      'a status of any length',
      'SageMaker Endpoint State Change',
      { EndpointName: 'abalone', EndpointStatus: 'X'.repeat(5_000) },
      [`EndpointX${'x'.repeat(99)} 1 Count`],
    ],
  ])('measures %s', (_what, type, detail, expected) => {
    expect(measure(type, detail)).toEqual(expected);
  });
});
