import { join } from 'node:path';
import { CfnDeletionPolicy, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  CfnCluster,
  type CfnTaskDefinition,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  DockerImageCode,
  DockerImageFunction,
  type IVersion,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  type Compute,
  type FargateSize,
  findCompute,
  findTimeLimit,
  findTimeOfOneJob,
  type LambdaSize,
  type Project,
} from '../definition/index.ts';
import { type JobStep, jobSteps, type Names, type StepCompute } from '../workflows/index.ts';
import type { ImageName } from './image-names.ts';
import { createJobNetwork, type JobNetworkSetting, type NetworkOfTasks } from './job-network.ts';

const CONTAINER = 'trainer';
const STREAM_PREFIX = 'job';
/** How long a container may take to end after SIGTERM: what Fargate allows, and what Spot gives. */
const STOP_TIMEOUT = Duration.seconds(120);

export interface JobComputeProps {
  readonly project: Project;
  readonly names: Names;
  readonly jobRoles: Readonly<Record<JobStep, Role>>;
  readonly network: JobNetworkSetting;
}

/** The task definitions and functions of the steps that do not run on SageMaker. */
export class JobCompute extends Construct {
  readonly byStep: Readonly<Record<JobStep, StepCompute>>;
  readonly #props: JobComputeProps;
  #tasks: Tasks | undefined;

  constructor(scope: Construct, id: string, props: JobComputeProps) {
    super(scope, id);
    this.#props = props;
    this.byStep = Object.fromEntries(jobSteps.map((step) => [step, this.#create(step)])) as Record<
      JobStep,
      StepCompute
    >;
  }

  #create(step: JobStep): StepCompute {
    const { project } = this.#props;
    // One job has the names and the role of the training.
    if (project.oneJob && (step === 'prepare' || step === 'evaluate')) return { type: 'sagemaker' };
    const compute: Compute = findCompute(project, step);
    switch (compute.type) {
      case 'sagemaker':
        return project.oneJob && step === 'train' ? this.#createTrainingImage(step) : compute;
      case 'fargate':
        return this.#createTask(step, compute);
      case 'lambda':
        return this.#createFunction(step, compute);
    }
  }

  #timeLimit(step: JobStep): number {
    const { project } = this.#props;
    return project.oneJob && step === 'train'
      ? findTimeOfOneJob(project)
      : findTimeLimit(project, step);
  }

  #createTrainingImage(step: JobStep): StepCompute {
    const image = new DockerImageAsset(this, 'TrainingImage', {
      directory: imageFolder(),
      ...imageOptions('training'),
    });
    image.repository.grantPull(this.#props.jobRoles[step]);
    return {
      type: 'sagemaker',
      oneJob: { image: image.imageUri, timeoutSeconds: this.#timeLimit(step) },
    };
  }

  #createTask(step: JobStep, size: FargateSize): StepCompute {
    const { jobRoles, names } = this.#props;
    this.#tasks ??= createTasks(this, this.#props.network);
    const { clusterArn, clusterName, executionRole, logs, network } = this.#tasks;
    const family = `${names.qualified}-${step}`;
    const definition = this.#defineTask(step, size, { ...this.#tasks, family });
    return {
      type: 'fargate',
      clusterArn,
      clusterName,
      taskDefinitionArn: definition.taskDefinitionArn,
      revisionsArn: Stack.of(this).formatArn({
        service: 'ecs',
        resource: 'task-definition',
        resourceName: `${family}:*`,
      }),
      containerName: CONTAINER,
      roles: [jobRoles[step], executionRole],
      network,
      spot: size.spot,
      memoryMb: size.memoryMb,
      timeoutSeconds: this.#timeLimit(step),
      logs: {
        groupName: logs.logGroupName,
        groupArn: Stack.of(this).formatArn({
          service: 'logs',
          resource: `log-group:${logs.logGroupName}`,
        }),
        prefix: STREAM_PREFIX,
      },
    };
  }

  #defineTask(
    step: JobStep,
    size: FargateSize,
    { executionRole, family, image, logs }: Tasks & { readonly family: string },
  ): FargateTaskDefinition {
    const definition = new FargateTaskDefinition(this, `${capital(step)}Task`, {
      family,
      cpu: size.vcpu * 1024,
      memoryLimitMiB: size.memoryMb,
      taskRole: this.#props.jobRoles[step],
      executionRole,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.X86_64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      ...(size.ephemeralStorageGb > 20 ? { ephemeralStorageGiB: size.ephemeralStorageGb } : {}),
    });
    definition.addContainer(CONTAINER, {
      image: ContainerImage.fromDockerImageAsset(image),
      logging: LogDriver.awsLogs({ logGroup: logs, streamPrefix: STREAM_PREFIX }),
      stopTimeout: STOP_TIMEOUT,
    });
    keepRevisions(definition);
    return definition;
  }

  #createFunction(step: JobStep, size: LambdaSize): StepCompute {
    const { jobRoles, names } = this.#props;
    const timeoutSeconds = this.#timeLimit(step);
    const logs = createLogs(this, `${capital(step)}Logs`);
    logs.grantWrite(jobRoles[step]);
    const made = new DockerImageFunction(this, `${capital(step)}Function`, {
      description: `Runs the step ${step} of ${names.qualified}`,
      code: DockerImageCode.fromImageAsset(imageFolder(), imageOptions('function')),
      architecture: Architecture.X86_64,
      role: jobRoles[step],
      memorySize: size.memoryMb,
      ephemeralStorageSize: Size.mebibytes(size.ephemeralStorageMb),
      timeout: Duration.seconds(timeoutSeconds),
      tracing: Tracing.ACTIVE,
      logGroup: logs,
      // A running execution invokes the version of the deployment that it began in.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    return {
      type: 'lambda',
      version: made.currentVersion as IVersion,
      memoryMb: size.memoryMb,
      timeoutSeconds,
    };
  }
}

/**
 * An update deregisters the revision that it replaces, and RunTask refuses it from then on, also for an execution that
 * began before: https://github.com/aws/aws-cdk/issues/12080. A revision costs nothing.
 */
function keepRevisions(definition: FargateTaskDefinition): void {
  const resource = definition.node.defaultChild as CfnTaskDefinition;
  resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
}

/** What the tasks of a project share. */
interface Tasks {
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly executionRole: Role;
  readonly image: DockerImageAsset;
  readonly logs: LogGroup;
  readonly network: NetworkOfTasks;
}

function createTasks(scope: Construct, network: JobNetworkSetting): Tasks {
  const cluster = new CfnCluster(scope, 'Cluster', {
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
  });
  const executionRole = new Role(scope, 'ExecutionRole', {
    description: 'Pulls the image of tasks and writes their logs',
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  return {
    clusterArn: cluster.attrArn,
    clusterName: cluster.ref,
    executionRole,
    image: new DockerImageAsset(scope, 'Image', {
      directory: imageFolder(),
      ...imageOptions('task'),
    }),
    logs: createLogs(scope, 'Logs'),
    network: createJobNetwork(scope, network),
  };
}

function createLogs(scope: Construct, id: string): LogGroup {
  return new LogGroup(scope, id, {
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** The image is built when the app is deployed; synthesis only packs its folder. */
function imageFolder(): string {
  return join(process.cwd(), 'images', 'trainer');
}

function imageOptions(target: 'task' | 'function' | 'training') {
  return {
    displayName: `trainer-${target}` satisfies ImageName,
    target,
    // The wheels of the requirements are those of this platform.
    platform: Platform.LINUX_AMD64,
    exclude: ['**/__pycache__', '**/*.pyc', '.DS_Store'],
  };
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
