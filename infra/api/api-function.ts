import { ArnFormat, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Encryption, Project } from '../../definition/index.ts';
import { nameApiRole } from '../../delivery/index.ts';
import { type ConsoleDelivery, layOutKeys, nameProjectParameter } from '../../events/index.ts';
import { modelPackageArns, type Names, nameParts } from '../../workflows/index.ts';
import { HandlerFunction } from '../handler-function.ts';
import {
  nameBucketExport,
  nameClaimsExport,
  nameKeyExport,
  nameServingApiExport,
} from '../project-exports.ts';
import { startsLiveOnly } from '../releases/workflow-release.ts';
import { LIVE_ALIAS } from '../serving/model-function.ts';
import { invocationsArn } from '../serving/serving-api.ts';
import type { Audit } from './audit.ts';
import { API_HANDLER, writeFacts } from './project-facts.ts';

export interface ApiFunctionProps {
  readonly environment: string;
  readonly projects: readonly Project[];
  readonly audit: Audit;
  /** What encrypts the objects of the projects. @default keys of S3 */
  readonly encryption?: Encryption | undefined;
  /** @default the app has no pipeline */
  readonly delivery?: ConsoleDelivery | undefined;
}

/** API Gateway waits 30 s at most; the function says by itself what took too long. */
const TIMEOUT = Duration.seconds(29);

/** The function behind the HTTP API, which may do what commands do, on the named projects only. */
export class ApiFunction extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { environment, projects, audit, delivery } = props;
    const requests = new TableV2(this, 'Requests', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      timeToLiveAttribute: 'expiration',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new HandlerFunction(this, 'Router', {
      handler: API_HANDLER,
      description: 'Answers the HTTP API',
      memorySizeMb: 1_769,
      timeout: TIMEOUT,
      files: writeFacts(projects, environment),
      ...(delivery === undefined ? {} : { roleName: nameApiRole(environment) }),
      environment: {
        STEPMILL_ENVIRONMENT: environment,
        STEPMILL_AUDIT_TABLE: audit.table.tableName,
        STEPMILL_AUDIT_FUNCTION: audit.append.functionName,
        STEPMILL_REQUESTS_TABLE: requests.tableName,
        ...(delivery === undefined ? {} : { STEPMILL_DELIVERY: JSON.stringify(delivery) }),
      },
    });
    api.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [requests.tableArn],
    );
    api.allow(['dynamodb:Query'], [audit.table.tableArn]);
    api.allow(['lambda:InvokeFunction'], [audit.append.functionArn]);
    api.allow(['states:TestState'], ['*']);
    // They know no resource; DescribeAlarms by a prefix lists all alarms.
    api.allow(
      ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'sagemaker:ListModelPackages'],
      ['*'],
    );
    if (delivery !== undefined) api.allow(['sts:AssumeRole'], [delivery.roleArn]);
    for (const project of projects) {
      allowProject(api, project, environment);
      if (props.encryption === 'kms') allowKey(api, project, environment);
    }
    this.function = api.function;
  }
}

function allowProject(api: HandlerFunction, project: Project, environment: string): void {
  const names = nameParts(environment, project.name, project.registry.modelPackageGroup);
  const stack = Stack.of(api);
  api.allow(
    ['ssm:GetParameter'],
    [
      stack.formatArn({
        service: 'ssm',
        resource: 'parameter',
        resourceName: nameProjectParameter(environment, project.name).slice(1),
      }),
    ],
  );
  api.allow(
    ['dynamodb:BatchGetItem'],
    [
      stack.formatArn({
        service: 'dynamodb',
        resource: 'table',
        resourceName: Fn.importValue(nameClaimsExport(environment, project.name)),
      }),
    ],
  );
  allowBucket(api, project, environment);
  allowExecutions(api, project, names);
  allowModels(api, project, names);
  allowLogs(api, project);
}

function allowBucket(
  api: HandlerFunction,
  { name, scoring, monitoring, retraining }: Project,
  environment: string,
): void {
  const { partition } = Stack.of(api);
  const bucket = `arn:${partition}:s3:::${Fn.importValue(nameBucketExport(environment, name))}`;
  const keys = layOutKeys(name);
  const { incoming, runs, quarantine, captured } = keys;
  const scored = scoring === undefined ? [] : [keys.scoring, keys.scoringRequests, keys.scored];
  const judged = (monitoring ?? retraining) === undefined ? [] : [keys.monitoring];
  api.allow(['s3:ListBucket', 's3:ListBucketVersions'], [bucket]);
  api.allow(
    ['s3:GetObject', 's3:GetObjectVersion'],
    [incoming, runs, quarantine, captured, ...scored, ...judged].map(
      (prefix) => `${bucket}/${prefix}*`,
    ),
  );
  // For the uploads of people, who send forms that were signed by this role.
  const uploads = scoring === undefined ? [incoming] : [incoming, keys.scoringRequests];
  api.allow(
    ['s3:PutObject'],
    uploads.map((prefix) => `${bucket}/${prefix}*`),
  );
}

