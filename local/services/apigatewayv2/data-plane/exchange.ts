import type { WebRequest } from '../../../cloud/web.ts';
import type { ApiRecord, StageRecord } from '../store.ts';
import type { MatchedRoute } from './find-route.ts';

/** The claims of a valid token, as functions and access logs get them. */
export interface Authorized {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

/** What the integration did. */
export interface IntegrationResult {
  readonly latencyMs: number;
  /** Lambda's own status. */
  readonly status?: number;
  /** The status that the function gave. */
  readonly functionStatus?: number;
  readonly error?: string;
}

/** Who signed a request, as functions get it. */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/** One request, with what is known about it so far; the access log reports it at the end. */
export interface Exchange {
  readonly request: WebRequest;
  readonly api: ApiRecord;
  readonly stage: StageRecord;
  readonly requestId: string;
  readonly startedAt: number;
  /** Decoded, with the stage if it is a named one. */
  readonly path: string;
  /** The host of the API. */
  readonly domainName: string;
  matched?: MatchedRoute;
  authorized?: Authorized | undefined;
  /** Who signed the request, where the route is authorized by IAM. */
  caller?: IamCaller;
  authorizerError?: string | undefined;
  integration?: IntegrationResult;
}

export function routeKeyOf({ matched }: Exchange): string | undefined {
  return matched?.route.settings.RouteKey;
}
