import type {
  ApiGatewayV2,
  CreateDeploymentRequest,
  DeleteDeploymentRequest,
  Deployment,
  GetDeploymentRequest,
  GetDeploymentsRequest,
  GetDeploymentsResponse,
} from '@aws-sdk/client-apigatewayv2';
import type { OperationTable } from '../../cloud/operation.ts';
import { BadRequestException } from './errors.ts';
import { pageOf } from './pages.ts';
import { addPart, changePart, findPart } from './parts.ts';
import { type ApiState, findApi, onPath } from './state.ts';
import type { DeployedParts, DeploymentRecord, StageRecord } from './store.ts';

/** Snapshots of an API for stages without automatic deployment. */
export const deploymentOperations: OperationTable<ApiGatewayV2, ApiState> = {
  CreateDeployment: {
    permissions: (input: CreateDeploymentRequest, state) =>
      onPath(state, 'POST', 'apis', input.ApiId, 'deployments'),
    run: (input: CreateDeploymentRequest, state) => createDeployment(state, input),
  },
  GetDeployment: {
    readOnly: true,
    permissions: (input: GetDeploymentRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'deployments', input.DeploymentId),
    run: (input: GetDeploymentRequest, state) => describe(find(state, input)),
  },
  GetDeployments: {
    readOnly: true,
    permissions: (input: GetDeploymentsRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'deployments'),
    run(input: GetDeploymentsRequest, state): GetDeploymentsResponse {
      const deployments = state.store.deployments.of(findApi(state, input.ApiId).id);
      return pageOf(deployments.map(describe), ({ DeploymentId }) => DeploymentId ?? '', input);
    },
  },
  DeleteDeployment: {
    permissions: (input: DeleteDeploymentRequest, state) =>
      onPath(state, 'DELETE', 'apis', input.ApiId, 'deployments', input.DeploymentId),
    run: (input: DeleteDeploymentRequest, state) => deleteDeployment(state, input),
  },
};

/** The deployments of an API that are kept, beside those that its stages use. */
const DEPLOYMENTS_KEPT = 100;

/** @throws NotFoundException */
function find(state: ApiState, { ApiId, DeploymentId }: GetDeploymentRequest): DeploymentRecord {
  const name = { apiId: ApiId, id: DeploymentId };
  return findPart(state, state.store.deployments, 'Deployment', name);
}

function createDeployment(state: ApiState, input: CreateDeploymentRequest): Deployment {
  const api = findApi(state, input.ApiId);
  if (state.store.routes.of(api.id).length === 0) {
    throw new BadRequestException('At least one route is required before deploying the Api.');
  }
  const stage =
    input.StageName === undefined
      ? undefined
      : findPart(state, state.store.stages, 'Stage', { apiId: api.id, id: input.StageName });
  const description = input.Description === undefined ? {} : { description: input.Description };
  const deployment = addPart(state, state.store.deployments, {
    apiId: api.id,
    id: undefined,
    most: Number.POSITIVE_INFINITY,
    settings: { ...state.store.currentParts(api.id), ...description },
  });
  if (stage !== undefined) useDeployment(state, stage, deployment.id);
  removeUnused(state, api.id);
  return describe(deployment);
}

function useDeployment(state: ApiState, stage: StageRecord, DeploymentId: string): void {
  changePart(state, state.store.stages, stage, { ...stage.settings, DeploymentId });
}

/** The oldest deployments that no stage uses. */
function removeUnused({ store }: ApiState, apiId: string): void {
  const used = new Set(store.stages.of(apiId).map(({ settings }) => settings.DeploymentId));
  const unused = store.deployments
    .of(apiId)
    .filter(({ id }) => !used.has(id))
    .toSorted((one, other) => one.createdAt - other.createdAt);
  for (const { id } of unused.slice(0, -DEPLOYMENTS_KEPT)) store.deployments.delete(apiId, id);
}

/** Called after each change of an API: its stages with automatic deployment report it as their last one. */
export function deployAutomatically({ cloud, store }: ApiState, apiId: string): void {
  for (const stage of store.stages.of(apiId)) {
    if (stage.settings.AutoDeploy !== true) continue;
    store.stages.put({ ...stage, modifiedAt: cloud.clock.now() });
  }
}

/** What a stage serves: the parts as they are now, or those of its deployment; undefined without a deployment. */
export function deployedParts(
  { store }: ApiState,
  { apiId, settings }: StageRecord,
): DeployedParts | undefined {
  if (settings.AutoDeploy === true) return store.currentParts(apiId);
  return store.deployments.get(apiId, settings.DeploymentId ?? '')?.settings;
}

/** @throws BadRequestException while a stage uses it */
function deleteDeployment(state: ApiState, input: DeleteDeploymentRequest): void {
  const { apiId, id } = find(state, input);
  const stages = state.store.stages.of(apiId);
  if (stages.some(({ settings }) => settings.DeploymentId === id)) {
    throw new BadRequestException(
      'Active stages pointing to this deployment must be moved or deleted',
    );
  }
  state.store.deployments.delete(apiId, id);
}

function describe({ id, settings, createdAt }: DeploymentRecord): Deployment {
  const { description } = settings;
  return {
    AutoDeployed: false,
    CreatedDate: new Date(createdAt),
    DeploymentId: id,
    DeploymentStatus: 'DEPLOYED',
    ...(description !== undefined && { Description: description }),
  };
}
