import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { addFiles, bundleHandler, entryOf } from './bundle-handler.ts';

export interface HandlerFunctionProps {
  /** The folder below `handlers/`. */
  readonly handler: string;
  readonly description: string;
  readonly memorySizeMb: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** Where another account names it. @default made up by CloudFormation */
  readonly roleName?: string | undefined;
  /** Files beside the bundle: their texts by name. @default none */
  readonly files?: Readonly<Record<string, string>>;
}

/** A Lambda function of `handlers/`, bundled with its SDK, with a role that only writes its log. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logs = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(props.roleName === undefined ? {} : { roleName: props.roleName }),
    });
    logs.grantWrite(role);
    this.function = new LambdaFunction(this, 'Resource', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(
        addFiles(bundleHandler(entryOf(process.cwd(), props.handler)), props.files),
      ),
      handler: 'index.handler',
      role,
      memorySize: props.memorySizeMb,
      timeout: props.timeout,
      tracing: Tracing.ACTIVE,
      logGroup: logs,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.handler,
        POWERTOOLS_METRICS_NAMESPACE: 'Stepmill',
      },
    });
  }

  /** Allows an action on named resources, by default without a condition. */
  allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions: Conditions = {},
  ): void {
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }),
    );
  }
}
