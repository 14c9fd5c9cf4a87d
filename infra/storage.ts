import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Project } from '../definition/index.ts';
import type { KeyLayout } from '../events/index.ts';
import { serviceActingFor } from '../workflows/index.ts';

/** Parts of an upload that never became an object cost as much as one. */
const INCOMPLETE_UPLOAD_DAYS = 7;

export interface ProjectStorageProps {
  readonly retain: boolean;
  readonly keys: KeyLayout;
  /** How long what is kept. */
  readonly retention: Project['retention'];
}

/** The project's bucket, its topic for people and its queue for undelivered events. */
export class ProjectStorage extends Construct {
  readonly bucket: IBucket;
  readonly topic: Topic;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { retain, keys, retention }: ProjectStorageProps) {
    super(scope, id);
    // aws-cdk-lib's own types do not fit strict optional ones.
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      autoDeleteObjects: !retain,
      lifecycleRules: renderLifecycle(keys, retention),
    }) as IBucket;
    // `eventBridgeEnabled` would add a custom resource; CloudFormation can do it by itself.
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };

    this.topic = createTopic(this);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}

/** The project's topic, which alarms of the account may publish to. */
function createTopic(scope: Construct): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  const alarms = Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarms',
      actions: ['sns:Publish'],
      principals: [serviceActingFor(scope, 'cloudwatch.amazonaws.com', [alarms])],
      resources: [topic.topicArn],
    }),
  );
  return topic;
}

/** Current versions of uploads and of what runs made are never deleted; they become cheaper instead. */
function renderLifecycle(
  keys: KeyLayout,
  { capturedDays, quarantineDays, oldVersionDays, tieringDays }: Project['retention'],
): LifecycleRule[] {
  return [
    {
      id: 'Incomplete',
      abortIncompleteMultipartUploadAfter: Duration.days(INCOMPLETE_UPLOAD_DAYS),
      // What was overwritten, and what an expiration leaves behind.
      noncurrentVersionExpiration: Duration.days(oldVersionDays),
      expiredObjectDeleteMarker: true,
    },
    { id: 'Captured', prefix: keys.captured, expiration: Duration.days(capturedDays) },
    { id: 'Quarantine', prefix: keys.quarantine, expiration: Duration.days(quarantineDays) },
    ...(tieringDays === null
      ? []
      : [keys.incoming, keys.runs].map((prefix) => ({
          id: `Tiering-${prefix.split('/')[0]}`,
          prefix,
          transitions: [
            {
              storageClass: StorageClass.INTELLIGENT_TIERING,
              transitionAfter: Duration.days(tieringDays),
            },
          ],
        }))),
  ];
}
