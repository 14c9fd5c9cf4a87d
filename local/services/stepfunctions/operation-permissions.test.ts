import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createStepFunctionsService } from './index.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/r';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    name: 'n',
    activityArn: `${ARN}:activity:a`,
    executionArn: `${ARN}:execution:s:e`,
    mapRunArn: `${ARN}:mapRun:s/m:1`,
    resourceArn: `${ARN}:stateMachine:s`,
    stateMachineArn: `${ARN}:stateMachine:s`,
    stateMachineAliasArn: `${ARN}:stateMachine:s:live`,
    stateMachineVersionArn: `${ARN}:stateMachine:s:1`,
    roleArn: ROLE,
    taskToken: 't',
    publish: true,
    revealSecrets: true,
    routingConfiguration: [{ stateMachineVersionArn: `${ARN}:stateMachine:s:1`, weight: 100 }],
  };

  expect(permissionsOf(createStepFunctionsService, input)).toEqual({
    CreateStateMachine: [
      `states:CreateStateMachine ${ARN}:stateMachine:n`,
      `states:PublishStateMachineVersion ${ARN}:stateMachine:n`,
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"states.amazonaws.com"}',
    ],
    UpdateStateMachine: [
      `states:UpdateStateMachine ${ARN}:stateMachine:s`,
      `states:PublishStateMachineVersion ${ARN}:stateMachine:s`,
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"states.amazonaws.com"}',
    ],
    DescribeStateMachine: [`states:DescribeStateMachine ${ARN}:stateMachine:s`],
    DescribeStateMachineForExecution: [
      `states:DescribeStateMachineForExecution ${ARN}:execution:s:e`,
    ],
    DeleteStateMachine: [`states:DeleteStateMachine ${ARN}:stateMachine:s`],
    ListStateMachines: ['states:ListStateMachines *'],
    PublishStateMachineVersion: [`states:PublishStateMachineVersion ${ARN}:stateMachine:s`],
    DeleteStateMachineVersion: [
      `states:DeleteStateMachineVersion ${ARN}:stateMachine:s {"states:StateMachineQualifier":["1"]}`,
    ],
    ListStateMachineVersions: [`states:ListStateMachineVersions ${ARN}:stateMachine:s`],
    CreateStateMachineAlias: [
      `states:CreateStateMachineAlias ${ARN}:stateMachine:s {"states:StateMachineQualifier":["n"]}`,
    ],
    UpdateStateMachineAlias: [
      `states:UpdateStateMachineAlias ${ARN}:stateMachine:s {"states:StateMachineQualifier":["live"]}`,
    ],
    DescribeStateMachineAlias: [
      `states:DescribeStateMachineAlias ${ARN}:stateMachine:s {"states:StateMachineQualifier":["live"]}`,
    ],
    DeleteStateMachineAlias: [
      `states:DeleteStateMachineAlias ${ARN}:stateMachine:s {"states:StateMachineQualifier":["live"]}`,
    ],
    ListStateMachineAliases: [`states:ListStateMachineAliases ${ARN}:stateMachine:s`],
    TagResource: [`states:TagResource ${ARN}:stateMachine:s`],
    UntagResource: [`states:UntagResource ${ARN}:stateMachine:s`],
    ListTagsForResource: [`states:ListTagsForResource ${ARN}:stateMachine:s`],
    StartExecution: [`states:StartExecution ${ARN}:stateMachine:s`],
    StartSyncExecution: [`states:StartSyncExecution ${ARN}:stateMachine:s`],
    StopExecution: [`states:StopExecution ${ARN}:execution:s:e`],
    DescribeExecution: [`states:DescribeExecution ${ARN}:execution:s:e`],
    ListExecutions: [`states:ListExecutions ${ARN}:stateMachine:s`],
    RedriveExecution: [`states:RedriveExecution ${ARN}:execution:s:e`],
    GetExecutionHistory: [`states:GetExecutionHistory ${ARN}:execution:s:e`],
    DescribeMapRun: [`states:DescribeMapRun ${ARN}:mapRun:s/m:1`],
    ListMapRuns: [`states:ListMapRuns ${ARN}:execution:s:e`],
    UpdateMapRun: [`states:UpdateMapRun ${ARN}:mapRun:s/m:1`],
    CreateActivity: [`states:CreateActivity ${ARN}:activity:n`],
    DescribeActivity: [`states:DescribeActivity ${ARN}:activity:a`],
    DeleteActivity: [`states:DeleteActivity ${ARN}:activity:a`],
    ListActivities: ['states:ListActivities *'],
    GetActivityTask: [`states:GetActivityTask ${ARN}:activity:a`],
    SendTaskSuccess: ['states:SendTaskSuccess *'],
    SendTaskFailure: ['states:SendTaskFailure *'],
    SendTaskHeartbeat: ['states:SendTaskHeartbeat *'],
    ValidateStateMachineDefinition: ['states:ValidateStateMachineDefinition *'],
    TestState: [
      'states:TestState *',
      'states:RevealSecrets *',
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"states.amazonaws.com"}',
    ],
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
it('a version and an alias are authorized on their machine, with the qualifier as a condition key', () => {
  const input = { stateMachineArn: `${ARN}:stateMachine:s:live` };

  const { StartExecution, ListExecutions, DescribeStateMachine } = permissionsOf(
    createStepFunctionsService,
    input,
  );

  const qualified = `${ARN}:stateMachine:s {"states:StateMachineQualifier":["live"]}`;
  expect([StartExecution, ListExecutions, DescribeStateMachine]).toEqual([
    [`states:StartExecution ${qualified}`],
    [`states:ListExecutions ${qualified}`],
    [`states:DescribeStateMachine ${qualified}`],
  ]);
});
