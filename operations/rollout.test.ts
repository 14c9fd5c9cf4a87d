import { expect, it } from 'vitest';
import type { ProjectParameter } from '../events/index.ts';
import { findBake, readRollout } from './rollout.ts';
import { scriptedClients } from './scripted-clients.testing.ts';

const project: ProjectParameter = {
  project: 'abalone',
  environment: 'dev',
  bucket: 'bucket',
  incomingPrefix: 'incoming/abalone/',
  claimsTable: 'claims',
  trainingStateMachineArn: 'arn:training',
  promotionStateMachineArn: 'arn:promotion',
  modelPackageGroupName: 'Abalone',
  endpointName: 'abalone-dev',
  topicArn: 'arn:topic',
  serving: { type: 'lambda', functionName: 'abalone-serving', alias: 'live' },
};
const Description = 'Baking for 300 seconds since 2026-11-30T14:00:00.000Z';

function read(alias: object, executions: readonly object[] = []) {
  return readRollout(
    scriptedClients({
      GetAlias: () => ({ FunctionVersion: '1', Description, ...alias }),
      DescribeAlarms: () => ({ MetricAlarms: [] }),
      ListExecutions: () => ({ executions }),
    }),
    project,
  );
}

it('says since when and for how long a share of a function is watched', async () => {
  const rollout = await read({ RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } } });

  expect(rollout?.fleets).toMatchObject([
    { endpointConfig: 'abalone-serving:1', percent: 90, phases: [] },
    { endpointConfig: 'abalone-serving:2', percent: 10, phases: [{ status: 'Baking' }] },
  ]);
  expect(rollout && findBake(rollout)).toEqual({
    since: new Date('2026-11-30T14:00:00.000Z'),
    seconds: 300,
  });
});

it('says it of the last share, all requests, while the promotion that gave it runs', async () => {
  const rollout = await read({}, [{ startDate: new Date('2026-11-30T13:50:00.000Z') }]);

  expect(rollout).toMatchObject({
    status: 'Updating',
    fleets: [{ endpointConfig: 'abalone-serving:1', percent: 100, phases: [{ status: 'Baking' }] }],
  });
  expect(rollout && findBake(rollout)?.seconds).toBe(300);
});

it.each([
  ['no promotion runs', []],
  ['only a later promotion runs', [{ startDate: new Date('2026-11-30T15:00:00.000Z') }]],
])('shows no bake of a function that shares no requests: %s', async (_case, executions) => {
  const rollout = await read({}, executions);

  expect(rollout).toMatchObject({ status: 'InService', fleets: [{ percent: 100, phases: [] }] });
});
