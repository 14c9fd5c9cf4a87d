import type { ServiceName } from '../../cloud/service-name.ts';
import {
  call,
  ignoreMissing,
  nameOf,
  type Properties,
  type Provisioned,
  pick,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

const SERVICE: ServiceName = 'apigatewayv2';

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html: no limit is documented; REST APIs have 1,024 */
const MAX_API_NAME_LENGTH = 128;

const API_PROPERTIES = [
  'CorsConfiguration',
  'Description',
  'DisableExecuteApiEndpoint',
  'ProtocolType',
  'Tags',
] as const;

const api: ResourceType = {
  properties: ['Name', ...API_PROPERTIES],
  hasAddress: true,
  async apply(request) {
    const Name = nameOf(request, 'Name', MAX_API_NAME_LENGTH);
    const input = { Name, ...pick(request.properties, API_PROPERTIES) };
    const ApiId = request.previous?.physicalId;
    const described = await updateOrCreate<{
      readonly ApiId: string;
      readonly ApiEndpoint: string;
    }>(ApiId === undefined ? undefined : () => updateApi(request, ApiId, input), () =>
      call(request, SERVICE, 'CreateApi', input),
    );
    return {
      physicalId: described.ApiId,
      attributes: { ApiId: described.ApiId, ApiEndpoint: described.ApiEndpoint },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'DeleteApi', { ApiId: request.previous?.physicalId }),
    );
  },
};

/** A property that the template no longer has is taken away. */
async function updateApi<Output>(
  request: ResourceRequest,
  ApiId: string,
  { ProtocolType: _protocol, Tags, ...input }: Properties,
): Promise<Output> {
  const updated = await call<Output>(request, SERVICE, 'UpdateApi', { ApiId, ...input });
  if (input['CorsConfiguration'] === undefined) {
    await call(request, SERVICE, 'DeleteCorsConfiguration', { ApiId });
  }
  if (Tags !== undefined) {
    const ResourceArn = `arn:aws:apigateway:${request.cloud.region}::/apis/${ApiId}`;
    await call(request, SERVICE, 'TagResource', { ResourceArn, Tags });
  }
  return updated;
}

/** Updates what an earlier run created; creates what it did not, or what was deleted since. */
async function updateOrCreate<Output>(
  update: (() => Promise<Output>) | undefined,
  create: () => Promise<Output>,
): Promise<Output> {
  if (update === undefined) return create();
  let updated: Output | undefined;
  await ignoreMissing(async () => {
    updated = await update();
  });
  return updated ?? create();
}

/** A part of an API that has an id. */
interface PartType {
  readonly kind: 'Authorizer' | 'Deployment' | 'Integration' | 'Route';
  readonly properties: readonly string[];
  /** The values of properties that the template no longer has. */
  readonly defaults: Properties;
}

function part({ kind, properties, defaults }: PartType): ResourceType {
  const idName = `${kind}Id`;
  const update = (request: ResourceRequest, input: Properties, id: string) => async () => {
    const target = { ApiId: request.properties['ApiId'], [idName]: id };
    return call<Properties>(request, SERVICE, `Update${kind}`, {
      ...target,
      ...defaults,
      ...input,
    });
  };
  return {
    properties: ['ApiId', ...properties],
    async apply(request) {
      const { ApiId } = request.properties;
      const input = pick(request.properties, properties);
      const previous = formerPart(request);
      const described = await updateOrCreate<Properties>(
        previous === undefined || kind === 'Deployment'
          ? undefined
          : update(request, input, previous),
        () => call(request, SERVICE, `Create${kind}`, { ApiId, ...input }),
      );
      const id = String(described[idName]);
      return { physicalId: id, attributes: { ApiId, [idName]: id } };
    },
    async remove(request) {
      const ApiId = request.previous?.attributes['ApiId'];
      const input = { ApiId, [idName]: request.previous?.physicalId };
      await ignoreMissing(() => call(request, SERVICE, `Delete${kind}`, input));
    },
  };
}

/** The id of the part from an earlier run, if it was of the same API. */
function formerPart({ previous, properties }: ResourceRequest): string | undefined {
  return previous?.attributes['ApiId'] === properties['ApiId'] ? previous?.physicalId : undefined;
}

const route = part({
  kind: 'Route',
  properties: [
    'RouteKey',
    'Target',
    'AuthorizationType',
    'AuthorizerId',
    'AuthorizationScopes',
    'OperationName',
  ],
  defaults: { AuthorizationType: 'NONE', AuthorizationScopes: [] },
});

