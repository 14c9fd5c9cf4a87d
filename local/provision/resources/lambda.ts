import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  pick,
  type ResourceRequest,
  type ResourceType,
  tagMap,
  updateOrCreate,
  withoutUndefined,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const MAX_FUNCTION_NAME_LENGTH = 64;

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html */
const MAX_LAYER_NAME_LENGTH = 140;

const CONFIGURATION_PROPERTIES = [
  'Handler',
  'Runtime',
  'Role',
  'Environment',
  'MemorySize',
  'Timeout',
  'Description',
  'TracingConfig',
  'DeadLetterConfig',
  'LoggingConfig',
  'EphemeralStorage',
  'ImageConfig',
  'Layers',
] as const;

const lambdaFunction: ResourceType = {
  properties: [
    'FunctionName',
    'Code',
    'Architectures',
    'PackageType',
    'ReservedConcurrentExecutions',
    'Tags',
    ...CONFIGURATION_PROPERTIES,
  ],
  takesLong: ({ PackageType }) =>
    PackageType === 'Image'
      ? 'prepares its image; the first time, this installs its packages'
      : undefined,
  async apply(request) {
    const { cloud, properties } = request;
    const FunctionName = nameOf(request, 'FunctionName', MAX_FUNCTION_NAME_LENGTH);
    const configuration = pick(properties, CONFIGURATION_PROPERTIES);
    const Code = codeOf(properties);
    const create = () =>
      call(request, 'lambda', 'CreateFunction', {
        FunctionName,
        Code,
        Tags: tagMap(properties['Tags']),
        ...pick(properties, ['Architectures', 'PackageType']),
        ...configuration,
      });
    const isImage = properties['PackageType'] === 'Image';
    const settle = async () => (isImage ? awaitImage(request, FunctionName) : undefined);
    const update = async () => {
      await settle();
      await call(request, 'lambda', 'UpdateFunctionCode', { FunctionName, ...Code });
      await settle();
      if (hasOnlyOtherCode(request, configuration)) return;
      await call(request, 'lambda', 'UpdateFunctionConfiguration', {
        FunctionName,
        ...(isImage ? { ImageConfig: {} } : { Layers: [] }),
        ...configuration,
      });
    };
    if (request.previous?.physicalId === FunctionName) {
      await updateOrCreate(update, create, 'ResourceNotFoundException');
    } else {
      await createOrUpdate(create, update, 'ResourceConflictException');
    }
    await settle();
    const reserved = properties['ReservedConcurrentExecutions'];
    if (reserved !== undefined) {
      await call(request, 'lambda', 'PutFunctionConcurrency', {
        FunctionName,
        ReservedConcurrentExecutions: Number(reserved),
      });
    }
    return {
      physicalId: FunctionName,
      attributes: { Arn: cloud.arn('lambda', `function:${FunctionName}`) },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'lambda', 'DeleteFunction', { FunctionName: request.previous?.physicalId }),
    );
  },
};

/** How often a function is looked at whose image is prepared, and for how long. Building it takes real time. */
const IMAGE_POLL_MS = 100;
const LONGEST_IMAGE_BUILD_MS = 30 * 60_000;

/** CloudFormation makes what comes after a function once it can be invoked. One whose image cannot run stays, and says so. */
async function awaitImage(request: ResourceRequest, FunctionName: string): Promise<void> {
  const until = performance.now() + LONGEST_IMAGE_BUILD_MS;
  while (performance.now() < until) {
    const { LastUpdateStatus, State } = await call<{
      readonly State?: string;
      readonly LastUpdateStatus?: string;
    }>(request, 'lambda', 'GetFunctionConfiguration', { FunctionName });
    if (State !== 'Pending' && LastUpdateStatus !== 'InProgress') return;
    await pause(IMAGE_POLL_MS);
  }
}

/** CloudFormation calls only the operation whose properties differ, too. */
function hasOnlyOtherCode(
  { isPreviousInEffect = false, previous, properties }: ResourceRequest,
  configuration: Properties,
): boolean {
  const { properties: former } = previous ?? {};
  return (
    isPreviousInEffect &&
    former !== undefined &&
    isDeepStrictEqual(pick(former, CONFIGURATION_PROPERTIES), configuration) &&
    !isDeepStrictEqual(former['Code'], properties['Code'])
  );
}

/** Inline code (`ZipFile`) is source text in the template, and an archive in the API. */
function codeOf(properties: Properties): Properties {
  const code = (properties['Code'] ?? {}) as Properties;
  const source = code['ZipFile'];
  if (typeof source !== 'string') return code;
  const file = String(properties['Runtime']).startsWith('python') ? 'index.py' : 'index.js';
  return { ZipFile: zipSync({ [file]: strToU8(source) }) };
}

const LAYER_PROPERTIES = [
  'CompatibleArchitectures',
  'CompatibleRuntimes',
  'Content',
  'Description',
  'LicenseInfo',
] as const;

