import {
  type ContextEntry,
  type IAMClient,
  SimulateCustomPolicyCommand,
} from '@aws-sdk/client-iam';
import type { ProjectParameter } from '../../events/index.ts';
import { type CheckedMachine, findStates } from './check-states.ts';
import type { Place } from './place.ts';
import { type CheckResult, judgeError } from './report.ts';
import type { ResolvedResource, TemplateResolver } from './template.ts';

const CHECK = 'SimulateCustomPolicy';

/** An action on a resource that a role must have, or must not have. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context?: readonly ContextEntry[];
  /** @default true */
  readonly isAllowed?: boolean;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Lets IAM check whether a role's policies allow what is needed, and nothing else. */
export async function checkAccess(
  client: IAMClient,
  role: string,
  policies: readonly string[],
  needed: readonly Access[],
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { action, context, isAllowed = true, resource } of needed) {
    const subject = `${role} ${isAllowed ? 'may' : 'may not'} ${action} ${resource}`;
    try {
      const { EvaluationResults: [judged] = [] } = await client.send(
        new SimulateCustomPolicyCommand({
          PolicyInputList: [...policies],
          ActionNames: [action],
          ResourceArns: [resource],
          ...(context === undefined ? {} : { ContextEntries: [...context] }),
        }),
      );
      const decision = judged?.EvalDecision;
      const missing = judged?.MissingContextValues ?? [];
      const note = `${String(decision)}${missing.length > 0 ? `; the policy asks for ${missing.join(', ')}` : ''}`;
      results.push(
        (decision === 'allowed') === isAllowed
          ? { check: CHECK, subject, status: 'ok' }
          : { check: CHECK, subject, status: 'FINDING', note },
      );
    } catch (error) {
      const result = judgeError(CHECK, subject, error);
      results.push(result);
      if (result.status === 'not available') break;
    }
  }
  return results;
}

/** What the policies of a role say, inline and attached in the template. */
export function policiesOf(resolver: TemplateResolver, roleId: string): readonly string[] {
  const name = resolver.resolve({ Ref: roleId });
  const own = resolver
    .resources('AWS::IAM::Role')
    .filter(({ id }) => id === roleId)
    .flatMap(({ properties }) => (properties['Policies'] ?? []) as readonly Arguments[]);
  const attached = resolver
    .resources('AWS::IAM::Policy')
    .filter(({ properties }) => (properties['Roles'] as readonly unknown[]).includes(name))
    .map(({ properties }) => properties);
  return [...own, ...attached].map(({ PolicyDocument: document }) => JSON.stringify(document));
}

/** The permissions that the tasks of a state machine needed in this process, with the project's own names. */
export function accessOfMachine(
  machine: CheckedMachine,
  place: Place,
  project?: ProjectParameter,
): readonly Access[] {
  const states = new Map(findStates(JSON.parse(machine.definition)));
  const needed = (machine.visits ?? []).flatMap(({ state, task }) => {
    if (task === undefined) return [];
    const own = project === undefined ? task : withOwnNames(task, place, project);
    return accessOfTask(String(states.get(state)?.['Resource']), own as Arguments, place);
  });
  return distinct([...needed, ...forbidden(place)]);
}

