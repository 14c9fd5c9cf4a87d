import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Project } from '../definition/index.ts';
import type { KeyLayout } from '../events/index.ts';
import {
  type FolderHandlers,
  modelPackageArns,
  type Names,
  type RetrainingResources,
  retrainingUploadPrefix,
  type ScoringResources,
  type ServingFunction,
  type ServingService,
} from '../workflows/index.ts';
import { HandlerFunction } from './handler-function.ts';
import { invocationsArn } from './serving/serving-api.ts';
import type { ProjectStorage } from './storage.ts';

export interface HandlersProps {
  readonly storage: ProjectStorage;
  readonly keys: KeyLayout;
  readonly names: Names;
  /** Whether every upload is a dataset, or a folder of them. */
  readonly layout: Project['dataset']['layout'];
  /** Whether commits are tried on reference data. */
  readonly triesReferences: boolean;
  /** Whether files are scored as a whole. */
  readonly scores: boolean;
  /** Whether the live model is watched. */
  readonly monitors: boolean;
  /** Whether the project is retrained automatically, and on which rows. */
  readonly retraining: Project['retraining'];
  /** The function that serves the models; undefined where an endpoint does. */
  readonly serving: ServingFunction | undefined;
  readonly service: ServingService | undefined;
  /** Whether the models and the endpoint are kept when the stack is deleted. */
  readonly retain: boolean;
}

/** The Lambda functions of a project, each allowed what its handler does. */
export class Handlers extends Construct {
  readonly inspectDataset: IFunction;
  readonly folder: FolderHandlers | undefined;
  readonly smokeTest: IFunction;
  readonly observer: IFunction;
  readonly teardown: IFunction;
  readonly scoring: ScoringHandlers | undefined;
  readonly gatherCaptures: IFunction | undefined;
  readonly retraining: RetrainingHandlers | undefined;

  constructor(scope: Construct, id: string, props: HandlersProps) {
    super(scope, id);
    this.inspectDataset = createInspectDataset(this, props);
    this.folder = props.layout === 'folder' ? createFolderHandlers(this, props) : undefined;
    this.smokeTest = createSmokeTest(this, props);
    this.observer = createObserver(this, props);
    this.teardown = createTeardown(this, props);
    this.scoring = props.scores ? createScoringHandlers(this, props) : undefined;
    this.gatherCaptures = props.monitors ? createGatherCaptures(this, props) : undefined;
    this.retraining =
      props.retraining === undefined ? undefined : createRetrainingHandlers(this, props);
  }
}

/** The functions that a project needs which is retrained automatically. */
type RetrainingHandlers = Pick<RetrainingResources, 'gatherLabels' | 'combineDatasets'>;

/** The functions that a project needs which scores files. */
type ScoringHandlers = Pick<ScoringResources, 'inspectRows' | 'summarizeScores'>;

function createScoringHandlers(
  scope: Construct,
  { storage: { bucket }, keys, names }: HandlersProps,
): ScoringHandlers {
  const create = (id: string, handler: string, description: string) => {
    const created = new HandlerFunction(scope, id, {
      handler,
      description,
      memorySizeMb: 1769,
      timeout: Duration.minutes(15),
      environment: environmentOf(names),
    });
    created.allow(
      ['s3:GetObject', 's3:GetObjectVersion'],
      [keys.scoring, keys.scoringRequests].map((prefix) => bucket.arnForObjects(`${prefix}*`)),
    );
    created.allow(['s3:ListBucket'], [bucket.bucketArn]);
    // Files that are larger than a part are written in several, or given up.
    const objects = bucket.arnForObjects(`${keys.scored}*`);
    created.allow(['s3:PutObject', 's3:AbortMultipartUpload'], [objects]);
    return created;
  };
  const inspect = create(
    'InspectRows',
    'inspect-rows',
    'Separates rows that can be scored from others',
  );
  inspect.allow(['s3:PutObject'], [bucket.arnForObjects(`${keys.quarantine}*`)]);
  const summarize = create('SummarizeScores', 'summarize-scores', 'Puts answers beside their rows');
  summarize.allow(['s3:GetObject'], [bucket.arnForObjects(`${keys.scored}*`)]);
  return { inspectRows: inspect.function, summarizeScores: summarize.function };
}

