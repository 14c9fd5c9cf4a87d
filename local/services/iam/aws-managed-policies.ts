import type { PolicyStatement } from '../../cloud/service.ts';
import type { ManagedPolicy } from './entities.ts';

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const DEFINITIONS: Readonly<Record<string, readonly PolicyStatement[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': [
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  ],
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    allow([
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]),
  ],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    allow([
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ]),
  ],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    allow([
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'logs:GetLogEvents',
      'logs:FilterLogEvents',
    ]),
  ],
  AWSXRayDaemonWriteAccess: [
    allow([
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ]),
  ],
  CloudWatchLambdaInsightsExecutionRolePolicy: [
    allow(['logs:CreateLogGroup']),
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*',
    },
  ],
  AmazonS3ReadOnlyAccess: [
    allow([
      's3:Get*',
      's3:List*',
      's3:Describe*',
      's3-object-lambda:Get*',
      's3-object-lambda:List*',
    ]),
  ],
  CloudWatchReadOnlyAccess: [
    allow([
      'cloudwatch:Describe*',
      'cloudwatch:Get*',
      'cloudwatch:List*',
      'logs:Get*',
      'logs:List*',
      'logs:Describe*',
      'logs:FilterLogEvents',
    ]),
  ],
  AdministratorAccess: [allow(['*'])],
};

function allow(actions: readonly string[]): PolicyStatement {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

/** The AWS managed policies that this runtime has, by ARN; others do not exist here. */
export const awsManagedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  Object.entries(DEFINITIONS).map(([pathAndName, Statement], index) => {
    const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
    const folder = pathAndName.slice(0, -name.length);
    const createdAt = Date.UTC(2015, 1, 6);
    const policy: ManagedPolicy = {
      name,
      id: `ANPAAWSMANAGED${String(index).padStart(7, '0')}`,
      arn: `arn:aws:iam::aws:policy/${pathAndName}`,
      path: `/${folder}`,
      createdAt,
      updatedAt: createdAt,
      defaultVersionId: 'v1',
      versions: [
        { id: 'v1', document: JSON.stringify({ Version: '2012-10-17', Statement }), createdAt },
      ],
      tags: [],
    };
    return [policy.arn, policy] as const;
  }),
);
