import type { Cloud } from '../cloud.ts';
import type { Principal } from '../principal.ts';
import type { Permission, Service } from '../service.ts';

/** One call, before it is carried out. */
export interface AuthorizationRequest {
  readonly cloud: Cloud;
  readonly principal: Principal;
  readonly service: Service;
  readonly permissions: readonly Permission[];
}

/** Decides whether a principal may do what it asks. */
export interface Authorizer {
  /** @throws the service's own access-denied error, in AWS's words, at the first permission that is missing */
  authorize(request: AuthorizationRequest): void;
}