function createInspectDataset(scope: Construct, props: HandlersProps) {
  const { storage, keys, names, layout, triesReferences } = props;
  const { bucket } = storage;
  const read = triesReferences ? [keys.incoming, keys.reference] : [keys.incoming];
  const inspect = new HandlerFunction(scope, 'InspectDataset', {
    handler: 'inspect-dataset',
    description: 'Streams an uploaded dataset, judges it and writes its manifest',
    memorySizeMb: 1769,
    timeout: Duration.minutes(15),
    environment: environmentOf(names),
  });
  inspect.allow(
    ['s3:GetObject', 's3:GetObjectVersion'],
    read.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  inspect.allow(
    ['s3:PutObject'],
    [bucket.arnForObjects(`${keys.runs}*`), bucket.arnForObjects(`${keys.quarantine}*`)],
  );
  inspect.allow(['s3:ListBucket'], [bucket.bucketArn]);
  if (layout === 'folder') {
    inspect.allow(['s3:GetObject'], [bucket.arnForObjects(`${keys.runs}*/files.json`)]);
  }
  return inspect.function;
}

function createFolderHandlers(
  scope: Construct,
  { storage: { bucket }, keys, names }: HandlersProps,
): FolderHandlers {
  const create = (id: string, handler: string, description: string) =>
    new HandlerFunction(scope, id, {
      handler,
      description,
      memorySizeMb: 512,
      timeout: Duration.minutes(15),
      environment: environmentOf(names),
    });
  const lists = bucket.arnForObjects(`${keys.runs}*/files.json`);
  const close = create(
    'CloseFolder',
    'close-folder',
    'Lists what a folder held when it was closed',
  );
  close.allow(['s3:ListBucketVersions'], [bucket.bucketArn]);
  close.allow(['s3:PutObject'], [lists]);
  const keep = create('KeepFolder', 'keep-folder', 'Copies the files of a folder below their run');
  keep.allow(['s3:GetObject'], [lists]);
  keep.allow(['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects(`${keys.incoming}*`)]);
  keep.allow(['s3:PutObject'], [bucket.arnForObjects(`${keys.runs}*/dataset/*`)]);
  return { close: close.function, keep: keep.function };
}

function createGatherCaptures(
  scope: Construct,
  { storage: { bucket }, keys, names }: HandlersProps,
): IFunction {
  const gather = new HandlerFunction(scope, 'GatherCaptures', {
    handler: 'gather-captures',
    description: 'Lists the captured requests and the labels of a window',
    memorySizeMb: 512,
    timeout: Duration.minutes(15),
    environment: environmentOf(names),
  });
  gather.allow(['s3:ListBucket'], [bucket.bucketArn]);
  gather.allow(
    ['s3:GetObject'],
    [keys.captured, keys.labels].map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  gather.allow(['s3:PutObject'], [bucket.arnForObjects(`${keys.monitoring}*`)]);
  return gather.function;
}

function createRetrainingHandlers(
  scope: Construct,
  { storage: { bucket }, keys, names, layout }: HandlersProps,
): RetrainingHandlers {
  const create = (id: string, handler: string, description: string) =>
    new HandlerFunction(scope, id, {
      handler,
      description,
      memorySizeMb: 1769,
      timeout: Duration.minutes(15),
      environment: environmentOf(names),
    });
  const decisions = bucket.arnForObjects(`${keys.runs}retraining/*`);
  const gather = create('GatherLabels', 'gather-labels', 'Joins captured requests with labels');
  gather.allow(['s3:ListBucket', 's3:ListBucketMultipartUploads'], [bucket.bucketArn]);
  gather.allow(
    ['s3:GetObject'],
    [keys.captured, keys.labels].map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  gather.allow(['s3:PutObject', 's3:AbortMultipartUpload'], [decisions]);
  const combine = create('CombineDatasets', 'combine-datasets', 'Joins datasets row by row');
  const live = layout === 'folder' ? ['*/dataset/*', '*/files.json'] : ['*/dataset/*'];
  combine.allow(
    ['s3:GetObject'],
    [...live.map((key) => bucket.arnForObjects(`${keys.runs}${key}`)), decisions],
  );
  combine.allow(
    ['s3:PutObject', 's3:AbortMultipartUpload'],
    [bucket.arnForObjects(`${retrainingUploadPrefix({ incoming: keys.incoming, layout })}*`)],
  );
  return { gatherLabels: gather.function, combineDatasets: combine.function };
}

function createSmokeTest(scope: Construct, props: HandlersProps) {
  const { storage, keys, names, serving, service } = props;
  const smoke = new HandlerFunction(scope, 'SmokeTest', {
    handler: 'smoke-test',
    description: 'Sends raw test rows through the endpoint and judges the answers',
    memorySizeMb: 512,
    timeout: Duration.minutes(5),
    environment: environmentOf(names),
  });
  smoke.allow(['s3:GetObject'], [storage.bucket.arnForObjects(`${keys.runs}*`)]);
  if (service !== undefined) {
    smoke.allow(['execute-api:Invoke'], [invocationsArn(scope, service.api.id)]);
  } else if (serving !== undefined) {
    smoke.allow(['lambda:InvokeFunction'], [`${serving.arn}:${serving.alias}`]);
  } else {
    smoke.allow(['sagemaker:InvokeEndpoint'], [sageMakerArn(scope, 'endpoint', names.endpoint)]);
  }
  return smoke.function;
}

function createObserver(scope: Construct, { names }: HandlersProps) {
  return new HandlerFunction(scope, 'Observer', {
    handler: 'observer',
    description: 'Turns events of the project into metrics',
    memorySizeMb: 256,
    timeout: Duration.seconds(30),
    environment: environmentOf(names),
  }).function;
}

function createTeardown(scope: Construct, { names, retain, scores, service }: HandlersProps) {
  const teardown = new HandlerFunction(scope, 'Teardown', {
    handler: 'teardown',
    description: 'Removes old versions of workflows, and what they made when the stack is deleted',
    memorySizeMb: 256,
    timeout: Duration.minutes(15),
    environment: {
      ...environmentOf(names),
      STEPMILL_ENDPOINT: names.endpoint,
      STEPMILL_RELEASE_PREFIX: names.releasePrefix,
      STEPMILL_MODEL_PACKAGE_GROUP: names.modelPackageGroup,
      STEPMILL_RETAIN: String(retain),
      ...(scores ? { STEPMILL_SCORING_PREFIX: names.jobPrefix('score') } : {}),
      ...(service === undefined
        ? {}
        : { STEPMILL_CLUSTER: service.clusterName, STEPMILL_TASK_FAMILY: service.family }),
    },
  });
  const releases = (resource: string) => [sageMakerArn(scope, resource, `${names.releasePrefix}*`)];
  teardown.allow(
    ['sagemaker:DescribeEndpoint', 'sagemaker:DeleteEndpoint'],
    [sageMakerArn(scope, 'endpoint', names.endpoint)],
  );
  teardown.allow(['sagemaker:DeleteEndpointConfig'], releases('endpoint-config'));
  teardown.allow(
    ['sagemaker:DeleteModel'],
    [
      ...releases('model'),
      ...(scores ? [sageMakerArn(scope, 'model', `${names.jobPrefix('score')}*`)] : []),
    ],
  );
  teardown.allow(['sagemaker:DeleteModelPackage'], modelPackageArns(scope, names));
  teardown.allow(
    ['states:ListStateMachineVersions', 'states:DeleteStateMachineVersion'],
    stateMachineArns(scope, names),
  );
  teardown.allow(
    [
      'sagemaker:ListEndpointConfigs',
      'sagemaker:ListModels',
      'sagemaker:ListModelPackages',
      'application-autoscaling:DeregisterScalableTarget',
    ],
    ['*'],
  );
  if (service !== undefined) allowRemovalOfService(scope, teardown, service);
  return teardown.function;
}

function allowRemovalOfService(
  scope: Construct,
  teardown: HandlerFunction,
  { clusterName, name }: ServingService,
): void {
  teardown.allow(
    ['ecs:DescribeServices', 'ecs:DeleteService'],
    [
      Stack.of(scope).formatArn({
        service: 'ecs',
        resource: 'service',
        resourceName: `${clusterName}/${name}`,
      }),
    ],
  );
  // They know no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
  teardown.allow(['ecs:ListTaskDefinitions', 'ecs:DeregisterTaskDefinition'], ['*']);
}

/** Of all workflows that a project may have. */
function stateMachineArns(scope: Construct, names: Names): readonly string[] {
  const machines = [
    names.trainingStateMachine,
    names.promotionStateMachine,
    names.trialStateMachine,
    names.unclaimedUploadsStateMachine,
    names.scoringStateMachine,
    names.monitoringStateMachine,
    names.retrainingStateMachine,
    names.handoverStateMachine,
  ];
  return machines.map((resourceName) =>
    Stack.of(scope).formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}

function environmentOf(names: Names): Readonly<Record<string, string>> {
  return { STEPMILL_PROJECT: names.project, STEPMILL_ENVIRONMENT: names.environment };
}

function sageMakerArn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName });
}
