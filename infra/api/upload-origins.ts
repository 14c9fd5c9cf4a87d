import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { nameBucketExport } from '../project-exports.ts';

export interface UploadOriginsProps {
  readonly environment: string;
  /** The names of projects, whose buckets take the uploads. */
  readonly projects: readonly string[];
  /** The pages that upload. */
  readonly origins: readonly string[];
}

const PREFLIGHT_SECONDS = 3_600;
/** The beginning of the ids of the CDK's function for such resources. */
export const CDK_FUNCTION = 'AWS679f53fac002430cb0da5b7982bd2287';

/**
 * Lets pages send forms to the buckets of projects, which the API has signed. The buckets are deployed before the
 * origin of the pages is known, so the origins are set once it is, as the CDK sets notifications of buckets.
 */
export class UploadOrigins extends Construct {
  constructor(scope: Construct, id: string, props: UploadOriginsProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    for (const project of props.projects) {
      const bucket = Fn.importValue(nameBucketExport(props.environment, project));
      this.#allow(project, bucket, props.origins, logGroup);
    }
  }

  #allow(project: string, bucket: string, origins: readonly string[], logGroup: LogGroup): void {
    const put = {
      service: 'S3',
      action: 'putBucketCors',
      parameters: {
        Bucket: bucket,
        CORSConfiguration: {
          CORSRules: [
            {
              AllowedMethods: ['POST'],
              AllowedOrigins: [...origins],
              ExposeHeaders: ['ETag', 'x-amz-version-id'],
              MaxAgeSeconds: PREFLIGHT_SECONDS,
            },
          ],
        },
      },
      physicalResourceId: PhysicalResourceId.of(bucket),
    };
    void new AwsCustomResource(this, project, {
      resourceType: 'Custom::UploadOrigins',
      installLatestAwsSdk: false,
      logGroup,
      onUpdate: put,
      onDelete: {
        service: 'S3',
        action: 'deleteBucketCors',
        parameters: { Bucket: bucket },
        ignoreErrorCodesMatching: 'NoSuchBucket',
      },
      policy: AwsCustomResourcePolicy.fromStatements([allowCors(this, bucket)]),
    });
  }
}

/** Deleting needs the same permission. */
function allowCors(scope: Construct, bucket: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:PutBucketCORS'],
    resources: [`arn:${Stack.of(scope).partition}:s3:::${bucket}`],
  });
}