const integration = part({
  kind: 'Integration',
  properties: [
    'ConnectionId',
    'ConnectionType',
    'CredentialsArn',
    'Description',
    'IntegrationMethod',
    'IntegrationSubtype',
    'IntegrationType',
    'IntegrationUri',
    'PayloadFormatVersion',
    'RequestParameters',
    'ResponseParameters',
    'TimeoutInMillis',
    'TlsConfig',
  ],
  defaults: { TimeoutInMillis: 30_000 },
});

const authorizer = part({
  kind: 'Authorizer',
  properties: ['Name', 'AuthorizerType', 'IdentitySource', 'JwtConfiguration', 'AuthorizerUri'],
  defaults: {},
});

const deployment = part({
  kind: 'Deployment',
  properties: ['Description', 'StageName'],
  defaults: {},
});

const STAGE_PROPERTIES = [
  'AccessLogSettings',
  'AutoDeploy',
  'DefaultRouteSettings',
  'DeploymentId',
  'Description',
  'RouteSettings',
  'StageVariables',
  'Tags',
] as const;

const stage: ResourceType = {
  properties: ['ApiId', 'StageName', ...STAGE_PROPERTIES],
  async apply(request): Promise<Provisioned> {
    const { ApiId, StageName } = request.properties;
    const input = { ApiId, StageName, ...pick(request.properties, STAGE_PROPERTIES) };
    const isSame = formerPart(request) === StageName;
    await updateOrCreate(isSame ? () => updateStage(request, input) : undefined, () =>
      call(request, SERVICE, 'CreateStage', input),
    );
    return { physicalId: String(StageName), attributes: { ApiId } };
  },
  async remove(request) {
    const { physicalId: StageName, attributes } = request.previous ?? {};
    await ignoreMissing(() =>
      call(request, SERVICE, 'DeleteStage', { ApiId: attributes?.['ApiId'], StageName }),
    );
  },
};

/** Settings that the template no longer has are taken away. */
async function updateStage(request: ResourceRequest, input: Properties): Promise<unknown> {
  const { ApiId, StageName, Tags: _tags, ...changes } = input;
  const target = { ApiId, StageName };
  const former = await call<{ readonly RouteSettings?: object }>(
    request,
    SERVICE,
    'GetStage',
    target,
  );
  const kept = Object.keys(changes['RouteSettings'] ?? {});
  for (const RouteKey of Object.keys(former.RouteSettings ?? {})) {
    if (kept.includes(RouteKey)) continue;
    await call(request, SERVICE, 'DeleteRouteSettings', { ...target, RouteKey });
  }
  if (changes['AccessLogSettings'] === undefined) {
    await call(request, SERVICE, 'DeleteAccessLogSettings', target);
  }
  const defaults = { DefaultRouteSettings: {}, StageVariables: {} };
  return call(request, SERVICE, 'UpdateStage', { ...target, ...defaults, ...changes });
}

const LINK_PROPERTIES = ['Name', 'SecurityGroupIds', 'SubnetIds', 'Tags'] as const;

const vpcLink: ResourceType = {
  properties: LINK_PROPERTIES,
  async apply(request): Promise<Provisioned> {
    const VpcLinkId = request.previous?.physicalId;
    const input = pick(request.properties, LINK_PROPERTIES);
    const described = await updateOrCreate<{ readonly VpcLinkId: string }>(
      VpcLinkId === undefined
        ? undefined
        : () => call(request, SERVICE, 'UpdateVpcLink', { VpcLinkId, Name: input['Name'] }),
      () => call(request, SERVICE, 'CreateVpcLink', input),
    );
    const id = described.VpcLinkId;
    return { physicalId: id, attributes: { VpcLinkId: id } };
  },
  async remove(request) {
    const VpcLinkId = request.previous?.physicalId;
    await ignoreMissing(() => call(request, SERVICE, 'DeleteVpcLink', { VpcLinkId }));
  },
};

export const apigatewayResourceTypes = {
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Authorizer': authorizer,
  'AWS::ApiGatewayV2::Deployment': deployment,
  'AWS::ApiGatewayV2::Integration': integration,
  'AWS::ApiGatewayV2::Route': route,
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::ApiGatewayV2::VpcLink': vpcLink,
};
