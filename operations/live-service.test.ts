import { expect, it } from 'vitest';
import { readService } from './live-service.ts';
import { scriptedClients } from './scripted-clients.testing.ts';

const place = {
  type: 'container',
  clusterName: 'c',
  serviceName: 'abalone',
  loadBalancer: 'app/l/1',
  address: 'https://a.execute-api.eu-west-1.amazonaws.com',
} as const;
const definition = (revision: number) =>
  `arn:aws:ecs:eu-west-1:1:task-definition/abalone-serving:${revision}`;
const revision = (id: string) => `arn:aws:ecs:eu-west-1:1:service-revision/c/abalone/${id}`;
/** ECS names the new task definition from the begin of its deployment on. */
const service = {
  status: 'ACTIVE',
  taskDefinition: definition(2),
  runningCount: 2,
  desiredCount: 2,
};

it('is of the revision that runs, when nothing is deployed', async () => {
  const clients = scriptedClients({
    DescribeServices: () => ({ services: [service] }),
    ListServiceDeployments: () => ({ serviceDeployments: [] }),
  });

  expect(await readService(clients, place)).toEqual({
    status: 'InService',
    taskDefinition: definition(2),
    shares: [{ revision: 'abalone-serving:2', percent: 100, tasks: 2, wantedTasks: 2 }],
  });
});

it('is still of the revision before while another one is deployed, with the share of each and the stage', async () => {
  const clients = scriptedClients({
    DescribeServices: () => ({ services: [service] }),
    ListServiceDeployments: () => ({ serviceDeployments: [{ serviceDeploymentArn: 'd' }] }),
    DescribeServiceDeployments: () => ({
      serviceDeployments: [
        {
          lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
          sourceServiceRevisions: [
            {
              arn: revision('a'),
              requestedProductionTrafficWeight: 90,
              runningTaskCount: 2,
              requestedTaskCount: 2,
            },
          ],
          targetServiceRevision: {
            arn: revision('b'),
            requestedProductionTrafficWeight: 10,
            runningTaskCount: 1,
            requestedTaskCount: 2,
          },
        },
      ],
    }),
    DescribeServiceRevisions: () => ({
      serviceRevisions: [
        { serviceRevisionArn: revision('a'), taskDefinition: definition(1) },
        { serviceRevisionArn: revision('b'), taskDefinition: definition(2) },
      ],
    }),
  });

  expect(await readService(clients, place)).toEqual({
    status: 'Updating',
    taskDefinition: definition(1),
    shares: [
      { revision: 'abalone-serving:1', percent: 90, tasks: 2, wantedTasks: 2, stage: undefined },
      {
        revision: 'abalone-serving:2',
        percent: 10,
        tasks: 1,
        wantedTasks: 2,
        stage: 'PRODUCTION_TRAFFIC_SHIFT',
      },
    ],
  });
});

it('is none before the first model and after its removal', async () => {
  const clients = scriptedClients({
    DescribeServices: () => ({ services: [{ ...service, status: 'INACTIVE' }] }),
  });

  expect(await readService(clients, place)).toBeUndefined();
});
