import type { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  type ResourceRequest,
  type ResourceType,
  updateOrCreate,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
const MAX_NAME_LENGTH = 80;

/** The revision of a state machine that was never updated. */
const INITIAL_REVISION = 'INITIAL';

interface Revised {
  /** Missing where nothing has changed. */
  readonly revisionId?: string;
}

const stateMachine: ResourceType = {
  properties: [
    'StateMachineName',
    'StateMachineType',
    'Definition',
    'DefinitionString',
    'DefinitionS3Location',
    'DefinitionSubstitutions',
    'RoleArn',
    'LoggingConfiguration',
    'TracingConfiguration',
    'Tags',
  ],
  async apply(request) {
    const { cloud, properties } = request;
    const name = nameOf(request, 'StateMachineName', MAX_NAME_LENGTH);
    const stateMachineArn = cloud.arn('states', `stateMachine:${name}`);
    const settings = {
      definition: await definitionOf(request),
      roleArn: properties['RoleArn'],
      loggingConfiguration: loggingOf(properties['LoggingConfiguration']),
      tracingConfiguration: tracingOf(properties['TracingConfiguration']),
    };
    const create = () =>
      call<Revised>(request, 'stepfunctions', 'CreateStateMachine', {
        name,
        type: properties['StateMachineType'] ?? 'STANDARD',
        tags: tagsOf(properties['Tags']),
        ...settings,
      });
    const update = () =>
      call<Revised>(request, 'stepfunctions', 'UpdateStateMachine', {
        stateMachineArn,
        ...settings,
      });
    // Each validates the whole definition, so the one that is likely to be right comes first.
    const { revisionId } =
      request.previous?.physicalId === stateMachineArn
        ? await updateOrCreate(update, create, 'StateMachineDoesNotExist')
        : await createOrUpdate(create, update, 'StateMachineAlreadyExists');
    const former = request.previous?.attributes['StateMachineRevisionId'];
    return {
      physicalId: stateMachineArn,
      attributes: {
        Arn: stateMachineArn,
        Name: name,
        StateMachineRevisionId: revisionId ?? former ?? INITIAL_REVISION,
      },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'stepfunctions', 'DeleteStateMachine', {
        stateMachineArn: request.previous?.physicalId,
      }),
    );
  },
};

async function definitionOf(request: ResourceRequest): Promise<string> {
  const { properties } = request;
  const text = await definitionText(request);
  const substitutions = (properties['DefinitionSubstitutions'] ?? {}) as Properties;
  return Object.entries(substitutions).reduce(
    (definition, [name, value]) => definition.replaceAll(`\${${name}}`, String(value)),
    text,
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-stepfunctions-statemachine-s3location.html */
async function definitionText(request: ResourceRequest): Promise<string> {
  const { DefinitionString, Definition, DefinitionS3Location } = request.properties;
  if (typeof DefinitionString === 'string') return DefinitionString;
  if (Definition !== undefined) return JSON.stringify(Definition);
  const { Bucket, Key, Version: VersionId } = (DefinitionS3Location ?? {}) as Properties;
  const { Body } = await call<{ readonly Body: Readable | Uint8Array }>(
    request,
    's3',
    'GetObject',
    {
      Bucket,
      Key,
      VersionId,
    },
  );
  return Body instanceof Uint8Array ? Buffer.from(Body).toString('utf8') : readText(Body);
}

function loggingOf(value: unknown): object | undefined {
  if (value === undefined) return undefined;
  const { Level, IncludeExecutionData, Destinations } = value as Properties;
  return {
    level: Level,
    includeExecutionData: IncludeExecutionData,
    destinations: ((Destinations ?? []) as readonly Properties[]).map((destination) => ({
      cloudWatchLogsLogGroup: {
        logGroupArn: (destination['CloudWatchLogsLogGroup'] as Properties)['LogGroupArn'],
      },
    })),
  };
}

function tracingOf(value: unknown): object | undefined {
  return value === undefined ? undefined : { enabled: (value as Properties)['Enabled'] };
}

function tagsOf(value: unknown): readonly object[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as readonly Properties[]).map(({ Key, Value }) => ({ key: Key, value: Value }));
}

const activity: ResourceType = {
  properties: ['Name', 'Tags'],
  async apply(request) {
    const name = String(request.properties['Name']);
    const { activityArn } = await call<{ readonly activityArn: string }>(
      request,
      'stepfunctions',
      'CreateActivity',
      { name, tags: tagsOf(request.properties['Tags']) },
    );
    return { physicalId: activityArn, attributes: { Arn: activityArn, Name: name } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'stepfunctions', 'DeleteActivity', {
        activityArn: request.previous?.physicalId,
      }),
    );
  },
};

export const stepfunctionsResourceTypes = {
  'AWS::StepFunctions::StateMachine': stateMachine,
  'AWS::StepFunctions::Activity': activity,
};
