import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createDynamoDbService } from './index.ts';

const ARN = 'arn:aws:dynamodb:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    TableName: 't',
    ResourceArn: `${ARN}:table/t`,
    Key: {},
    RequestItems: { t: [{ PutRequest: { Item: {} } }] },
    TransactItems: [{ Put: { TableName: 't', Item: {} } }],
    StreamArn: 'x',
    IndexName: 'i',
  };

  expect(permissionsOf(createDynamoDbService, input)).toEqual({
    CreateTable: [`dynamodb:CreateTable ${ARN}:table/t`],
    DescribeTable: [`dynamodb:DescribeTable ${ARN}:table/t`],
    UpdateTable: [`dynamodb:UpdateTable ${ARN}:table/t`],
    DeleteTable: [`dynamodb:DeleteTable ${ARN}:table/t`],
    ListTables: ['dynamodb:ListTables *'],
    GetItem: [`dynamodb:GetItem ${ARN}:table/t {}`],
    PutItem: [`dynamodb:PutItem ${ARN}:table/t {}`],
    UpdateItem: [`dynamodb:UpdateItem ${ARN}:table/t {}`],
    DeleteItem: [`dynamodb:DeleteItem ${ARN}:table/t {}`],
    Query: [`dynamodb:Query ${ARN}:table/t/index/i {}`],
    Scan: [`dynamodb:Scan ${ARN}:table/t/index/i {"dynamodb:FullTableScan":"true"}`],
    BatchGetItem: [`dynamodb:BatchGetItem ${ARN}:table/t {}`],
    BatchWriteItem: [`dynamodb:BatchWriteItem ${ARN}:table/t {}`],
    TransactGetItems: [
      `dynamodb:GetItem ${ARN}:table/ {"dynamodb:EnclosingOperation":"TransactGetItems"}`,
    ],
    TransactWriteItems: [
      `dynamodb:PutItem ${ARN}:table/t {"dynamodb:EnclosingOperation":"TransactWriteItems"}`,
    ],
    UpdateTimeToLive: [`dynamodb:UpdateTimeToLive ${ARN}:table/t`],
    DescribeTimeToLive: [`dynamodb:DescribeTimeToLive ${ARN}:table/t`],
    DescribeContinuousBackups: [`dynamodb:DescribeContinuousBackups ${ARN}:table/t`],
    UpdateContinuousBackups: [`dynamodb:UpdateContinuousBackups ${ARN}:table/t`],
    TagResource: [`dynamodb:TagResource ${ARN}:table/t`],
    UntagResource: [`dynamodb:UntagResource ${ARN}:table/t`],
    ListTagsOfResource: [`dynamodb:ListTagsOfResource ${ARN}:table/t`],
    PutResourcePolicy: [`dynamodb:PutResourcePolicy ${ARN}:table/t`],
    GetResourcePolicy: [`dynamodb:GetResourcePolicy ${ARN}:table/t`],
    DeleteResourcePolicy: [`dynamodb:DeleteResourcePolicy ${ARN}:table/t`],
    DescribeLimits: ['dynamodb:DescribeLimits *'],
    DescribeEndpoints: ['dynamodb:DescribeEndpoints *'],
  });
});