/** Every change publishes another version, because versions do not change. */
const layerVersion: ResourceType = {
  properties: ['LayerName', ...LAYER_PROPERTIES],
  async apply(request) {
    const { LayerVersionArn } = await call<{ readonly LayerVersionArn: string }>(
      request,
      'lambda',
      'PublishLayerVersion',
      {
        LayerName: nameOf(request, 'LayerName', MAX_LAYER_NAME_LENGTH),
        ...pick(request.properties, LAYER_PROPERTIES),
      },
    );
    return { physicalId: LayerVersionArn, attributes: { LayerVersionArn } };
  },
  async remove(request) {
    const input = layerOf(request.previous?.physicalId);
    await call(request, 'lambda', 'DeleteLayerVersion', input);
  },
};

/** A version of a layer as requests name it, from its ARN. */
function layerOf(arn: unknown): Properties {
  const [LayerName, version] = String(arn).split(':').slice(-2);
  return { LayerName, VersionNumber: Number(version) };
}

const LAYER_PERMISSION_PROPERTIES = ['Action', 'OrganizationId', 'Principal'] as const;

const layerVersionPermission: ResourceType = {
  properties: ['LayerVersionArn', ...LAYER_PERMISSION_PROPERTIES],
  async apply(request) {
    const { LayerVersionArn } = request.properties;
    if (request.previous !== undefined) await layerVersionPermission.remove(request);
    const StatementId = request.logicalId;
    await call(request, 'lambda', 'AddLayerVersionPermission', {
      ...layerOf(LayerVersionArn),
      StatementId,
      ...pick(request.properties, LAYER_PERMISSION_PROPERTIES),
    });
    const physicalId = `${String(LayerVersionArn)}#${StatementId}`;
    return { physicalId, attributes: { Id: physicalId } };
  },
  async remove(request: ResourceRequest) {
    const [arn, StatementId] = String(request.previous?.physicalId).split('#');
    await ignoreMissing(() =>
      call(request, 'lambda', 'RemoveLayerVersionPermission', { ...layerOf(arn), StatementId }),
    );
  },
};

const PERMISSION_PROPERTIES = [
  'FunctionName',
  'Action',
  'Principal',
  'SourceArn',
  'SourceAccount',
] as const;

const permission: ResourceType = {
  properties: PERMISSION_PROPERTIES,
  async apply(request) {
    const StatementId = request.logicalId;
    const { FunctionName } = request.properties;
    if (request.previous !== undefined) await permission.remove(request);
    await createOrUpdate(
      () =>
        call(request, 'lambda', 'AddPermission', {
          StatementId,
          ...pick(request.properties, PERMISSION_PROPERTIES),
        }),
      async () => undefined,
      'ResourceConflictException',
    );
    return { physicalId: StatementId, attributes: { FunctionName } };
  },
  async remove(request: ResourceRequest) {
    await ignoreMissing(() =>
      call(request, 'lambda', 'RemovePermission', {
        StatementId: request.previous?.physicalId,
        FunctionName: request.previous?.attributes['FunctionName'],
      }),
    );
  },
};

const EVENT_INVOKE_CONFIG_PROPERTIES = [
  'FunctionName',
  'Qualifier',
  'MaximumEventAgeInSeconds',
  'MaximumRetryAttempts',
  'DestinationConfig',
] as const;

const eventInvokeConfig: ResourceType = {
  properties: EVENT_INVOKE_CONFIG_PROPERTIES,
  async apply(request) {
    const input = pick(request.properties, EVENT_INVOKE_CONFIG_PROPERTIES);
    await call(request, 'lambda', 'PutFunctionEventInvokeConfig', input);
    const { FunctionName, Qualifier } = request.properties;
    return { physicalId: request.logicalId, attributes: { FunctionName, Qualifier } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(
        request,
        'lambda',
        'DeleteFunctionEventInvokeConfig',
        withoutUndefined({ ...request.previous?.attributes }),
      ),
    );
  },
};

const EVENT_SOURCE_MAPPING_PROPERTIES = [
  'EventSourceArn',
  'FunctionName',
  'BatchSize',
  'Enabled',
  'MaximumBatchingWindowInSeconds',
  'FunctionResponseTypes',
  'FilterCriteria',
  'ScalingConfig',
] as const;

const eventSourceMapping: ResourceType = {
  properties: EVENT_SOURCE_MAPPING_PROPERTIES,
  async apply(request) {
    if (request.previous !== undefined) await eventSourceMapping.remove(request);
    const { UUID } = await call<{ readonly UUID: string }>(
      request,
      'lambda',
      'CreateEventSourceMapping',
      pick(request.properties, EVENT_SOURCE_MAPPING_PROPERTIES),
    );
    return { physicalId: UUID, attributes: { Id: UUID } };
  },
  async remove(request: ResourceRequest) {
    await ignoreMissing(() =>
      call(request, 'lambda', 'DeleteEventSourceMapping', { UUID: request.previous?.physicalId }),
    );
  },
};

export const lambdaResourceTypes = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::LayerVersion': layerVersion,
  'AWS::Lambda::LayerVersionPermission': layerVersionPermission,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
};
