import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucketPolicy,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { nameBucketExport, nameClaimsExport } from '../project-exports.ts';

export interface AuditTrailProps {
  readonly environment: string;
  readonly projects: readonly string[];
  readonly retain: boolean;
  /** Of this stack, beside the projects' own. */
  readonly tableArns: readonly string[];
}

/** As long as entries of the audit are kept. */
const KEPT = Duration.days(365);

/**
 * Who read or wrote which object and which item, also past the API: a trail of CloudTrail with the data events of the
 * buckets and tables of the projects, and of the audit itself.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export class AuditTrail extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const trailName = `${Stack.of(this).stackName}-audit`;
    this.bucket = createBucket(this, props.retain);
    allowTrail(this.bucket, trailName);
    const trail = new CfnTrail(this, 'Resource', {
      trailName,
      s3BucketName: this.bucket.bucketName,
      isLogging: true,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      enableLogFileValidation: true,
      eventSelectors: [
        {
          readWriteType: 'All',
          includeManagementEvents: false,
          dataResources: listResources(this, props),
        },
      ],
    });
    // CloudTrail refuses a bucket into which it may not write.
    trail.addResourceDependency(this.bucket.policy?.node.defaultChild as CfnBucketPolicy);
  }
}

function createBucket(scope: Construct, retain: boolean): Bucket {
  return new Bucket(scope, 'Bucket', {
    versioned: true,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    autoDeleteObjects: !retain,
    lifecycleRules: [
      {
        expiration: KEPT,
        noncurrentVersionExpiration: KEPT,
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
  });
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
function allowTrail(bucket: Bucket, trailName: string): void {
  const stack = Stack.of(bucket);
  const own = {
    'aws:SourceArn': stack.formatArn({
      service: 'cloudtrail',
      resource: 'trail',
      resourceName: trailName,
    }),
  };
  const allow = (action: string, resource: string, conditions: Readonly<Record<string, string>>) =>
    bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: [action],
        resources: [resource],
        conditions: { StringEquals: conditions },
      }),
    );
  allow('s3:GetBucketAcl', bucket.bucketArn, own);
  allow('s3:PutObject', bucket.arnForObjects(`AWSLogs/${stack.account}/*`), {
    ...own,
    's3:x-amz-acl': 'bucket-owner-full-control',
  });
}

/** A slash ends the ARN of a bucket whose objects are all meant. */
function listResources(
  scope: Construct,
  { environment, projects, tableArns }: AuditTrailProps,
): CfnTrail.DataResourceProperty[] {
  const stack = Stack.of(scope);
  const bucketArn = (project: string) => {
    const bucket = Fn.importValue(nameBucketExport(environment, project));
    return `arn:${stack.partition}:s3:::${bucket}/`;
  };
  const claimsArn = (project: string) =>
    stack.formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: Fn.importValue(nameClaimsExport(environment, project)),
    });
  return [
    { type: 'AWS::S3::Object', values: projects.map(bucketArn) },
    {
      type: 'AWS::DynamoDB::Table',
      values: [...projects.map(claimsArn), ...tableArns],
    },
  ];
}