/** Puts the project's names in place of those that the recorded answers made up. */
function withOwnNames(
  task: unknown,
  { account, partition, region }: Place,
  { incomingPrefix, modelPackageGroupName, project }: ProjectParameter,
): unknown {
  const packages = `arn:${partition}:sagemaker:${region}:${account}:model-package`;
  const text = JSON.stringify(task)
    .replaceAll(/\bincoming\/check\//g, incomingPrefix)
    .replaceAll(/\bruns\/(?:check|abalone)\//g, `runs/${project}/`)
    .replaceAll(/\bscoring\/check\//g, `scoring/${project}/`)
    .replaceAll(
      /arn:aws:sagemaker:us-east-1:000000000000:model-package\/\w+/g,
      `${packages}/${modelPackageGroupName}`,
    );
  return JSON.parse(text);
}

/** What a function does, which is found by the beginning of its logical id. */
export function accessOfFunction(
  { id }: ResolvedResource,
  parameter: ProjectParameter,
  place: Place,
): readonly Access[] {
  const all = [accessToDatasets, accessToObservations, accessToModels];
  const byFunction = Object.assign({}, ...all.map((one) => one(parameter, place))) as ByFunction;
  const found = Object.entries(byFunction).find(([start]) => id.startsWith(start))?.[1];
  return found === undefined ? [] : [...found, ...forbidden(place)];
}

type ByFunction = Readonly<Record<string, readonly Access[]>>;

function accessToDatasets(
  { bucket, incomingPrefix, project }: ProjectParameter,
  { partition }: Place,
): ByFunction {
  const object = (key: string) => `arn:${partition}:s3:::${bucket}/${key}`;
  return {
    HandlersInspectDataset: [
      { action: 's3:GetObject', resource: object(`${incomingPrefix}rows.csv`) },
      { action: 's3:GetObjectVersion', resource: object(`${incomingPrefix}rows.csv`) },
      { action: 's3:PutObject', resource: object(`runs/${project}/d/manifest.json`) },
      { action: 's3:PutObject', resource: object(`quarantine/${project}/d.json`) },
    ],
    HandlersCloseFolder: [
      { action: 's3:ListBucketVersions', resource: `arn:${partition}:s3:::${bucket}` },
      { action: 's3:PutObject', resource: object(`runs/${project}/d/files.json`) },
    ],
    HandlersKeepFolder: [
      { action: 's3:GetObject', resource: object(`runs/${project}/d/files.json`) },
      { action: 's3:GetObjectVersion', resource: object(`${incomingPrefix}1/rows.csv`) },
      { action: 's3:PutObject', resource: object(`runs/${project}/d/dataset/00001.csv`) },
    ],
    HandlersInspectRows: [
      { action: 's3:GetObjectVersion', resource: object(`scoring/${project}/rows.csv`) },
      { action: 's3:GetObjectVersion', resource: object(`scoring-requests/${project}/rows.csv`) },
      { action: 's3:PutObject', resource: object(`scored/${project}/b/input/rows.csv`) },
      { action: 's3:PutObject', resource: object(`quarantine/${project}/scoring-b.json`) },
    ],
    HandlersSummarizeScores: [
      { action: 's3:GetObjectVersion', resource: object(`scoring/${project}/rows.csv`) },
      { action: 's3:GetObject', resource: object(`scored/${project}/b/answers/rows.csv.out`) },
      { action: 's3:PutObject', resource: object(`scored/${project}/b/predictions.csv`) },
    ],
  };
}

function accessToObservations(
  { bucket, incomingPrefix, project }: ProjectParameter,
  { partition }: Place,
): ByFunction {
  const object = (key: string) => `arn:${partition}:s3:::${bucket}/${key}`;
  return {
    HandlersGatherCaptures: [
      { action: 's3:ListBucket', resource: `arn:${partition}:s3:::${bucket}` },
      { action: 's3:GetObject', resource: object(`captured/${project}/hour/captures.jsonl`) },
      { action: 's3:GetObject', resource: object(`labels/${project}/labels.jsonl`) },
      { action: 's3:PutObject', resource: object(`monitoring/${project}/w/input/captures.json`) },
    ],
    HandlersGatherLabels: [
      { action: 's3:ListBucket', resource: `arn:${partition}:s3:::${bucket}` },
      { action: 's3:GetObject', resource: object(`captured/${project}/hour/captures.jsonl`) },
      { action: 's3:GetObject', resource: object(`labels/${project}/labels.jsonl`) },
      ...writing(object(`runs/${project}/retraining/d/dataset.csv`)),
      { action: 's3:PutObject', resource: object(`${incomingPrefix}rows.csv`), isAllowed: false },
    ],
    HandlersCombineDatasets: [
      { action: 's3:GetObject', resource: object(`runs/${project}/d/dataset/data.csv`) },
      { action: 's3:GetObject', resource: object(`runs/${project}/retraining/d/dataset.csv`) },
      ...writing(object(`incoming/${project}/retraining/d.csv`)),
      { action: 's3:PutObject', resource: object(`${incomingPrefix}rows.csv`), isAllowed: false },
    ],
  };
}

function accessToModels(parameter: ProjectParameter, place: Place): ByFunction {
  const { bucket, endpointName, project } = parameter;
  const sagemaker = `arn:${place.partition}:sagemaker:${place.region}:${place.account}`;
  const smokeRows = `arn:${place.partition}:s3:::${bucket}/runs/${project}/d/evaluation/smoke.json`;
  return {
    HandlersSmokeTest: [
      { action: 's3:GetObject', resource: smokeRows },
      askingOf(parameter, place),
    ],
    HandlersTeardown: [
      { action: 'sagemaker:DeleteEndpoint', resource: `${sagemaker}:endpoint/${endpointName}` },
      { action: 'sagemaker:ListModels', resource: '*' },
    ],
  };
}

/** What whoever asks the live model may do. */
function askingOf({ endpointName, serving }: ProjectParameter, place: Place): Access {
  const { account, partition, region } = place;
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  switch (serving?.type) {
    case undefined:
      return {
        action: 'sagemaker:InvokeEndpoint',
        resource: arn('sagemaker', `endpoint/${endpointName}`),
      };
    case 'lambda':
      return {
        action: 'lambda:InvokeFunction',
        resource: arn('lambda', `function:${serving.functionName}:${serving.alias}`),
      };
    case 'container': {
      const api = new URL(serving.address).hostname.split('.')[0] ?? '';
      return {
        action: 'execute-api:Invoke',
        resource: arn('execute-api', `${api}/$default/POST/invocations`),
      };
    }
  }
}

/** Access for a multipart upload, which may be aborted. */
function writing(resource: string): readonly Access[] {
  return ['s3:PutObject', 's3:AbortMultipartUpload'].map((action) => ({ action, resource }));
}

/** What a function of the console does; what was written into the audit stays as it is. */
export function accessOfConsole(
  { id }: ResolvedResource,
  resolver: TemplateResolver,
  place: Place,
): readonly Access[] {
  const { account, partition, region } = place;
  const tableOf = (start: string) => {
    const tables = resolver.resources('AWS::DynamoDB::GlobalTable');
    const name = tables.find((table) => table.id.startsWith(start))?.name ?? start;
    return `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  };
  const audit = tableOf('AuditTable');
  const deny = (...actions: readonly string[]) =>
    actions.map((action) => ({ action, resource: audit, isAllowed: false }));
  if (id.startsWith('AuditAppend')) {
    return [
      { action: 'dynamodb:PutItem', resource: audit },
      ...deny('dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
      ...forbidden(place),
    ];
  }
  if (!id.startsWith('FunctionRouter')) return [];
  return [
    { action: 'dynamodb:Query', resource: audit },
    ...deny('dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
    { action: 'dynamodb:PutItem', resource: tableOf('FunctionRequests') },
    { action: 'cloudwatch:DescribeAlarms', resource: '*' },
    ...forbidden(place),
  ];
}

/** Actions that no role of the app may have. */
function forbidden({ account, partition }: Place): readonly Access[] {
  return [
    {
      action: 'iam:CreateUser',
      resource: `arn:${partition}:iam::${account}:user/check`,
      isAllowed: false,
    },
    { action: 's3:GetObject', resource: `arn:${partition}:s3:::check/key`, isAllowed: false },
  ];
}

/** The actions of a task's service integration, with the resources of its arguments. */
export function accessOfTask(resource: string, task: Arguments, place: Place): readonly Access[] {
  const [, , , , , service = '', name = '', sdkAction = ''] = resource.split(':');
  if (service === 'aws-sdk') return accessOfCall(name, sdkAction, task, place);
  return accessOfCall(service, name.replace(/\..*$/, ''), task, place);
}

function accessOfCall(
  service: string,
  action: string,
  task: Arguments,
  place: Place,
): readonly Access[] {
  return accessOf[service]?.({ action, task, place }) ?? [];
}

interface Call {
  readonly action: string;
  readonly task: Arguments;
  readonly place: Place;
}

/** The permissions that a call needs, by its service. */
const accessOf: Readonly<Record<string, (call: Call) => readonly Access[]>> = {
  s3: accessOfS3,
  sns: ({ task }) => [{ action: 'sns:Publish', resource: String(task['TopicArn']) }],
  lambda: accessOfLambda,
  dynamodb: accessOfItem,
  sagemaker: accessOfSageMaker,
  sfn: accessOfExecution,
  cloudwatch: accessOfAlarms,
  cloudwatchlogs: accessOfLogs,
  ecs: accessOfTasks,
};

/** Of the function itself, or of one of its versions where the call names one. */
function accessOfLambda({ action, task, place }: Call): readonly Access[] {
  const name = String(task['FunctionName']);
  const version = task['Qualifier'] === undefined ? '' : ':1';
  if (action === 'invoke') {
    return [{ action: 'lambda:InvokeFunction', resource: `${name}${version}` }];
  }
  const { account, partition, region } = place;
  return [
    {
      action: `lambda:${action.charAt(0).toUpperCase()}${action.slice(1)}`,
      resource: `arn:${partition}:lambda:${region}:${account}:function:${name}${version}`,
    },
  ];
}

function accessOfItem({ action, task, place }: Call): readonly Access[] {
  const { account, partition, region } = place;
  const key = Object.values(task['Key'] ?? task['Item'] ?? {})[0] as
    | { readonly S?: string }
    | undefined;
  const context = {
    ContextKeyName: 'dynamodb:LeadingKeys',
    ContextKeyType: 'stringList' as const,
    ContextKeyValues: [key?.S ?? ''],
  };
  const table = `arn:${partition}:dynamodb:${region}:${account}:table/${String(task['TableName'])}`;
  return [{ action: `dynamodb:${pascal(action)}`, resource: table, context: [context] }];
}

function accessOfSageMaker({ action, task, place }: Call): readonly Access[] {
  const { account, partition, region } = place;
  const found = SAGEMAKER_RESOURCES.flatMap(([member, kind]) => {
    const name = task[member];
    if (typeof name !== 'string' || action.startsWith('list')) return [];
    // The model of a transform job is a condition key and no resource:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    if (action.startsWith('createTransformJob') && member === 'ModelName') return [];
    return [
      kind === undefined ? name : `arn:${partition}:sagemaker:${region}:${account}:${kind}/${name}`,
    ];
  });
  const role = task['RoleArn'] ?? task['ExecutionRoleArn'];
  const passed = {
    ContextKeyName: 'iam:PassedToService',
    ContextKeyType: 'string' as const,
    ContextKeyValues: ['sagemaker.amazonaws.com'],
  };
  return [
    ...(found.length === 0 ? ['*'] : found).map((resource) => ({
      action: `sagemaker:${pascal(action)}`,
      resource,
    })),
    ...(typeof role === 'string' && action.startsWith('create')
      ? [{ action: 'iam:PassRole', resource: role, context: [passed] }]
      : []),
  ];
}

function accessOfExecution({ action, task, place }: Call): readonly Access[] {
  const { account, partition, region } = place;
  // Owners of claims were made up with the account and region of this process.
  const [kind = '', name = '', ...qualifier] = String(
    task['StateMachineArn'] ?? task['ExecutionArn'],
  )
    .split(':')
    .slice(5);
  // An alias is authorized on its state machine: https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
  const parts = kind === 'stateMachine' ? [kind, name] : [kind, name, ...qualifier];
  const resource = ['arn', partition, 'states', region, account, ...parts].join(':');
  return [{ action: `states:${pascal(action)}`, resource }];
}

/**
 * Metric alarms are asked for by name; composite ones only with a permission on all alarms:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
function accessOfAlarms({ action, task, place }: Call): readonly Access[] {
  const { account, partition, region } = place;
  const types = (task['AlarmTypes'] ?? []) as readonly string[];
  const names = (task['AlarmNames'] ?? []) as readonly string[];
  const resources = types.includes('CompositeAlarm')
    ? ['*']
    : names.map((name) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`);
  return resources.map((resource) => ({ action: `cloudwatch:${pascal(action)}`, resource }));
}

function accessOfLogs({ action, task, place }: Call): readonly Access[] {
  const { account, partition, region } = place;
  const group = `arn:${partition}:logs:${region}:${account}:log-group:${String(task['LogGroupName'])}`;
  const resource = `${group}:log-stream:${String(task['LogStreamName'])}`;
  return [{ action: `logs:${pascal(action)}`, resource }];
}

/**
 * A task on Fargate, which the integration also describes and stops. A revision that a deployment has replaced is
 * started by the executions that began before; which roles the task gets is said by its definition.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
function accessOfTasks({ task, place }: Call): readonly Access[] {
  const cluster = String(task['Cluster']);
  const tasks = `${cluster.replace(':cluster/', ':task/')}/0123456789abcdef0123456789abcdef`;
  const { account, partition, region } = place;
  const rule = `arn:${partition}:events:${region}:${account}:rule/StepFunctionsGetEventsForECSTaskRule`;
  const definition = String(task['TaskDefinition']);
  return [
    ...[definition, definition.replace(/:\d+$/, ':12345')].map((resource) => ({
      action: 'ecs:RunTask',
      resource,
      context: textContext('ecs:cluster', cluster),
    })),
    {
      action: 'ecs:TagResource',
      resource: tasks,
      context: textContext('ecs:CreateAction', 'RunTask'),
    },
    ...['ecs:StopTask', 'ecs:DescribeTasks'].map((action) => ({ action, resource: tasks })),
    ...['events:PutTargets', 'events:PutRule', 'events:DescribeRule'].map((action) => ({
      action,
      resource: rule,
    })),
  ];
}

function textContext(key: string, value: string): readonly ContextEntry[] {
  return [{ ContextKeyName: key, ContextKeyType: 'string', ContextKeyValues: [value] }];
}

/** Members that name what a call of SageMaker is about; those without a kind hold ARNs. */
const SAGEMAKER_RESOURCES: readonly (readonly [string, string | undefined])[] = [
  ['ProcessingJobName', 'processing-job'],
  ['TrainingJobName', 'training-job'],
  ['TransformJobName', 'transform-job'],
  ['EndpointName', 'endpoint'],
  ['EndpointConfigName', 'endpoint-config'],
  ['ModelName', 'model'],
  ['ModelPackageGroupName', 'model-package-group'],
  ['ModelPackageArn', undefined],
  ['ModelPackageName', undefined],
];

function accessOfS3({ action, task, place }: Call): readonly Access[] {
  const object = `arn:${place.partition}:s3:::${String(task['Bucket'])}/${String(task['Key'])}`;
  switch (action) {
    case 'putObject':
    case 'copyObject':
      return [{ action: 's3:PutObject', resource: object }];
    case 'getObject':
    case 'headObject':
      return [{ action: 's3:GetObject', resource: object }];
    case 'deleteObject':
      return [{ action: 's3:DeleteObject', resource: object }];
    default:
      return [];
  }
}

function pascal(action: string): string {
  return action.charAt(0).toUpperCase() + action.slice(1);
}

function distinct(accesses: readonly Access[]): readonly Access[] {
  return [...new Map(accesses.map((access) => [JSON.stringify(access), access])).values()];
}
