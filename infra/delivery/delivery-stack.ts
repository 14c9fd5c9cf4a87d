import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { ExecutionMode, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { DELIVERY } from '../../delivery/index.ts';
import { serviceActingFor } from '../../workflows/index.ts';
import { createTopic } from '../alarm-topic.ts';
import { subscribe } from '../notify.ts';
import { ConsoleAccess } from './console-access.ts';
import type { DeliveryProps } from './delivery-props.ts';
import { DeliveryNotifications } from './notifications.ts';
import { ImageRepositories } from './repositories.ts';
import { DeliveryStages } from './stages.ts';

/** Files between steps; a way back needs those of the last deployments. */
const ARTIFACT_DAYS = 180;

export interface DeliveryStackProps extends StackProps, DeliveryProps {}

/** The pipeline of an app, in an account of its own or in one of its environments' accounts. */
export class DeliveryStack extends Stack {
  readonly pipeline: Pipeline;

  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);
    const { plan, source, notify } = props;
    void new ImageRepositories(this, 'Images', plan);
    const key = new Key(this, 'Key', {
      description: 'Encrypts what steps of the pipeline hand on',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.pipeline = new Pipeline(this, 'Pipeline', {
      pipelineName: DELIVERY,
      pipelineType: PipelineType.V2,
      // A later commit waits: it neither overtakes an approved one nor deploys at the same time.
      executionMode: ExecutionMode.QUEUED,
      role: this.#createRole(),
      artifactBucket: this.#createBucket(key),
    });
    void new DeliveryStages(this, 'Steps', { pipeline: this.pipeline, plan, source, key });
    void new ConsoleAccess(this, 'Consoles', { pipeline: this.pipeline, plan });
    const topic = createTopic(this);
    subscribe(topic, notify);
    void new DeliveryNotifications(this, 'Notifications', {
      pipeline: this.pipeline,
      source,
      topic,
    });
    new CfnOutput(this, 'PipelineName', { value: DELIVERY });
    new CfnOutput(this, 'TopicArn', { value: topic.topicArn });
  }

  #createRole(): Role {
    const arn = this.formatArn({ service: 'codepipeline', resource: DELIVERY });
    return new Role(this, 'Role', {
      roleName: `${DELIVERY}-pipeline`,
      description: 'Starts the steps of the pipeline',
      assumedBy: serviceActingFor(this, 'codepipeline.amazonaws.com', [arn]),
    });
  }

  #createBucket(encryptionKey: Key): IBucket {
    // aws-cdk-lib's own types do not fit strict optional ones.
    return new Bucket(this, 'Artifacts', {
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'Old',
          expiration: Duration.days(ARTIFACT_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          expiredObjectDeleteMarker: false,
        },
      ],
    }) as IBucket;
  }
}
