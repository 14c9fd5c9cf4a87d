import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { apiOperations } from './apis.ts';
import { authorizerOperations } from './authorizers.ts';
import { ExecuteApi } from './data-plane/execute-api.ts';
import { deploymentOperations } from './deployments.ts';
import { AccessDeniedException, BadRequestException } from './errors.ts';
import { integrationOperations } from './integrations.ts';
import { routeOperations } from './routes.ts';
import { stageOperations } from './stages.ts';
import type { ApiState } from './state.ts';
import { ApiStore } from './store.ts';
import { tagOperations } from './tags.ts';
import { vpcLinkOperations } from './vpc-links.ts';

/** Amazon API Gateway: HTTP APIs. */
export function createApiGatewayV2Service(cloud: Cloud): Service {
  const state: ApiState = { cloud, store: new ApiStore(cloud) };
  const executeApi = new ExecuteApi(state);
  return {
    name: 'apigatewayv2',
    operations: bindOperations(
      state,
      apiOperations,
      stageOperations,
      routeOperations,
      integrationOperations,
      authorizerOperations,
      deploymentOperations,
      vpcLinkOperations,
      tagOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new BadRequestException(describeViolations(violations)),
    systemTagRefused: () => new BadRequestException(SYSTEM_TAG_REFUSED),
    web: (request) => executeApi.web(request),
  };
}
