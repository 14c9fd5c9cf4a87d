import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Encryption, Project } from '../definition/index.ts';
import type { KeyLayout } from '../events/index.ts';
import { createTopic } from './alarm-topic.ts';

/** The parts of an upload that was not completed cost as much as an object. */
const INCOMPLETE_UPLOAD_DAYS = 7;

export interface ProjectStorageProps {
  readonly retain: boolean;
  readonly encryption: Encryption;
  readonly keys: KeyLayout;
  /** How long each kind of data is kept. */
  readonly retention: Project['retention'];
  /** For how long files that are scored are kept; undefined where none are. */
  readonly scoredDays: number | undefined;
}

/** The project's bucket, its topic for people and its queue for undelivered events. */
export class ProjectStorage extends Construct {
  readonly bucket: IBucket;
  /** The key of the bucket's objects; undefined where they have keys of S3. */
  readonly key: IKey | undefined;
  readonly topic: Topic;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ProjectStorageProps) {
    super(scope, id);
    const { retain } = props;
    this.key = props.encryption === 'kms' ? createKey(this, retain) : undefined;
    // aws-cdk-lib's own types do not fit strict optional ones.
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      ...encryptBy(this.key),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      autoDeleteObjects: !retain,
      lifecycleRules: [...renderLifecycle(props), ...expireScored(props)],
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

function createKey(scope: Construct, retain: boolean): IKey {
  const { stackName } = Stack.of(scope);
  return new Key(scope, 'Key', {
    description: `The data and the models of ${stackName}`,
    alias: stackName,
    enableKeyRotation: true,
    removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  });
}

function encryptBy(
  key: IKey | undefined,
): Pick<BucketProps, 'bucketKeyEnabled' | 'encryption' | 'encryptionKey'> {
  if (key === undefined) return { encryption: BucketEncryption.S3_MANAGED };
  const encryption = BucketEncryption.KMS;
  // S3 asks KMS once for many objects.
  return { encryption, encryptionKey: key, bucketKeyEnabled: true };
}

/** Current versions of uploads and of the results of runs are never deleted; they move to cheaper storage. */
function renderLifecycle({ keys, retention }: ProjectStorageProps): LifecycleRule[] {
  const { capturedDays, quarantineDays, oldVersionDays, tieringDays } = retention;
  return [
    {
      id: 'Incomplete',
      abortIncompleteMultipartUploadAfter: Duration.days(INCOMPLETE_UPLOAD_DAYS),
      // Overwritten versions, and the delete markers that an expiration leaves.
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

/** Files that were scored, and what became of them. */
function expireScored({ keys, scoredDays }: ProjectStorageProps): LifecycleRule[] {
  if (scoredDays === undefined) return [];
  return [keys.scoring, keys.scoringRequests, keys.scored].map((prefix) => ({
    id: `Scored-${prefix.split('/')[0]}`,
    prefix,
    expiration: Duration.days(scoredDays),
  }));
}
