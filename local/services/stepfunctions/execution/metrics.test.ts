import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { MetricDatum } from '../../../cloud/service.ts';
import { recordEnded, recordStarted, TaskMetrics } from './metrics.ts';

interface Recorder {
  readonly cloud: Cloud;
  readonly texts: () => readonly string[];
}

function recorder(): Recorder {
  const data: MetricDatum[] = [];
  const cloud = {
    partition: 'aws',
    recordMetric: (datum: MetricDatum) => void data.push(datum),
  } as unknown as Cloud;
  const texts = () =>
    data.map(
      ({ namespace, name, dimensions, value, unit }) =>
        `${namespace} ${name} ${JSON.stringify(dimensions)} ${value} ${unit}`,
    );
  return { cloud, texts };
}

const SECOND = 1_000;

/** Events of one task, a second apart. */
function metricsOf(types: readonly (string | [type: string, details: object])[]) {
  const { cloud, texts } = recorder();
  const metrics = new TaskMetrics(cloud);
  for (const [index, each] of types.entries()) {
    const [type, details] = typeof each === 'string' ? [each, {}] : each;
    const timestamp = index * SECOND;
    metrics.append({ type, details, frame: 1, timestamp } as unknown as HistoryEvent);
  }
  return texts().map((text) => text.replace(/^AWS\/States /, ''));
}

const LAMBDA = { resource: 'arn:aws:lambda:us-east-1:000000000000:function:f' };
const OF_LAMBDA = `{"LambdaFunctionArn":"${LAMBDA.resource}"}`;
const OF_TASK = '{"ServiceIntegrationResourceArn":"arn:aws:states:::sqs:sendMessage"}';
const TASK = { resourceType: 'sqs', resource: 'sendMessage' };

// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
describe('the metrics of', () => {
  it('a function that succeeds', () => {
    const types = ['LambdaFunctionStarted', 'LambdaFunctionSucceeded'];

    expect(metricsOf([['LambdaFunctionScheduled', LAMBDA], ...types])).toEqual([
      `LambdaFunctionsScheduled ${OF_LAMBDA} 1 Count`,
      `LambdaFunctionsStarted ${OF_LAMBDA} 1 Count`,
      `LambdaFunctionScheduleTime ${OF_LAMBDA} 1000 Milliseconds`,
      `LambdaFunctionsSucceeded ${OF_LAMBDA} 1 Count`,
      `LambdaFunctionTime ${OF_LAMBDA} 2000 Milliseconds`,
      `LambdaFunctionRunTime ${OF_LAMBDA} 1000 Milliseconds`,
    ]);
  });

  it.each<[type: string, details: object, name: string]>([
    ['TaskFailed', { error: 'E' }, 'ServiceIntegrationsFailed'],
    ['TaskSubmitFailed', { error: 'E' }, 'ServiceIntegrationsFailed'],
    ['TaskStartFailed', { error: 'E' }, 'ServiceIntegrationsFailed'],
    ['TaskTimedOut', { error: 'States.Timeout' }, 'ServiceIntegrationsTimedOut'],
    ['TaskTimedOut', { error: 'States.HeartbeatTimeout' }, 'ServiceIntegrationsHeartbeatTimedOut'],
    ['TaskSucceeded', {}, 'ServiceIntegrationsSucceeded'],
  ])('an integration with %s %j', (type, details, name) => {
    expect(
      metricsOf([
        ['TaskScheduled', TASK],
        [type, details],
      ]),
    ).toEqual([
      `ServiceIntegrationsScheduled ${OF_TASK} 1 Count`,
      `${name} ${OF_TASK} 1 Count`,
      `ServiceIntegrationTime ${OF_TASK} 1000 Milliseconds`,
    ]);
  });

  it('an activity, once it is scheduled, and until it ends', () => {
    const arn = 'arn:aws:states:us-east-1:000000000000:activity:a';
    const types = ['ActivityStarted', ['ActivityScheduled', { resource: arn }], 'ActivityTimedOut'];

    expect(metricsOf([...(types as string[]), 'ActivitySucceeded'])).toEqual([
      `ActivitiesScheduled {"ActivityArn":"${arn}"} 1 Count`,
      `ActivitiesTimedOut {"ActivityArn":"${arn}"} 1 Count`,
      `ActivityTime {"ActivityArn":"${arn}"} 1000 Milliseconds`,
    ]);
  });

  it.each(['TaskStateEntered', 'TaskSubmitted', 'PassStateExited', 'ExecutionFailed'])(
    'no task: %s',
    (type) => {
      expect(metricsOf([['TaskScheduled', TASK], type])).toHaveLength(1);
    },
  );

  it.each([
    ['SUCCEEDED', 'ExecutionsSucceeded'],
    ['FAILED', 'ExecutionsFailed'],
    ['TIMED_OUT', 'ExecutionsTimedOut'],
    ['ABORTED', 'ExecutionsAborted'],
  ] as const)('an execution that ends as %s', (status, name) => {
    const { cloud, texts } = recorder();
    recordStarted(cloud, { machineArn: 'm' });
    recordEnded(cloud, { machineArn: 'm' }, status, 5);

    expect(texts()).toEqual([
      'AWS/States ExecutionsStarted {"StateMachineArn":"m"} 1 Count',
      `AWS/States ${name} {"StateMachineArn":"m"} 1 Count`,
      'AWS/States ExecutionTime {"StateMachineArn":"m"} 5 Milliseconds',
    ]);
  });

  it('an execution of an alias: those of the machine, of the version and of the alias', () => {
    const { cloud, texts } = recorder();
    recordEnded(cloud, { machineArn: 'm', versionArn: 'm:3', aliasArn: 'm:live' }, 'FAILED', 5);

    expect(texts().filter((text) => text.includes('ExecutionsFailed'))).toEqual([
      'AWS/States ExecutionsFailed {"StateMachineArn":"m"} 1 Count',
      'AWS/States ExecutionsFailed {"StateMachineArn":"m","Version":"3"} 1 Count',
      'AWS/States ExecutionsFailed {"StateMachineArn":"m","Alias":"live"} 1 Count',
    ]);
  });
});
