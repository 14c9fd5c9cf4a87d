import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createEcsService } from './index.ts';

const CLUSTER = 'arn:aws:ecs:us-east-1:000000000000:cluster/c';
const TASK = 'arn:aws:ecs:us-east-1:000000000000:task/c/1';
const SERVICE = 'arn:aws:ecs:us-east-1:000000000000:service/c/s';
const DEPLOYMENT = 'arn:aws:ecs:us-east-1:000000000000:service-deployment/c/s/1';
const REVISION = 'arn:aws:ecs:us-east-1:000000000000:service-revision/c/s/1';
const ON_CLUSTER = ` {"ecs:cluster":"${CLUSTER}"}`;
const OF_SERVICE = ` {"ecs:cluster":"${CLUSTER}","ecs:service":"${SERVICE}"}`;
const PASSED_TO_ECS = ' {"iam:PassedToService":"ecs.amazonaws.com"}';
const PASSED = ' {"iam:PassedToService":"ecs-tasks.amazonaws.com"}';
const ROLE = 'arn:aws:iam::000000000000:role/r';

const createdBy = (operation: string) => ` {"ecs:CreateAction":"${operation}"}`;

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    cluster: 'c',
    clusterName: 'c',
    clusters: ['c'],
    family: 'f',
    overrides: { taskRoleArn: ROLE },
    loadBalancers: [{ advancedConfiguration: { roleArn: ROLE } }],
    resourceArn: TASK,
    service: 's',
    serviceDeploymentArn: DEPLOYMENT,
    serviceDeploymentArns: [DEPLOYMENT],
    serviceName: 's',
    serviceRevisionArns: [REVISION],
    services: ['s'],
    tags: [{ key: 'a', value: 'b' }],
    task: '1',
    taskDefinition: 'f:3',
    taskRoleArn: ROLE,
    tasks: ['1'],
  };

  expect(permissionsOf(createEcsService, input)).toEqual({
    CreateCluster: [
      'ecs:CreateCluster *',
      `ecs:TagResource ${CLUSTER}${createdBy('CreateCluster')}`,
    ],
    CreateService: [
      `ecs:CreateService ${SERVICE}${ON_CLUSTER}`,
      `ecs:TagResource ${SERVICE}${createdBy('CreateService')}`,
      `iam:PassRole ${ROLE}${PASSED_TO_ECS}`,
    ],
    DeleteService: [`ecs:DeleteService ${SERVICE}${ON_CLUSTER}`],
    DescribeServiceDeployments: [
      `ecs:DescribeServiceDeployments ${SERVICE}${ON_CLUSTER}`,
      `ecs:DescribeServiceDeployments ${DEPLOYMENT}${OF_SERVICE}`,
    ],
    DescribeServiceRevisions: [
      `ecs:DescribeServiceRevisions ${SERVICE}${ON_CLUSTER}`,
      `ecs:DescribeServiceRevisions ${REVISION}${OF_SERVICE}`,
    ],
    DescribeServices: [`ecs:DescribeServices ${SERVICE}${ON_CLUSTER}`],
    ListServiceDeployments: [`ecs:ListServiceDeployments ${SERVICE}${ON_CLUSTER}`],
    ListServices: [`ecs:ListServices *${ON_CLUSTER}`],
    StopServiceDeployment: [
      `ecs:StopServiceDeployment ${SERVICE}${ON_CLUSTER}`,
      `ecs:StopServiceDeployment ${DEPLOYMENT}${OF_SERVICE}`,
    ],
    UpdateService: [
      `ecs:UpdateService ${SERVICE}${ON_CLUSTER}`,
      `iam:PassRole ${ROLE}${PASSED_TO_ECS}`,
    ],
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
      `ecs:TagResource arn:aws:ecs:us-east-1:000000000000:task-definition/f:*${createdBy('RegisterTaskDefinition')}`,
      `iam:PassRole ${ROLE}${PASSED}`,
    ],
    RunTask: [
      `ecs:RunTask arn:aws:ecs:us-east-1:000000000000:task-definition/f:3${ON_CLUSTER}`,
      `ecs:TagResource arn:aws:ecs:us-east-1:000000000000:task/c/*${createdBy('RunTask')}`,
      `iam:PassRole ${ROLE}${PASSED}`,
    ],
    StopTask: [`ecs:StopTask ${TASK}${ON_CLUSTER}`],
    TagResource: [`ecs:TagResource ${TASK}`],
    UntagResource: [`ecs:UntagResource ${TASK}`],
  });
});
