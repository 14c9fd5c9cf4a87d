import { type AWS_POLICY_NAMES, nameUnknownPolicy } from '../../cloud/aws-policy-names.ts';
import type { PolicyStatement } from '../../cloud/service.ts';
import type { ManagedPolicy } from './entities.ts';

/** Of the services here: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html */
const READ_ONLY: Readonly<Record<string, readonly string[]>> = {
  apigateway: ['GET'],
  'application-autoscaling': ['Describe*', 'GetPredictiveScalingForecast', 'ListTagsForResource'],
  cloudformation: ['Describe*', 'Detect*', 'Estimate*', 'Get*', 'List*', 'ValidateTemplate'],
  cloudfront: ['Describe*', 'Get*', 'List*'],
  cloudwatch: ['Describe*', 'Get*', 'List*'],
  codebuild: ['BatchGet*', 'DescribeCodeCoverages', 'DescribeTestCases', 'List*'],
  codepipeline: ['Get*', 'List*'],
  'cognito-idp': ['AdminGet*', 'AdminList*', 'Describe*', 'Get*', 'List*'],
  dynamodb: ['BatchGet*', 'Describe*', 'Get*', 'List*', 'PartiQLSelect', 'Query', 'Scan'],
  ecr: ['BatchCheck*', 'BatchGet*', 'Describe*', 'Get*', 'List*'],
  ecs: ['Describe*', 'GetTaskProtection', 'List*'],
  elasticloadbalancing: ['Describe*'],
  events: ['Describe*', 'List*', 'Test*'],
  iam: ['Generate*', 'Get*', 'List*', 'Simulate*'],
  lambda: ['Get*', 'List*'],
  logs: [
    ...['Describe*', 'FilterLogEvents', 'Get*', 'ListTagsForResource', 'ListTagsLogGroup'],
    ...['StartQuery', 'StopQuery', 'TestMetricFilter'],
  ],
  s3: ['DescribeJob', 'Get*', 'List*'],
  sagemaker: ['Describe*', 'GetSearchSuggestions', 'List*', 'Search'],
  scheduler: [
    ...['GetSchedule', 'GetScheduleGroup', 'ListScheduleGroups', 'ListSchedules'],
    'ListTagsForResource',
  ],
  sns: ['Check*', 'Get*', 'List*'],
  sqs: ['Get*', 'List*', 'Receive*'],
  ssm: ['Describe*', 'Get*', 'List*'],
  states: ['Describe*', 'GetExecutionHistory', 'List*', 'ValidateStateMachineDefinition'],
  sts: ['GetAccessKeyInfo', 'GetCallerIdentity', 'GetSessionToken'],
};

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const DEFINITIONS: Readonly<Record<(typeof AWS_POLICY_NAMES)[number], readonly PolicyStatement[]>> =
  {
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
    AmazonS3FullAccess: [allow(['s3:*', 's3-object-lambda:*'])],
    AmazonSQSFullAccess: [allow(['sqs:*'])],
    AmazonSNSFullAccess: [allow(['sns:*', 'sms-voice:DescribeVerifiedDestinationNumbers'])],
    AmazonDynamoDBFullAccess: [allow(['dynamodb:*', 'dax:*', 'application-autoscaling:*'])],
    AWSStepFunctionsFullAccess: [allow(['states:*'])],
    CloudWatchLogsFullAccess: [allow(['logs:*'])],
    CloudWatchFullAccess: [allow(['autoscaling:Describe*', 'cloudwatch:*', 'logs:*', 'sns:*'])],
    AmazonSSMReadOnlyAccess: [allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*'])],
    AmazonEC2ContainerRegistryReadOnly: [
      allow([
        'ecr:GetAuthorizationToken',
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:GetRepositoryPolicy',
        'ecr:DescribeRepositories',
        'ecr:ListImages',
        'ecr:DescribeImages',
        'ecr:BatchGetImage',
      ]),
    ],
    AmazonECSInfrastructureRolePolicyForLoadBalancers: [
      allow([
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
      ]),
      {
        Effect: 'Allow',
        Action: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
        Resource: 'arn:aws:elasticloadbalancing:*:*:targetgroup/*/*',
      },
      {
        Effect: 'Allow',
        Action: 'elasticloadbalancing:ModifyListener',
        Resource: 'arn:aws:elasticloadbalancing:*:*:listener/app/*/*/*',
      },
      {
        Effect: 'Allow',
        Action: 'elasticloadbalancing:ModifyRule',
        Resource: 'arn:aws:elasticloadbalancing:*:*:listener-rule/app/*/*/*/*',
      },
    ],
    AmazonSageMakerFullAccess: sagemakerFullAccess(),
    AmazonSageMakerReadOnly: [
      allow([
        'sagemaker:Describe*',
        'sagemaker:List*',
        'sagemaker:BatchGetMetrics',
        'sagemaker:Search',
      ]),
    ],
    AWSCloudFormationReadOnlyAccess: [
      allow([
        'cloudformation:Describe*',
        'cloudformation:EstimateTemplateCost',
        'cloudformation:Get*',
        'cloudformation:List*',
        'cloudformation:ValidateTemplate',
        'cloudformation:Detect*',
      ]),
    ],
    ReadOnlyAccess: [
      allow(
        Object.entries(READ_ONLY).flatMap(([service, actions]) =>
          actions.map((action) => `${service}:${action}`),
        ),
      ),
    ],
    AdministratorAccess: [allow(['*'])],
  };

/**
 * Of what a job, a model and their callers need here: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerFullAccess.html.
 * Of S3 it opens the objects of buckets with SageMaker in their names only, as AWS's does.
 */
function sagemakerFullAccess(): readonly PolicyStatement[] {
  const kinds = ['domain', 'user-profile', 'app', 'space', 'flow-definition'];
  const buckets = ['SageMaker', 'Sagemaker', 'sagemaker', 'aws-glue'];
  return [
    {
      Effect: 'Allow',
      Action: ['sagemaker:*'],
      NotResource: kinds.map((kind) => `arn:aws:sagemaker:*:*:${kind}/*`),
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      Resource: buckets.map((name) => `arn:aws:s3:::*${name}*`),
    },
    allow([
      's3:CreateBucket',
      's3:GetBucketLocation',
      's3:ListBucket',
      's3:ListAllMyBuckets',
      's3:GetBucketCors',
      's3:PutBucketCors',
    ]),
    allow([
      'application-autoscaling:DeleteScalingPolicy',
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingActivities',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:PutScalingPolicy',
      'application-autoscaling:RegisterScalableTarget',
      'cloudwatch:DeleteAlarms',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'cloudwatch:GetMetricStatistics',
      'cloudwatch:ListMetrics',
      'cloudwatch:PutMetricAlarm',
      'cloudwatch:PutMetricData',
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:Describe*',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'iam:ListRoles',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:GetLogEvents',
      'logs:PutLogEvents',
      'sns:ListTopics',
    ]),
    {
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: 'arn:aws:iam::*:role/*',
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    },
  ];
}

function allow(actions: readonly string[]): PolicyStatement {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

/** The AWS managed policies whose documents this runtime has, by ARN. */
export const awsManagedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  Object.entries(DEFINITIONS).map(([pathAndName, statements], index) => {
    const policy = describePolicy(pathAndName, index, statements);
    return [policy.arn, policy] as const;
  }),
);

/** An AWS managed policy that this runtime lacks: it can be attached, and grants nothing. */
export function findUnknownPolicy(arn: string): ManagedPolicy | undefined {
  const name = nameUnknownPolicy(arn);
  if (name === undefined) return undefined;
  return {
    ...describePolicy(name, awsManagedPolicies.size, []),
    description: 'Stepmill does not have the document of this policy, so it grants nothing here.',
  };
}

function describePolicy(
  pathAndName: string,
  index: number,
  Statement: readonly PolicyStatement[],
): ManagedPolicy {
  const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
  const folder = pathAndName.slice(0, -name.length);
  const createdAt = Date.UTC(2015, 1, 6);
  return {
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
}
