import { ArnFormat, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import {
  type Compute,
  findCompute,
  findInstances,
  isEndpoint,
  type Project,
} from '../definition/index.ts';
import type { KeyLayout } from '../events/index.ts';
import {
  describesBaseline,
  type JobStep,
  type Names,
  serviceActingFor,
} from '../workflows/index.ts';
import type { FrameworkImage, FrameworkImages } from './images.ts';
import type { ProjectStorage } from './storage.ts';

export interface JobRolesProps {
  readonly storage: ProjectStorage;
  readonly keys: KeyLayout;
  readonly assets: readonly Asset[];
  /** The scripts that watch models; undefined where none are watched. */
  readonly watchingAsset: Asset | undefined;
  readonly images: FrameworkImages;
  readonly project: Project;
  readonly names: Names;
  /** Where a container of ours notes which attempt it runs. */
  readonly claims: ITable;
  /** Names of the alarms that roll back an update. */
  readonly rollbackAlarmNames: readonly string[];
}

interface RoleOptions {
  readonly description: string;
  /** The resources for which SageMaker may assume the role. */
  readonly source: { readonly resource: string; readonly resourceName?: string };
  /** The images of SageMaker that it pulls. @default those of all steps */
  readonly frameworks?: readonly FrameworkImage[];
}

/** What a step reads and writes below the folder of a run, `runs/<project>/<dataset-id>/`. */
interface StepAccess {
  readonly kind: 'processing-job' | 'training-job';
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** The roles of the jobs that watch a model. */
type WatchingJob = 'explain' | 'measure' | 'monitor';

/** What they read of a run: the description of the training rows, and of the answers to test rows. */
const baselineReads = ['prepared/baseline/*', 'evaluation/*'];

const evaluationReads = [
  'manifest.json',
  'prepared/test/*',
  'prepared/preprocessor/model.tar.gz',
  'training/*/model.tar.gz',
] as const;

/** As the workflows lay it out; the folder of the run itself is not known before. */
const stepAccess: Readonly<Record<JobStep, StepAccess>> = {
  prepare: {
    kind: 'processing-job',
    reads: ['dataset/*', 'manifest.json'],
    writes: ['prepared/*'],
  },
  train: {
    kind: 'training-job',
    // Spot training continues from its checkpoints.
    reads: ['prepared/*', 'checkpoints/*'],
    writes: ['training/*', 'checkpoints/*'],
  },
  evaluate: { kind: 'processing-job', reads: evaluationReads, writes: ['evaluation/*'] },
  compare: { kind: 'processing-job', reads: evaluationReads, writes: ['comparisons/*'] },
};

/** Access for preparation, training and evaluation in one container. */
const accessOfOneJob: StepAccess = {
  kind: 'training-job',
  reads: [...new Set([...stepAccess.prepare.reads, ...stepAccess.train.reads, ...evaluationReads])],
  writes: [...stepAccess.prepare.writes, ...stepAccess.train.writes, ...stepAccess.evaluate.writes],
};

/** The keys of the bucket that a job reads and writes. */
interface WatchingAccess {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** The roles of SageMaker: one for each step that is a job, and one for the models behind the endpoint. */
export class JobRoles extends Construct {
  readonly jobRoles: Readonly<Record<JobStep, Role>>;
  /** Undefined where models serve outside SageMaker. */
  readonly servingRole: Role | undefined;
  /** Of models that score files; undefined where none are scored. */
  readonly scoringRole: Role | undefined;
  /** Of the jobs that watch the model, as far as the project has them. */
  readonly watchingRoles: Readonly<Partial<Record<WatchingJob, Role>>>;
  readonly #props: JobRolesProps;

  constructor(scope: Construct, id: string, props: JobRolesProps) {
    super(scope, id);
    this.#props = props;
    const { project } = props;
    const train = this.#createJobRole('train');
    this.jobRoles = {
      // One job does it all, with one role.
      prepare: project.oneJob ? train : this.#createJobRole('prepare'),
      train,
      evaluate: project.oneJob ? train : this.#createJobRole('evaluate'),
      compare: this.#createJobRole('compare'),
    };
    this.servingRole = isEndpoint(project.serving) ? this.#createServingRole() : undefined;
    this.scoringRole = project.scoring === undefined ? undefined : this.#createScoringRole();
    const judges = project.scoring !== undefined && describesBaseline(project);
    this.watchingRoles = {
      ...(judges ? { explain: this.#createExplainRole(), measure: this.#createMeasureRole() } : {}),
      ...(project.monitoring === undefined ? {} : { monitor: this.#createMonitorRole() }),
    };
  }

  #createExplainRole(): Role {
    const { keys, project } = this.#props;
    return this.#createWatchingRole('explain', {
      framework: project.training.framework,
      reads: [
        ...[...baselineReads, 'prepared/preprocessor/model.tar.gz', 'training/*/model.tar.gz'].map(
          (path) => `${keys.runs}*/${path}`,
        ),
        `${keys.scored}*/input/*`,
      ],
      writes: ['answers', 'drift'].map((folder) => `${keys.scored}*/${folder}/*`),
    });
  }

  #createMeasureRole(): Role {
    const { keys, project } = this.#props;
    return this.#createWatchingRole('measure', {
      framework: project.processing.framework,
      reads: [
        ...baselineReads.map((path) => `${keys.runs}*/${path}`),
        ...['input', 'answers'].map((folder) => `${keys.scored}*/${folder}/*`),
      ],
      writes: [`${keys.scored}*/drift/*`],
    });
  }

  #createMonitorRole(): Role {
    const { keys, project } = this.#props;
    return this.#createWatchingRole('monitor', {
      framework: project.processing.framework,
      reads: [
        ...baselineReads.map((path) => `${keys.runs}*/${path}`),
        ...[keys.captured, keys.labels, keys.monitoring].map((prefix) => `${prefix}*`),
      ],
      writes: [`${keys.monitoring}*`],
    });
  }

  #createWatchingRole(
    job: WatchingJob,
    { framework, reads, writes }: WatchingAccess & { readonly framework: FrameworkImage },
  ): Role {
    const { storage, names, watchingAsset } = this.#props;
    const role = this.#createRole(capital(job), {
      description: `Runs the jobs that ${job} for ${names.qualified}`,
      source: { resource: 'processing-job', resourceName: '*' },
      frameworks: [framework],
    });
    const { bucket } = storage;
    const objects = (keys: readonly string[]) => keys.map((key) => bucket.arnForObjects(key));
    this.#allow(role, ['s3:GetObject'], objects(reads));
    this.#allow(role, ['s3:PutObject'], objects(writes));
    this.#allow(role, ['s3:ListBucket'], [bucket.bucketArn]);
    if (watchingAsset !== undefined) this.#allowAsset(role, watchingAsset);
    this.#allowLogs(role, 'ProcessingJobs');
    return role;
  }

  #allowAsset(role: Role, asset: Asset): void {
    this.#allow(role, ['s3:GetObject'], [asset.bucket.arnForObjects(asset.s3ObjectKey)]);
    this.#allow(role, ['s3:ListBucket'], [asset.bucket.bucketArn]);
  }

  /** An endpoint that is kept needs its role: new instances load their models with it. */
  retainServingRole(): void {
    for (const part of this.servingRole?.node.findAll() ?? []) {
      if (part instanceof CfnResource)
        part.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }

  #createJobRole(step: JobStep): Role {
    const { storage, keys, assets, project } = this.#props;
    const { kind, reads, writes } =
      project.oneJob && step === 'train' ? accessOfOneJob : stepAccess[step];
    const compute = findCompute(project, step).type;
    const role =
      compute === 'sagemaker'
        ? this.#createSageMakerRole(step)
        : this.#createOwnRole(step, compute);
    const objects = (paths: readonly string[]) =>
      paths.map((path) => storage.bucket.arnForObjects(`${keys.runs}*/${path}`));
    this.#allow(role, ['s3:GetObject'], objects(reads));
    this.#allow(role, ['s3:PutObject'], objects(writes));
    this.#allow(role, ['s3:ListBucket'], [storage.bucket.bucketArn]);
    for (const asset of assets) this.#allowAsset(role, asset);
    if (compute === 'sagemaker') {
      this.#allowLogs(role, kind === 'training-job' ? 'TrainingJobs' : 'ProcessingJobs');
    }
    return role;
  }

  #createSageMakerRole(step: JobStep): Role {
    const { names, project } = this.#props;
    return this.#createRole(capital(step), {
      description: `Runs the jobs that ${step} ${names.qualified}`,
      // The pattern of AWS's guide; a pattern of job names is documented nowhere:
      // https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
      source: { resource: stepAccess[step].kind, resourceName: '*' },
      frameworks: frameworksOf(project, step),
    });
  }

  /** Creates the role for a container of `images/trainer`, which records its attempt in the claims table. */
  #createOwnRole(step: JobStep, compute: 'fargate' | 'lambda'): Role {
    const { claims, names } = this.#props;
    const role = new Role(this, capital(step), {
      description: `Runs the jobs that ${step} ${names.qualified}`,
      assumedBy: this.#principalOf(compute),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [claims.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['job#*'] } },
      }),
    );
    return role;
  }

  #principalOf(compute: Exclude<Compute['type'], 'sagemaker'>): IPrincipal {
    if (compute === 'lambda') return new ServicePrincipal('lambda.amazonaws.com');
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    const tasks = Stack.of(this).formatArn({
      service: 'ecs',
      resource: '*',
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    return serviceActingFor(this, 'ecs-tasks.amazonaws.com', [tasks]);
  }

  #createServingRole(): Role {
    const { storage, keys, names, project, rollbackAlarmNames } = this.#props;
    const role = this.#createRole('Serving', {
      description: `Runs the models behind ${names.endpoint}`,
      // The asterisk is literal: SageMaker does not send a name here:
      // https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
      source: { resource: '*' },
    });
    this.#allow(
      role,
      ['s3:GetObject'],
      [storage.bucket.arnForObjects(`${keys.runs}*/model.tar.gz`)],
    );
    this.#allow(role, ['s3:ListBucket'], [storage.bucket.bucketArn]);
    if (findInstances(project.serving) !== undefined) {
      this.#allow(role, ['s3:PutObject'], [storage.bucket.arnForObjects(`${keys.captured}*`)]);
    }
    if (rollbackAlarmNames.length > 0) {
      // SageMaker asks for them with this role while a new model bakes:
      // https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
      this.#allow(
        role,
        ['cloudwatch:DescribeAlarms'],
        rollbackAlarmNames.map((resourceName) =>
          Stack.of(this).formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ),
      );
    }
    this.#allowLogs(role, `Endpoints/${names.endpoint}`);
    if (findInstances(project.serving)?.network !== undefined) this.#allowNetwork(role);
    return role;
  }

  #createScoringRole(): Role {
    const { storage, keys, names } = this.#props;
    const role = this.#createRole('Scoring', {
      description: `Runs the models that score files for ${names.qualified}`,
      source: { resource: '*' },
    });
    const { bucket } = storage;
    this.#allow(
      role,
      ['s3:GetObject'],
      [
        bucket.arnForObjects(`${keys.runs}*/model.tar.gz`),
        bucket.arnForObjects(`${keys.scored}*/input/*`),
      ],
    );
    this.#allow(role, ['s3:PutObject'], [bucket.arnForObjects(`${keys.scored}*/answers/*`)]);
    this.#allow(role, ['s3:ListBucket'], [bucket.bucketArn]);
    this.#allowLogs(role, 'TransformJobs');
    return role;
  }

  #createRole(id: string, { description, source, ...options }: RoleOptions): Role {
    const { images, project } = this.#props;
    const { frameworks = [project.processing.framework, project.training.framework] } = options;
    const sourceArn = Stack.of(this).formatArn({ service: 'sagemaker', ...source });
    const role = new Role(this, id, {
      description,
      assumedBy: serviceActingFor(this, 'sagemaker.amazonaws.com', [sourceArn]),
    });
    // GetAuthorizationToken does not support resources.
    this.#allow(role, ['ecr:GetAuthorizationToken'], ['*']);
    if (frameworks.length > 0) {
      this.#allow(
        role,
        ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        images.repositoryArns(frameworks),
      );
    }
    role.addToPolicy(
      new PolicyStatement({
        // PutMetricData does not support resources, but has a condition for namespaces.
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' } },
      }),
    );
    return role;
  }

  #allow(role: Role, actions: string[], resources: string[]): void {
    role.addToPolicy(new PolicyStatement({ actions, resources }));
  }

  #allowLogs(role: Role, group: string): void {
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `/aws/sagemaker/${group}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.#allow(
      role,
      [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'logs:DescribeLogStreams',
      ],
      [arn],
    );
  }

  #allowNetwork(role: Role): void {
    // https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html: none of these actions supports resources.
    this.#allow(
      role,
      [
        'ec2:CreateNetworkInterface',
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeVpcs',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
      ],
      ['*'],
    );
  }
}

/** The images of SageMaker in which a step runs. */
function frameworksOf(
  { oneJob, processing, training }: Project,
  step: JobStep,
): readonly FrameworkImage[] {
  // One job runs in an image of ours.
  if (oneJob && step === 'train') return [];
  return [step === 'prepare' ? processing.framework : training.framework];
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
