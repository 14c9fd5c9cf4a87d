import { Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { KeyLayout } from '../events/index.ts';
import { modelPackageArns, type Names } from '../workflows/index.ts';
import { HandlerFunction } from './handler-function.ts';
import type { ProjectStorage } from './storage.ts';

export interface HandlersProps {
  readonly storage: ProjectStorage;
  readonly keys: KeyLayout;
  readonly names: Names;
  /** Whether models and endpoint outlive the stack. */
  readonly retain: boolean;
}

/** The Lambda functions of a project, each allowed what its handler does. */
export class Handlers extends Construct {
  readonly inspectDataset: IFunction;
  readonly smokeTest: IFunction;
  readonly observer: IFunction;
  readonly teardown: IFunction;

  constructor(scope: Construct, id: string, { storage, keys, names, retain }: HandlersProps) {
    super(scope, id);
    const { bucket } = storage;
    const stack = Stack.of(this);
    const sagemakerArn = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'sagemaker', resource, resourceName });
    const environment = {
      STEPMILL_PROJECT: names.project,
      STEPMILL_ENVIRONMENT: names.environment,
    };

    const inspect = new HandlerFunction(this, 'InspectDataset', {
      handler: 'inspect-dataset',
      description: 'Streams an uploaded dataset, judges it and writes its manifest',
      memorySizeMb: 1769,
      timeout: Duration.minutes(15),
      environment,
    });
    inspect.allow(
      ['s3:GetObject', 's3:GetObjectVersion'],
      [bucket.arnForObjects(`${keys.incoming}*`)],
    );
    inspect.allow(
      ['s3:PutObject'],
      [bucket.arnForObjects(`${keys.runs}*`), bucket.arnForObjects(`${keys.quarantine}*`)],
    );
    inspect.allow(['s3:ListBucket'], [bucket.bucketArn]);

    const smoke = new HandlerFunction(this, 'SmokeTest', {
      handler: 'smoke-test',
      description: 'Sends raw test rows through the endpoint and judges the answers',
      memorySizeMb: 512,
      timeout: Duration.minutes(5),
      environment,
    });
    smoke.allow(['s3:GetObject'], [bucket.arnForObjects(`${keys.runs}*`)]);
    smoke.allow(['sagemaker:InvokeEndpoint'], [sagemakerArn('endpoint', names.endpoint)]);

    const observer = new HandlerFunction(this, 'Observer', {
      handler: 'observer',
      description: 'Turns events of the project into metrics',
      memorySizeMb: 256,
      timeout: Duration.seconds(30),
      environment,
    });

    const teardown = new HandlerFunction(this, 'Teardown', {
      handler: 'teardown',
      description: 'Removes what the workflows made when the stack is deleted',
      memorySizeMb: 256,
      timeout: Duration.minutes(15),
      environment: {
        ...environment,
        STEPMILL_ENDPOINT: names.endpoint,
        STEPMILL_RELEASE_PREFIX: names.releasePrefix,
        STEPMILL_MODEL_PACKAGE_GROUP: names.modelPackageGroup,
        STEPMILL_RETAIN: String(retain),
      },
    });
    teardown.allow(
      ['sagemaker:DescribeEndpoint', 'sagemaker:DeleteEndpoint'],
      [sagemakerArn('endpoint', names.endpoint)],
    );
    teardown.allow(
      ['sagemaker:DeleteEndpointConfig'],
      [sagemakerArn('endpoint-config', `${names.releasePrefix}*`)],
    );
    teardown.allow(['sagemaker:DeleteModel'], [sagemakerArn('model', `${names.releasePrefix}*`)]);
    teardown.allow(['sagemaker:DeleteModelPackage'], modelPackageArns(this, names));
    teardown.allow(
      [
        'sagemaker:ListEndpointConfigs',
        'sagemaker:ListModels',
        'sagemaker:ListModelPackages',
        'application-autoscaling:DeregisterScalableTarget',
      ],
      ['*'],
    );

    this.inspectDataset = inspect.function;
    this.smokeTest = smoke.function;
    this.observer = observer.function;
    this.teardown = teardown.function;
  }
}
