import type {
  ApiGatewayV2,
  CreateStageRequest,
  DeleteAccessLogSettingsRequest,
  DeleteRouteSettingsRequest,
  DeleteStageRequest,
  GetStageRequest,
  GetStagesRequest,
  GetStagesResponse,
  Stage,
  UpdateStageRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { OperationTable } from '../../cloud/operation.ts';
import { BadRequestException, ConflictException, MissingFeature } from './errors.ts';
import { LOG_FORMAT_BYTES, STAGES_AN_API } from './limits.ts';
import { pageOf } from './pages.ts';
import { addPart, changePart, findPart } from './parts.ts';
import { type ApiState, findApi, onPath } from './state.ts';
import type { Settings, StageRecord } from './store.ts';

/** The stages of an API. */
export const stageOperations: OperationTable<ApiGatewayV2, ApiState> = {
  CreateStage: {
    permissions: (input: CreateStageRequest, state) =>
      onPath(state, 'POST', 'apis', input.ApiId, 'stages'),
    run: (input: CreateStageRequest, state) => createStage(state, input),
  },
  GetStage: {
    readOnly: true,
    permissions: (input: GetStageRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'stages', input.StageName),
    run: (input: GetStageRequest, state) => describe(find(state, input)),
  },
  GetStages: {
    readOnly: true,
    permissions: (input: GetStagesRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'stages'),
    run(input: GetStagesRequest, state): GetStagesResponse {
      const stages = state.store.stages.of(findApi(state, input.ApiId).id);
      return pageOf(stages.map(describe), ({ StageName }) => StageName ?? '', input);
    },
  },
  UpdateStage: {
    permissions: (input: UpdateStageRequest, state) =>
      onPath(state, 'PATCH', 'apis', input.ApiId, 'stages', input.StageName),
    run: (input: UpdateStageRequest, state) => updateStage(state, input),
  },
  DeleteStage: {
    permissions: (input: DeleteStageRequest, state) =>
      onPath(state, 'DELETE', 'apis', input.ApiId, 'stages', input.StageName),
    run(input: DeleteStageRequest, state): void {
      const { apiId, id } = find(state, input);
      state.store.stages.delete(apiId, id);
    },
  },
  DeleteAccessLogSettings: {
    permissions: (input: DeleteAccessLogSettingsRequest, state) =>
      onPath(state, 'DELETE', 'apis', input.ApiId, 'stages', input.StageName, 'accesslogsettings'),
    run(input: DeleteAccessLogSettingsRequest, state): void {
      const stage = find(state, input);
      const { AccessLogSettings: _log, ...settings } = stage.settings;
      changePart(state, state.store.stages, stage, settings);
    },
  },
  DeleteRouteSettings: {
    permissions: (input: DeleteRouteSettingsRequest, state) =>
      onPath(
        state,
        'DELETE',
        ...['apis', input.ApiId, 'stages', input.StageName, 'routesettings', input.RouteKey],
      ),
    run(input: DeleteRouteSettingsRequest, state): void {
      const stage = find(state, input);
      const kept = Object.entries(stage.settings.RouteSettings ?? {}).filter(
        ([key]) => key !== input.RouteKey,
      );
      const settings = { ...stage.settings, RouteSettings: Object.fromEntries(kept) };
      changePart(state, state.store.stages, stage, settings);
    },
  },
};

/** @throws NotFoundException */
function find(state: ApiState, { ApiId, StageName }: GetStageRequest): StageRecord {
  return findPart(state, state.store.stages, 'Stage', { apiId: ApiId, id: StageName });
}

function createStage(state: ApiState, { ApiId: apiId, ...settings }: CreateStageRequest): Stage {
  const { StageName: id = '' } = settings;
  const api = findApi(state, apiId);
  checkStage(state, api.id, settings);
  if (state.store.stages.get(api.id, id) !== undefined) {
    throw new ConflictException('Stage already exists');
  }
  return describe(addPart(state, state.store.stages, { apiId, id, most: STAGES_AN_API, settings }));
}

function updateStage(state: ApiState, input: UpdateStageRequest): Stage {
  const stage = find(state, input);
  const { ApiId: _api, StageName, ...changes } = input;
  const RouteSettings = { ...stage.settings.RouteSettings, ...changes.RouteSettings };
  const settings = { ...stage.settings, ...changes, RouteSettings, StageName };
  checkStage(state, stage.apiId, settings);
  return describe(changePart(state, state.store.stages, stage, settings));
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html */
const STAGE_NAME = /^(?:\$default|[\w-]{1,128})$/;
const LOG_GROUP_ARN = /^arn:[\w-]+:logs:[\w-]*:\d*:log-group:[\w./#-]+(?::\*)?$/;

/** @throws BadRequestException, MissingFeature, NotFoundException */
function checkStage(state: ApiState, apiId: string, settings: Settings<CreateStageRequest>): void {
  if (!STAGE_NAME.test(settings.StageName ?? '')) {
    throw new BadRequestException(
      'Stage name only allows a-zA-Z0-9_- and $default; its length is at most 128',
    );
  }
  if (settings.ClientCertificateId !== undefined) throw new MissingFeature('client certificates');
  if (settings.AutoDeploy === true && settings.DeploymentId !== undefined) {
    throw new BadRequestException(
      'Deployment ID cannot be set on stage because AutoDeploy is enabled',
    );
  }
  if (settings.DeploymentId !== undefined) {
    findPart(state, state.store.deployments, 'Deployment', { apiId, id: settings.DeploymentId });
  }
  checkRouteSettings(state, apiId, settings);
  checkAccessLog(settings.AccessLogSettings);
}

/** AWS's limit for all routes of an account. */
const MOST_REQUESTS_A_SECOND = 10_000;

function checkRouteSettings(
  { store }: ApiState,
  apiId: string,
  { DefaultRouteSettings, RouteSettings = {} }: Settings<CreateStageRequest>,
): void {
  const keys = new Set(store.routes.of(apiId).map(({ settings }) => settings.RouteKey));
  const unknown = Object.keys(RouteSettings).find((key) => !keys.has(key));
  if (unknown !== undefined) {
    throw new BadRequestException(
      `Unable to find Route by key ${unknown} within the provided RouteSettings`,
    );
  }
  for (const settings of [DefaultRouteSettings, ...Object.values(RouteSettings)]) {
    const { ThrottlingRateLimit: rate = 0, ThrottlingBurstLimit: burst = 0 } = settings ?? {};
    if (rate < 0 || burst < 0 || rate > MOST_REQUESTS_A_SECOND) {
      throw new BadRequestException(
        'Throttling limits must be positive and below those of the account',
      );
    }
  }
}

function checkAccessLog(log: CreateStageRequest['AccessLogSettings']): void {
  if (log === undefined) return;
  if (!LOG_GROUP_ARN.test(log.DestinationArn ?? '')) {
    throw new BadRequestException(
      "Invalid ARN specified in the request. ARNs must start with 'arn:' and name a log group",
    );
  }
  if (Buffer.byteLength(log.Format ?? '') > LOG_FORMAT_BYTES) {
    throw new BadRequestException(`The access log format exceeds ${LOG_FORMAT_BYTES} bytes`);
  }
}

function describe({ id, settings, createdAt, modifiedAt }: StageRecord): Stage {
  return {
    DefaultRouteSettings: { DetailedMetricsEnabled: false },
    RouteSettings: {},
    StageVariables: {},
    Tags: {},
    ...settings,
    CreatedDate: new Date(createdAt),
    LastUpdatedDate: new Date(modifiedAt),
    StageName: id,
  };
}
