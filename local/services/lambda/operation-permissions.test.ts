import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createLambdaService } from './index.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/r';
const ARN_SQS = 'arn:aws:sqs:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    FunctionName: 'f',
    Name: 'live',
    UUID: 'u',
    Resource: `${ARN}:function:f`,
    Role: ROLE,
    EventSourceArn: `${ARN_SQS}:q`,
    Qualifier: 'live',
    LayerName: 'l',
    VersionNumber: 1,
    Arn: `${ARN}:layer:l:1`,
    Layers: [`${ARN}:layer:l:1`],
  };

  expect(permissionsOf(createLambdaService, input)).toEqual({
    CreateFunction: [
      `lambda:CreateFunction ${ARN}:function:f:live`,
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"lambda.amazonaws.com"}',
      `lambda:GetLayerVersion ${ARN}:layer:l:1`,
    ],
    GetFunction: [`lambda:GetFunction ${ARN}:function:f:live`],
    GetFunctionConfiguration: [`lambda:GetFunctionConfiguration ${ARN}:function:f:live`],
    UpdateFunctionCode: [`lambda:UpdateFunctionCode ${ARN}:function:f:live`],
    UpdateFunctionConfiguration: [
      `lambda:UpdateFunctionConfiguration ${ARN}:function:f:live`,
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"lambda.amazonaws.com"}',
      `lambda:GetLayerVersion ${ARN}:layer:l:1`,
    ],
    DeleteFunction: [`lambda:DeleteFunction ${ARN}:function:f:live`],
    ListFunctions: ['lambda:ListFunctions *'],
    PublishVersion: [`lambda:PublishVersion ${ARN}:function:f`],
    ListVersionsByFunction: [`lambda:ListVersionsByFunction ${ARN}:function:f`],
    CreateAlias: [`lambda:CreateAlias ${ARN}:function:f`],
    GetAlias: [`lambda:GetAlias ${ARN}:function:f`],
    UpdateAlias: [`lambda:UpdateAlias ${ARN}:function:f`],
    DeleteAlias: [`lambda:DeleteAlias ${ARN}:function:f`],
    ListAliases: [`lambda:ListAliases ${ARN}:function:f`],
    Invoke: [`lambda:InvokeFunction ${ARN}:function:f:live`],
    AddPermission: [`lambda:AddPermission ${ARN}:function:f:live`],
    RemovePermission: [`lambda:RemovePermission ${ARN}:function:f:live`],
    GetPolicy: [`lambda:GetPolicy ${ARN}:function:f:live`],
    PutFunctionConcurrency: [`lambda:PutFunctionConcurrency ${ARN}:function:f:live`],
    GetFunctionConcurrency: [`lambda:GetFunctionConcurrency ${ARN}:function:f:live`],
    DeleteFunctionConcurrency: [`lambda:DeleteFunctionConcurrency ${ARN}:function:f:live`],
    PutProvisionedConcurrencyConfig: [
      `lambda:PutProvisionedConcurrencyConfig ${ARN}:function:f:live`,
    ],
    GetProvisionedConcurrencyConfig: [
      `lambda:GetProvisionedConcurrencyConfig ${ARN}:function:f:live`,
    ],
    DeleteProvisionedConcurrencyConfig: [
      `lambda:DeleteProvisionedConcurrencyConfig ${ARN}:function:f:live`,
    ],
    ListProvisionedConcurrencyConfigs: [
      `lambda:ListProvisionedConcurrencyConfigs ${ARN}:function:f`,
    ],
    TagResource: [`lambda:TagResource ${ARN}:function:f`],
    UntagResource: [`lambda:UntagResource ${ARN}:function:f`],
    ListTags: [`lambda:ListTags ${ARN}:function:f`],
    GetAccountSettings: ['lambda:GetAccountSettings *'],
    PutFunctionEventInvokeConfig: [`lambda:PutFunctionEventInvokeConfig ${ARN}:function:f:live`],
    UpdateFunctionEventInvokeConfig: [
      `lambda:UpdateFunctionEventInvokeConfig ${ARN}:function:f:live`,
    ],
    GetFunctionEventInvokeConfig: [`lambda:GetFunctionEventInvokeConfig ${ARN}:function:f:live`],
    DeleteFunctionEventInvokeConfig: [
      `lambda:DeleteFunctionEventInvokeConfig ${ARN}:function:f:live`,
    ],
    PutFunctionRecursionConfig: [`lambda:PutFunctionRecursionConfig ${ARN}:function:f:live`],
    GetFunctionRecursionConfig: [`lambda:GetFunctionRecursionConfig ${ARN}:function:f:live`],
    CreateEventSourceMapping: ['lambda:CreateEventSourceMapping *'],
    GetEventSourceMapping: [`lambda:GetEventSourceMapping ${ARN}:event-source-mapping:u`],
    UpdateEventSourceMapping: [`lambda:UpdateEventSourceMapping ${ARN}:event-source-mapping:u`],
    DeleteEventSourceMapping: [`lambda:DeleteEventSourceMapping ${ARN}:event-source-mapping:u`],
    ListEventSourceMappings: ['lambda:ListEventSourceMappings *'],
    PublishLayerVersion: [`lambda:PublishLayerVersion ${ARN}:layer:l`],
    GetLayerVersion: [`lambda:GetLayerVersion ${ARN}:layer:l:1`],
    GetLayerVersionByArn: [`lambda:GetLayerVersion ${ARN}:layer:l:1`],
    DeleteLayerVersion: [`lambda:DeleteLayerVersion ${ARN}:layer:l:1`],
    ListLayers: ['lambda:ListLayers *'],
    ListLayerVersions: ['lambda:ListLayerVersions *'],
    AddLayerVersionPermission: [`lambda:AddLayerVersionPermission ${ARN}:layer:l:1`],
    RemoveLayerVersionPermission: [`lambda:RemoveLayerVersionPermission ${ARN}:layer:l:1`],
    GetLayerVersionPolicy: [`lambda:GetLayerVersionPolicy ${ARN}:layer:l:1`],
  });
});
