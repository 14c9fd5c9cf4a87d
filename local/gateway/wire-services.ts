import type { ServiceName } from '../cloud/service-name.ts';

/** An API, and how clients address it on the shared port. */
export interface WireService {
  /** The service of the cloud. */
  readonly name: ServiceName;
  /** The service in the credential scope of a signed request. */
  readonly signingName: string;
  /** The part before the dot of `X-Amz-Target`, and in the path of CBOR requests. */
  readonly targetPrefix?: string;
  /** The API version in query requests, which identifies the API of unsigned ones. */
  readonly version: string;
  /** The REST protocol, if it has one. */
  readonly rest?: 'xml' | 'json';
  /** The paths of REST requests, if one signing name has several APIs, or the request is unsigned. */
  readonly paths?: RegExp;
  readonly xmlNamespace?: string;
  /** The XML namespace of a retired query protocol, which is refused by name. */
  readonly retiredQueryNamespace?: string;
  /** The namespace of errors, if it differs from the operations'. */
  readonly errorNamespace?: (code: string) => string;
  /** The service moved from query to JSON: errors also carry the code for query clients. */
  readonly awsQueryCompatible?: boolean;
  /** The largest body that is held in memory, inflated. Streams (S3 objects) do not count. */
  readonly bodyLimitBytes: number;
  /** The SDK package with the schemas; loaded at the service's first request. */
  readonly load: () => Promise<object>;
}

const MiB = 1024 * 1024;

/** DynamoDB's model is older than its namespace; its front end uses the framework's own errors. */
function dynamoDbNamespace(code: string): string {
  if (code === 'ValidationException') return 'com.amazon.coral.validate';
  if (code === 'SerializationException') return 'com.amazon.coral.service';
  return 'com.amazonaws.dynamodb.v20120810';
}

/** Every API, in the order in which requests are matched. */
export const WIRE_SERVICES: readonly WireService[] = [
  {
    name: 'stepfunctions',
    signingName: 'states',
    targetPrefix: 'AWSStepFunctions',
    version: '2016-11-23',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-sfn'),
  },
  {
    name: 'sagemaker',
    signingName: 'sagemaker',
    version: '2017-05-13',
    rest: 'json',
    paths: /^\/endpoints\/[^/]+\/(async-)?invocations/,
    // https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints.html
    bodyLimitBytes: 25 * MiB,
    load: () => import('@aws-sdk/client-sagemaker-runtime'),
  },
  {
    name: 'sagemaker',
    signingName: 'sagemaker',
    targetPrefix: 'SageMaker',
    version: '2017-07-24',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-sagemaker'),
  },
  {
    name: 'eventbridge',
    signingName: 'events',
    targetPrefix: 'AWSEvents',
    version: '2015-10-07',
    bodyLimitBytes: 12 * MiB,
    load: () => import('@aws-sdk/client-eventbridge'),
  },
  {
    name: 'scheduler',
    signingName: 'scheduler',
    version: '2021-06-30',
    rest: 'json',
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-scheduler'),
  },
  {
    name: 'lambda',
    signingName: 'lambda',
    version: '2015-03-31',
    rest: 'json',
    paths: /^\/20\d\d-\d\d-\d\d\//,
    // 6 MB of payload; code uploads in CreateFunction are base64 of up to 50 MB.
    bodyLimitBytes: 70 * MiB,
    load: () => import('@aws-sdk/client-lambda'),
  },
  {
    name: 'cloudwatch',
    signingName: 'monitoring',
    targetPrefix: 'GraniteServiceVersion20100801',
    version: '2010-08-01',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    awsQueryCompatible: true,
    bodyLimitBytes: 8 * MiB,
    load: () => import('@aws-sdk/client-cloudwatch'),
  },
  {
    name: 'logs',
    signingName: 'logs',
    targetPrefix: 'Logs_20140328',
    version: '2014-03-28',
    bodyLimitBytes: 8 * MiB,
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  {
    name: 'sns',
    signingName: 'sns',
    version: '2010-03-31',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-sns'),
  },
  {
    name: 'sqs',
    signingName: 'sqs',
    targetPrefix: 'AmazonSQS',
    version: '2012-11-05',
    retiredQueryNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
    awsQueryCompatible: true,
    bodyLimitBytes: 12 * MiB,
    load: () => import('@aws-sdk/client-sqs'),
  },
  {
    name: 'ecr',
    signingName: 'ecr',
    targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
    version: '2015-09-21',
    bodyLimitBytes: 32 * MiB,
    load: () => import('@aws-sdk/client-ecr'),
  },
  {
    name: 'ecs',
    signingName: 'ecs',
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    version: '2014-11-13',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-ecs'),
  },
  {
    name: 'codebuild',
    signingName: 'codebuild',
    targetPrefix: 'CodeBuild_20161006',
    version: '2016-10-06',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-codebuild'),
  },
  {
    name: 'codepipeline',
    signingName: 'codepipeline',
    targetPrefix: 'CodePipeline_20150709',
    version: '2015-07-09',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-codepipeline'),
  },
  {
    name: 'elasticloadbalancingv2',
    signingName: 'elasticloadbalancing',
    version: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  },
  {
    name: 'ssm',
    signingName: 'ssm',
    targetPrefix: 'AmazonSSM',
    version: '2014-11-06',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-ssm'),
  },
  {
    name: 'kms',
    signingName: 'kms',
    targetPrefix: 'TrentService',
    version: '2014-11-01',
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-kms'),
  },
  {
    name: 'sts',
    signingName: 'sts',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-sts'),
  },
  {
    name: 'iam',
    signingName: 'iam',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-iam'),
  },
  {
    name: 'cloudformation',
    signingName: 'cloudformation',
    version: '2010-05-15',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-cloudformation'),
  },
  {
    name: 'cloudfront',
    signingName: 'cloudfront',
    version: '2020-05-31',
    rest: 'xml',
    xmlNamespace: 'http://cloudfront.amazonaws.com/doc/2020-05-31/',
    bodyLimitBytes: 4 * MiB,
    load: () => import('@aws-sdk/client-cloudfront'),
  },
  {
    name: 'application-autoscaling',
    signingName: 'application-autoscaling',
    targetPrefix: 'AnyScaleFrontendService',
    version: '2016-02-06',
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-application-auto-scaling'),
  },
  {
    name: 'dynamodb',
    signingName: 'dynamodb',
    targetPrefix: 'DynamoDB_20120810',
    version: '2012-08-10',
    errorNamespace: dynamoDbNamespace,
    // 25 items of a batch, 16 MB together, as base64 and JSON.
    bodyLimitBytes: 32 * MiB,
    load: () => import('@aws-sdk/client-dynamodb'),
  },
  {
    name: 'apigatewayv2',
    signingName: 'apigateway',
    version: '2018-11-29',
    rest: 'json',
    paths: /^\/v2\//,
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-apigatewayv2'),
  },
  {
    name: 'cognito-idp',
    signingName: 'cognito-idp',
    targetPrefix: 'AWSCognitoIdentityProviderService',
    version: '2016-04-18',
    bodyLimitBytes: MiB,
    load: () => import('@aws-sdk/client-cognito-identity-provider'),
  },
  {
    name: 's3',
    signingName: 's3',
    version: '2006-03-01',
    rest: 'xml',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    // Configurations and DeleteObjects; a CompleteMultipartUpload of 10,000 parts with checksums is 3 MB.
    bodyLimitBytes: 16 * MiB,
    load: () => import('@aws-sdk/client-s3'),
  },
];
