import type { Clock } from '../host/clock.ts';
import type { Principal } from './principal.ts';
import type { Account, Permission, Service } from './service.ts';
import type { ServiceName } from './service-name.ts';

/** The parts of the cloud that a decision can depend on. */
export interface AuthorizationScope extends Account {
  readonly clock: Clock;
  /** The accounts of this runtime, whose policies decide about their callers. */
  readonly directory: {
    find(accountId: string): Pick<AuthorizationScope, 'service'> | undefined;
  };
  /** The account whose policies decide about an action on a resource. */
  ownerOfResource(arn: string, action?: string): AuthorizationScope;
  /** The service of that name, or undefined where this runtime has none. */
  service(name: ServiceName): Service | undefined;
}

/** A call, before it is run. */
export interface AuthorizationRequest {
  readonly cloud: AuthorizationScope;
  readonly principal: Principal;
  readonly service: Service;
  readonly permissions: readonly Permission[];
}

/** Decides whether a principal is allowed to make a call. */
export interface Authorizer {
  /** @throws the service's AccessDenied error, in AWS's words, for the first permission that is missing */
  authorize(request: AuthorizationRequest): void;
}
