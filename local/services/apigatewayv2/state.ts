import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';
import { NotFoundException } from './errors.ts';
import type { ApiRecord, ApiStore } from './store.ts';

/** What the operations of API Gateway share. */
export interface ApiState {
  readonly cloud: Cloud;
  readonly store: ApiStore;
}

/**
 * The permission for a path of the management API; its ARNs have no account.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
export function onPath(
  { cloud }: ApiState,
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT',
  ...path: readonly (string | undefined)[]
): Permission {
  const resource = `arn:${cloud.partition}:apigateway:${cloud.region}::/${path.join('/')}`;
  return { action: `apigateway:${method}`, resource };
}

/** @throws NotFoundException */
export function findApi({ cloud, store }: ApiState, apiId: string | undefined): ApiRecord {
  const api = store.apis.get(apiId ?? '');
  if (api !== undefined) return api;
  throw new NotFoundException(`Invalid API identifier specified ${cloud.accountId}:${apiId ?? ''}`);
}

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id as those of API Gateway: small letters and digits. */
export function newId({ random }: Cloud, length: number): string {
  const draw = () => ID_CHARACTERS[Math.floor(random.next() * ID_CHARACTERS.length)];
  return Array.from({ length }, draw).join('');
}

/** The port of this runtime's gateway; undefined before it listens. */
function portOf({ endpoint }: Cloud): string | undefined {
  return endpoint === undefined ? undefined : new URL(endpoint).port;
}

/** The host of an API with the port; a name that browsers and curl resolve to this machine. */
export function hostOfApi(cloud: Cloud, apiId: string): string {
  const port = portOf(cloud);
  const name = `${apiId}.execute-api.${cloud.region}`;
  return port === undefined ? `${name}.amazonaws.com` : `${name}.localhost:${port}`;
}

export function endpointOfApi(cloud: Cloud, apiId: string): string {
  const scheme = portOf(cloud) === undefined ? 'https' : 'http';
  return `${scheme}://${hostOfApi(cloud, apiId)}`;
}
