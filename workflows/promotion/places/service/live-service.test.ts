import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { renderLive } from './live-service.ts';

const look = (...Services: readonly object[]): Promise<unknown> =>
  jsonata(renderLive).evaluate({}, { states: { result: { Services } } });

const LoadBalancers = [{ TargetGroupArn: 'blue' }];

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
describe('a look at a service', () => {
  it('finds the revision that runs', async () => {
    const service = {
      Status: 'ACTIVE',
      TaskDefinition: 'f:2',
      RunningCount: 2,
      LoadBalancers,
      Deployments: [
        { Status: 'PRIMARY', RolloutState: 'COMPLETED', TaskDefinition: 'f:2' },
        { Status: 'ACTIVE', RolloutState: 'COMPLETED', TaskDefinition: 'f:1' },
      ],
    };

    expect(await look(service)).toEqual({
      status: 'InService',
      revision: 'f:2',
      config: 'revision 2',
      targetGroup: 'blue',
      canShift: false,
    });
  });

  it('finds the revision before while another one is deployed', async () => {
    const service = {
      Status: 'ACTIVE',
      TaskDefinition: 'f:2',
      RunningCount: 3,
      LoadBalancers,
      Deployments: [
        { Status: 'PRIMARY', RolloutState: 'IN_PROGRESS', TaskDefinition: 'f:2' },
        { Status: 'ACTIVE', RolloutState: 'COMPLETED', TaskDefinition: 'f:1' },
      ],
    };

    expect(await look(service)).toMatchObject({ status: 'InService', revision: 'f:1' });
  });

  it('finds nothing that serves before the first model, after its removal, and after a first failure', async () => {
    const failed = {
      Status: 'ACTIVE',
      TaskDefinition: 'f:1',
      RunningCount: 0,
      LoadBalancers,
      Deployments: [{ Status: 'PRIMARY', RolloutState: 'FAILED', TaskDefinition: 'f:1' }],
    };

    expect(await look()).toEqual({ status: 'Absent' });
    expect(await look({ ...failed, Status: 'INACTIVE' })).toEqual({ status: 'Absent' });
    expect(await look({ ...failed, Status: 'DRAINING' })).toMatchObject({ status: 'Draining' });
    expect(await look(failed)).toMatchObject({ status: 'Failed' });
  });
});
