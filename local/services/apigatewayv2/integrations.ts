import type {
  ApiGatewayV2,
  CreateIntegrationRequest,
  DeleteIntegrationRequest,
  GetIntegrationRequest,
  GetIntegrationsRequest,
  GetIntegrationsResponse,
  Integration,
  UpdateIntegrationRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { OperationTable } from '../../cloud/operation.ts';
import { deployAutomatically } from './deployments.ts';
import { BadRequestException, ConflictException, MissingFeature } from './errors.ts';
import { INTEGRATIONS_AN_API, LONGEST_INTEGRATION_MS } from './limits.ts';
import { pageOf } from './pages.ts';
import { addPart, changePart, findPart } from './parts.ts';
import { type ApiState, findApi, onPath } from './state.ts';
import type { IntegrationRecord, Settings } from './store.ts';
import { find as findVpcLink } from './vpc-links.ts';

/** The integrations of an API. */
export const integrationOperations: OperationTable<ApiGatewayV2, ApiState> = {
  CreateIntegration: {
    permissions: (input: CreateIntegrationRequest, state) =>
      onPath(state, 'POST', 'apis', input.ApiId, 'integrations'),
    run: (input: CreateIntegrationRequest, state) => createIntegration(state, input),
  },
  GetIntegration: {
    readOnly: true,
    permissions: (input: GetIntegrationRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'integrations', input.IntegrationId),
    run: (input: GetIntegrationRequest, state) => describe(find(state, input)),
  },
  GetIntegrations: {
    readOnly: true,
    permissions: (input: GetIntegrationsRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'integrations'),
    run(input: GetIntegrationsRequest, state): GetIntegrationsResponse {
      const integrations = state.store.integrations.of(findApi(state, input.ApiId).id);
      return pageOf(integrations.map(describe), ({ IntegrationId }) => IntegrationId ?? '', input);
    },
  },
  UpdateIntegration: {
    permissions: (input: UpdateIntegrationRequest, state) =>
      onPath(state, 'PATCH', 'apis', input.ApiId, 'integrations', input.IntegrationId),
    run: (input: UpdateIntegrationRequest, state) => updateIntegration(state, input),
  },
  DeleteIntegration: {
    permissions: (input: DeleteIntegrationRequest, state) =>
      onPath(state, 'DELETE', 'apis', input.ApiId, 'integrations', input.IntegrationId),
    run: (input: DeleteIntegrationRequest, state) => deleteIntegration(state, input),
  },
};

/** @throws NotFoundException */
function find(state: ApiState, { ApiId, IntegrationId }: GetIntegrationRequest): IntegrationRecord {
  const name = { apiId: ApiId, id: IntegrationId };
  return findPart(state, state.store.integrations, 'Integration', name);
}

function createIntegration(
  state: ApiState,
  { ApiId: apiId, ...settings }: CreateIntegrationRequest,
): Integration {
  checkIntegration(state, settings);
  const integration = addPart(state, state.store.integrations, {
    apiId,
    id: undefined,
    most: INTEGRATIONS_AN_API,
    settings,
  });
  deployAutomatically(state, integration.apiId);
  return describe(integration);
}

function updateIntegration(state: ApiState, input: UpdateIntegrationRequest): Integration {
  const integration = find(state, input);
  const { ApiId: _api, IntegrationId: _integration, ...changes } = input;
  const IntegrationType = changes.IntegrationType ?? integration.settings.IntegrationType;
  const settings = { ...integration.settings, ...changes, IntegrationType };
  checkIntegration(state, settings);
  const changed = changePart(state, state.store.integrations, integration, settings);
  deployAutomatically(state, integration.apiId);
  return describe(changed);
}

/** Settings of AWS's integrations that have no effect here, so that they are refused by name. */
const MISSING = [
  'CredentialsArn',
  'IntegrationSubtype',
  'RequestParameters',
  'ResponseParameters',
  'RequestTemplates',
] as const;

/** @throws BadRequestException, MissingFeature, NotFoundException */
function checkIntegration(state: ApiState, settings: Settings<CreateIntegrationRequest>): void {
  const { IntegrationType: type, PayloadFormatVersion: version } = settings;
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') {
    throw new MissingFeature(`integrations of type ${type}`);
  }
  const missing = MISSING.find((name) => settings[name] !== undefined);
  if (missing !== undefined) throw new MissingFeature(`${missing} of integrations`);
  // Listeners speak plain HTTP here, so that there is no certificate to verify; elsewhere it would have an effect.
  if (settings.TlsConfig !== undefined && settings.ConnectionType !== 'VPC_LINK') {
    throw new MissingFeature('TlsConfig of integrations without a VPC link');
  }
  if (version === undefined) {
    throw new BadRequestException('PayloadFormatVersion is a required parameter for integration');
  }
  if (type === 'AWS_PROXY') checkFunction(settings);
  else checkListener(state, settings);
}

function checkFunction(settings: Settings<CreateIntegrationRequest>): void {
  const { ConnectionId, IntegrationUri: uri = '', PayloadFormatVersion: version } = settings;
  if (ConnectionId !== undefined)
    throw new MissingFeature('ConnectionId of integrations with functions');
  if (version !== '2.0') throw new MissingFeature(`payload format version ${version}`);
  if (functionOf(uri) !== undefined) return;
  throw new BadRequestException(`Invalid integration URI ${uri}: it is not the ARN of a function`);
}

const LISTENER_ARN = /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:listener\/app\/.+$/;

function checkListener(state: ApiState, settings: Settings<CreateIntegrationRequest>): void {
  const {
    ConnectionType = 'INTERNET',
    ConnectionId,
    IntegrationMethod,
    IntegrationUri: uri = '',
  } = settings;
  if (ConnectionType !== 'VPC_LINK') {
    throw new MissingFeature('integrations of type HTTP_PROXY without a VPC link');
  }
  findVpcLink(state, ConnectionId);
  if (IntegrationMethod === undefined) {
    throw new BadRequestException('HttpMethod is a required parameter for integration');
  }
  if (settings.PayloadFormatVersion !== '1.0') {
    throw new BadRequestException('PayloadFormatVersion must be 1.0 for HTTP_PROXY integrations');
  }
  if (LISTENER_ARN.test(uri)) return;
  throw new BadRequestException(
    `Invalid integration URI ${uri}: it is not the ARN of a listener of a load balancer`,
  );
}

const FUNCTION_ARN =
  /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:(?:[\w-]|\$\{stageVariables\.\w+\})+(?::[\w$-]+)?$/;
const INVOCATION_ARN =
  /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;

/** The function of an integration: its ARN, or the path to its invocation as REST APIs have it. */
export function functionOf(uri: string): string | undefined {
  const arn = INVOCATION_ARN.exec(uri)?.[1] ?? uri;
  return FUNCTION_ARN.test(arn) ? arn : undefined;
}

/** @throws ConflictException while a route uses it */
function deleteIntegration(state: ApiState, input: DeleteIntegrationRequest): void {
  const { apiId, id } = find(state, input);
  const isUsed = state.store.routes
    .of(apiId)
    .some(({ settings }) => settings.Target === `integrations/${id}`);
  if (isUsed) {
    throw new ConflictException(
      'Cannot delete Integration because it is referenced by a Route of this API',
    );
  }
  state.store.integrations.delete(apiId, id);
  deployAutomatically(state, apiId);
}

function describe({ id, settings }: IntegrationRecord): Integration {
  return {
    ConnectionType: 'INTERNET',
    IntegrationMethod: 'POST',
    TimeoutInMillis: LONGEST_INTEGRATION_MS,
    ...settings,
    IntegrationId: id,
  };
}
