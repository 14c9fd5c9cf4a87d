import type { Clock } from '../host/clock.ts';
import type { Principal } from './principal.ts';
import type { Account, Permission, Service } from './service.ts';
import type { ServiceName } from './service-name.ts';

/** What of the cloud a decision may depend on. */
export interface AuthorizationScope extends Account {
  readonly clock: Clock;
  /** The service of that name, or undefined where this runtime has none. */
  service(name: ServiceName): Service | undefined;
}

/** One call, before it is carried out. */
export interface AuthorizationRequest {
  readonly cloud: AuthorizationScope;
  readonly principal: Principal;
  readonly service: Service;
  readonly permissions: readonly Permission[];
}

/** Decides whether a principal may do what it asks. */
export interface Authorizer {
  /** @throws the service's own access-denied error, in AWS's words, at the first permission that is missing */
  authorize(request: AuthorizationRequest): void;
}
