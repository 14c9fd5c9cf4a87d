import type {
  CreateApiRequest,
  CreateAuthorizerRequest,
  CreateIntegrationRequest,
  CreateRouteRequest,
  CreateStageRequest,
  CreateVpcLinkRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

/** What a request gave, without the API that it belongs to. */
export type Settings<Request> = Readonly<Omit<Request, 'ApiId'>>;

export interface ApiRecord {
  readonly id: string;
  readonly settings: Settings<CreateApiRequest>;
  readonly createdAt: number;
}

export interface VpcLinkRecord {
  readonly id: string;
  readonly settings: CreateVpcLinkRequest;
  readonly createdAt: number;
}

/** A part of an API: a route, an integration, an authorizer, a stage or a deployment. */
export interface PartRecord<PartSettings> {
  readonly apiId: string;
  /** The name of a stage, the id of any other part. */
  readonly id: string;
  readonly settings: PartSettings;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export type RouteRecord = PartRecord<Settings<CreateRouteRequest>>;
export type IntegrationRecord = PartRecord<Settings<CreateIntegrationRequest>>;
export type AuthorizerRecord = PartRecord<Settings<CreateAuthorizerRequest>>;
export type StageRecord = PartRecord<Settings<CreateStageRequest>>;

/** What a stage without automatic deployment serves. */
export interface DeployedParts {
  readonly routes: readonly RouteRecord[];
  readonly integrations: readonly IntegrationRecord[];
  readonly authorizers: readonly AuthorizerRecord[];
}

export interface DeploymentSettings extends DeployedParts {
  readonly description?: string;
  readonly isAutomatic?: boolean;
}

export type DeploymentRecord = PartRecord<DeploymentSettings>;

/** The parts of one kind, of all APIs. */
export class Parts<PartSettings> {
  readonly #table: Table<PartRecord<PartSettings>>;

  constructor(cloud: Cloud, name: string) {
    this.#table = cloud.store.table<PartRecord<PartSettings>>(`apigatewayv2.${name}`, checkPart);
  }

  of(apiId: string): readonly PartRecord<PartSettings>[] {
    return Array.from(this.#table.entries({ prefix: `${apiId}/` }), ([, part]) => part);
  }

  get(apiId: string, id: string): PartRecord<PartSettings> | undefined {
    return this.#table.get(`${apiId}/${id}`);
  }

  put(part: PartRecord<PartSettings>): void {
    this.#table.put(`${part.apiId}/${part.id}`, part);
  }

  delete(apiId: string, id: string): boolean {
    return this.#table.delete(`${apiId}/${id}`);
  }
}

const PART_TEXTS = ['apiId', 'id'] as const;

function checkPart(value: unknown): string | undefined {
  const part = value as Readonly<Record<string, unknown>> | null;
  if (typeof part !== 'object' || part === null) return 'it is not an object';
  const bad = PART_TEXTS.find((name) => typeof part[name] !== 'string');
  if (bad !== undefined) return `its member "${bad}" is not a text`;
  const isComplete = typeof part['settings'] === 'object' && part['settings'] !== null;
  return isComplete ? undefined : 'its member "settings" is not an object';
}

/** The APIs and their parts. */
export class ApiStore {
  readonly apis: Table<ApiRecord>;
  readonly vpcLinks: Table<VpcLinkRecord>;
  readonly routes: Parts<RouteRecord['settings']>;
  readonly integrations: Parts<IntegrationRecord['settings']>;
  readonly authorizers: Parts<AuthorizerRecord['settings']>;
  readonly stages: Parts<StageRecord['settings']>;
  readonly deployments: Parts<DeploymentSettings>;

  constructor(cloud: Cloud) {
    this.apis = cloud.store.table<ApiRecord>('apigatewayv2.apis', checkApi);
    this.vpcLinks = cloud.store.table('apigatewayv2.vpc-links', {
      id: 'string',
      settings: 'object',
      createdAt: 'number',
    });
    this.routes = new Parts(cloud, 'routes');
    this.integrations = new Parts(cloud, 'integrations');
    this.authorizers = new Parts(cloud, 'authorizers');
    this.stages = new Parts(cloud, 'stages');
    this.deployments = new Parts(cloud, 'deployments');
  }

  /** The parts of an API as they are now. */
  currentParts(apiId: string): DeployedParts {
    return {
      routes: this.routes.of(apiId),
      integrations: this.integrations.of(apiId),
      authorizers: this.authorizers.of(apiId),
    };
  }

  /** Deletes an API with all its parts. */
  deleteApi(apiId: string): void {
    const kinds = [this.routes, this.integrations, this.authorizers, this.stages, this.deployments];
    for (const parts of kinds) {
      for (const { id } of parts.of(apiId)) parts.delete(apiId, id);
    }
    this.apis.delete(apiId);
  }
}

function checkApi(value: unknown): string | undefined {
  return checkPart({ apiId: '', ...(value as object) });
}
