import { join } from 'node:path';
import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  DockerImageCode,
  DockerImageFunction,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { findCapturePercent, type LambdaServing, type Project } from '../../definition/index.ts';
import type { KeyLayout } from '../../events/index.ts';
import type { Names, ServingFunction } from '../../workflows/index.ts';
import type { ImageName } from '../image-names.ts';
import type { ProjectStorage } from '../storage.ts';

/** The alias that clients invoke. Promotion makes it with the first model. */
export const LIVE_ALIAS = 'live';

export interface ModelFunctionProps {
  readonly project: Project;
  readonly serving: LambdaServing;
  readonly names: Names;
  readonly keys: KeyLayout;
  readonly storage: ProjectStorage;
  /** Whether the live model keeps serving when the stack is deleted. */
  readonly retain: boolean;
}

/**
 * The function that serves models on Lambda, without a model: a promotion names the model in the environment and publishes
 * a version, which later deployments of the stack do not change.
 */
export class ModelFunction extends Construct {
  readonly resources: ServingFunction;
  /** The role of the models. */
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ModelFunctionProps) {
    super(scope, id);
    const { names, serving } = props;
    const logs = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.#createRole(props);
    this.role = role;
    logs.grantWrite(role);
    const environment = this.#environmentOf(props);
    const made = new DockerImageFunction(this, 'Resource', {
      // Named, because the alarms and the alias are of a function that promotion asks for by name.
      functionName: names.servingFunction,
      description: `Serves the models of ${names.qualified}`,
      code: DockerImageCode.fromImageAsset(join(process.cwd(), 'images'), {
        displayName: 'predictor-lambda' satisfies ImageName,
        file: join('predictor-lambda', 'Dockerfile'),
        platform: Platform.LINUX_AMD64,
        exclude: ['trainer', '**/__pycache__', '**/*.pyc', '.DS_Store'],
      }),
      architecture: Architecture.X86_64,
      role,
      memorySize: serving.memoryMb,
      ephemeralStorageSize: Size.mebibytes(serving.ephemeralStorageMb),
      timeout: Duration.seconds(serving.timeoutSeconds),
      tracing: Tracing.ACTIVE,
      logGroup: logs,
      environment: { ...environment },
      ...(serving.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: serving.reservedConcurrency }),
    });
    if (props.retain) keep(made, role);
    this.resources = {
      name: names.servingFunction,
      // Not a reference: the alarms and the roles of handlers are made before the function.
      arn: Stack.of(this).formatArn({
        service: 'lambda',
        resource: `function:${names.servingFunction}`,
      }),
      alias: LIVE_ALIAS,
      logGroup: logs.logGroupName,
      environment,
    };
  }

  /** Reads models of runs, and writes what it captures. */
  #createRole({ keys, names, serving, storage: { bucket } }: ModelFunctionProps): Role {
    const role = new Role(this, 'Role', {
      description: `Runs the models of ${names.qualified}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const allow = (action: string, resource: string) =>
      role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    allow('s3:GetObject', bucket.arnForObjects(`${keys.runs}*/model.tar.gz`));
    // Without it S3 answers 403 instead of 404 for an archive that is gone.
    allow('s3:ListBucket', bucket.bucketArn);
    if (findCapturePercent(serving) > 0) {
      allow('s3:PutObject', bucket.arnForObjects(`${keys.captured}*`));
    }
    return role;
  }

  /** What every version has beside its model. A request is answered by one thread. */
  #environmentOf({
    keys,
    names,
    serving,
    storage,
  }: ModelFunctionProps): Readonly<Record<string, string>> {
    const percent = findCapturePercent(serving);
    return {
      OMP_NUM_THREADS: '1',
      CAPTURE_PERCENT: String(percent),
      ...(percent === 0
        ? {}
        : {
            CAPTURE_URL: `s3://${storage.bucket.bucketName}/${keys.captured}${names.endpoint}/${names.variant}`,
          }),
    };
  }
}

function keep(made: DockerImageFunction, role: Role): void {
  for (const part of [made, ...role.node.findAll()]) {
    if ('applyRemovalPolicy' in part && typeof part.applyRemovalPolicy === 'function') {
      part.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }
}
