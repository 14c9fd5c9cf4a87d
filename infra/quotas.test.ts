import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { defineProject, type Project, type ProjectInput } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { listNeededQuotas } from './quotas.ts';
import { createStack } from './testing/project-stack.testing.ts';

const processing = { name: 'ml.m5.large for processing job usage', value: 1 };
const training = { name: 'ml.m5.large for training job usage', value: 1 };
const endpoint = 'ml.m5.large for endpoint usage';

function serving(changes: object): Project {
  return { ...abalone, serving: { ...abalone.serving, ...changes } };
}

const trial = { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'promote' } as const;

it.each([
  [
    'two fleets during a blue/green update',
    abalone,
    [processing, training, { name: endpoint, value: 2 }],
  ],
  [
    'the largest fleet of autoscaling twice',
    serving({ autoscaling: { minimumInstances: 2, maximumInstances: 4 } }),
    [processing, training, { name: endpoint, value: 8 }],
  ],
  [
    'one batch more for a rolling update',
    serving({ instanceCount: 10, rollout: { type: 'rolling', batchPercent: 25 } }),
    [processing, training, { name: endpoint, value: 13 }],
  ],
  [
    'both models on trial twice',
    serving({ trial }),
    [processing, training, { name: endpoint, value: 4 }],
  ],
  [
    'spot instances and other types',
    {
      ...abalone,
      training: { ...abalone.training, instanceCount: 3, spot: { waitSeconds: 7200 } },
      evaluation: { ...abalone.evaluation, instanceType: 'ml.c5.xlarge' },
    },
    [
      processing,
      { name: 'ml.c5.xlarge for processing job usage', value: 1 },
      { name: 'ml.m5.large for spot training job usage', value: 3 },
      { name: endpoint, value: 2 },
    ],
  ],
  [
    'the vCPUs of tasks on Spot, once for all steps',
    defineProject({
      ...(abalone as ProjectInput),
      compute: { type: 'fargate', vcpu: 4, spot: true },
      evaluation: { compute: 'lambda' },
    }),
    [
      { name: 'Fargate Spot vCPU resource count', value: 4 },
      { name: 'Concurrent executions (AWS Lambda)', value: 1 },
      { name: endpoint, value: 2 },
    ],
  ],
] as const)('names %s', (_what, project, expected) => {
  expect(listNeededQuotas(project as Project)).toEqual(expected);
});

it('is an output of the stack', () => {
  const outputs = Template.fromStack(createStack(abalone).stack).findOutputs('NeededQuotas');

  expect(outputs['NeededQuotas']).toMatchObject({
    Value:
      'ml.m5.large for processing job usage: 1; ml.m5.large for training job usage: 1; ml.m5.large for endpoint usage: 2',
  });
});