/** For what it reads, and for the uploads of people, whose forms it signs; those in parts are read by S3 again. */
function allowKey(api: HandlerFunction, { name }: Project, environment: string): void {
  const key = Fn.importValue(nameKeyExport(environment, name));
  api.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key]);
}

function allowExecutions(
  api: HandlerFunction,
  { scoring, monitoring, retraining }: Project,
  names: Names,
): void {
  const onDemand = [
    ...(scoring === undefined ? [] : [names.scoringStateMachine]),
    ...(monitoring === undefined ? [] : [names.monitoringStateMachine]),
    ...(retraining === undefined ? [] : [names.retrainingStateMachine]),
  ];
  const machines = [
    names.trainingStateMachine,
    names.promotionStateMachine,
    names.trialStateMachine,
    ...onDemand,
  ];
  const arnOf = (resource: string, resourceName: string) =>
    Stack.of(api).formatArn({
      service: 'states',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const executions = machines.map((machine) => arnOf('execution', `${machine}:*`));
  api.allow(
    ['states:DescribeStateMachineAlias', 'states:ListExecutions'],
    machines.map((machine) => arnOf('stateMachine', machine)),
  );
  api.allow(
    ['states:StartExecution'],
    [names.trainingStateMachine, names.promotionStateMachine, ...onDemand].map((machine) =>
      arnOf('stateMachine', machine),
    ),
    startsLiveOnly,
  );
  api.allow(
    [
      'states:DescribeExecution',
      'states:DescribeStateMachineForExecution',
      'states:GetExecutionHistory',
      'states:StopExecution',
      'states:RedriveExecution',
    ],
    executions,
  );
}

function allowModels(api: HandlerFunction, { serving }: Project, names: Names): void {
  const arnOf = (resource: string, resourceName: string) =>
    Stack.of(api).formatArn({ service: 'sagemaker', resource, resourceName });
  api.allow(
    ['sagemaker:DescribeModelPackage', 'sagemaker:UpdateModelPackage'],
    modelPackageArns(api, names),
  );
  if (serving.type === 'lambda') return allowFunction(api, names);
  if (serving.type === 'container') return allowService(api, names);
  api.allow(
    ['sagemaker:DescribeEndpoint', 'sagemaker:InvokeEndpoint'],
    [arnOf('endpoint', names.endpoint)],
  );
  // What is live may have been made live by hand, with any config.
  api.allow(['sagemaker:DescribeEndpointConfig'], [arnOf('endpoint-config', '*')]);
  api.allow(['sagemaker:DescribeModel'], [arnOf('model', '*')]);
}

/** Asks the alias, and what its versions serve. */
function allowFunction(api: HandlerFunction, { servingFunction }: Names): void {
  const arn = Stack.of(api).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: servingFunction,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  api.allow(['lambda:InvokeFunction'], [`${arn}:${LIVE_ALIAS}`]);
  api.allow(['lambda:GetAlias', 'lambda:GetFunctionConfiguration'], [arn, `${arn}:*`]);
}

/** Asks the containers, and what their revision serves. */
function allowService(api: HandlerFunction, { environment, project }: Names): void {
  const id = Fn.importValue(nameServingApiExport(environment, project));
  api.allow(['execute-api:Invoke'], [invocationsArn(api, id)]);
  // They know no resource, or the cluster's name, which CloudFormation makes up.
  api.allow(
    [
      'ecs:DescribeServices',
      'ecs:ListServiceDeployments',
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServiceRevisions',
      'ecs:DescribeTaskDefinition',
    ],
    ['*'],
  );
}

function allowLogs(api: HandlerFunction, { scoring }: Project): void {
  const arnOf = (kind: string) =>
    Stack.of(api).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `/aws/sagemaker/${kind}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const kinds = [
    'TrainingJobs',
    'ProcessingJobs',
    ...(scoring === undefined ? [] : ['TransformJobs']),
  ];
  api.allow(['logs:FilterLogEvents'], kinds.map(arnOf));
}
