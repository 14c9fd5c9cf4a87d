import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createEcsService } from './index.ts';

const CLUSTER = 'arn:aws:ecs:us-east-1:000000000000:cluster/c';
const TASK = 'arn:aws:ecs:us-east-1:000000000000:task/c/1';
const ON_CLUSTER = ` {"ecs:cluster":"${CLUSTER}"}`;
const PASSED = ' {"iam:PassedToService":"ecs-tasks.amazonaws.com"}';
const ROLE = 'arn:aws:iam::000000000000:role/r';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    cluster: 'c',
    clusterName: 'c',
    clusters: ['c'],
    family: 'f',
    overrides: { taskRoleArn: ROLE },
    resourceArn: TASK,
    tags: [{ key: 'a', value: 'b' }],
    task: '1',
    taskDefinition: 'f:3',
    taskRoleArn: ROLE,
    tasks: ['1'],
  };

  expect(permissionsOf(createEcsService, input)).toEqual({
    CreateCluster: ['ecs:CreateCluster *', `ecs:TagResource ${CLUSTER}`],
    DeleteCluster: [`ecs:DeleteCluster ${CLUSTER}`],
    DeregisterTaskDefinition: ['ecs:DeregisterTaskDefinition *'],
    DescribeClusters: [`ecs:DescribeClusters ${CLUSTER}`],
    DescribeTaskDefinition: ['ecs:DescribeTaskDefinition *'],
    DescribeTasks: [`ecs:DescribeTasks ${TASK}${ON_CLUSTER}`],
    ListClusters: ['ecs:ListClusters *'],
    ListTagsForResource: [`ecs:ListTagsForResource ${TASK}`],
    ListTaskDefinitionFamilies: ['ecs:ListTaskDefinitionFamilies *'],
    ListTaskDefinitions: ['ecs:ListTaskDefinitions *'],
    ListTasks: [`ecs:ListTasks *${ON_CLUSTER}`],
    PutClusterCapacityProviders: [`ecs:PutClusterCapacityProviders ${CLUSTER}`],
    RegisterTaskDefinition: [
      'ecs:RegisterTaskDefinition *',
      'ecs:TagResource arn:aws:ecs:us-east-1:000000000000:task-definition/f:*',
      `iam:PassRole ${ROLE}${PASSED}`,
    ],
    RunTask: [
      `ecs:RunTask arn:aws:ecs:us-east-1:000000000000:task-definition/f:3${ON_CLUSTER}`,
      'ecs:TagResource arn:aws:ecs:us-east-1:000000000000:task/c/*',
      `iam:PassRole ${ROLE}${PASSED}`,
    ],
    StopTask: [`ecs:StopTask ${TASK}${ON_CLUSTER}`],
    TagResource: [`ecs:TagResource ${TASK}`],
    UntagResource: [`ecs:UntagResource ${TASK}`],
  });
});
