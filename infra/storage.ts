import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { KeyLayout } from '../events/index.ts';
import { serviceActingFor } from '../workflows/index.ts';

export interface ProjectStorageProps {
  readonly retain: boolean;
  readonly keys: KeyLayout;
}

/** The project's bucket, its topic for people and its queue for undelivered events. */
export class ProjectStorage extends Construct {
  readonly bucket: IBucket;
  readonly topic: Topic;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { retain, keys }: ProjectStorageProps) {
    super(scope, id);
    // aws-cdk-lib's own types do not fit strict optional ones.
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !retain,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        {
          // A lock leaves a version and a delete marker behind for every promotion.
          prefix: keys.locks,
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
        },
      ],
    }) as IBucket;
    // `eventBridgeEnabled` would add a custom resource; CloudFormation can do it by itself.
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };

    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        actions: ['sns:Publish'],
        principals: [
          serviceActingFor(this, 'cloudwatch.amazonaws.com', [
            Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ]),
        ],
        resources: [this.topic.topicArn],
      }),
    );
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}
