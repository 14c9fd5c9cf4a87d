import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { authenticationOperations } from './authentication.ts';
import { clientOperations } from './clients.ts';
import {
  AccessDeniedException,
  InvalidParameterException,
  TooManyRequestsException,
} from './errors.ts';
import { ExpiringMap } from './expiring-map.ts';
import { groupOperations } from './groups.ts';
import { AddressLimit } from './hosted/address-limit.ts';
import { ManagedLogin } from './hosted/managed-login.ts';
import { MOST_BROWSER_SESSIONS, MOST_CHALLENGES, MOST_CODES } from './limits.ts';
import { LockOut } from './lock-out.ts';
import { brandingOperations, domainOperations, resourceServerOperations } from './pool-parts.ts';
import { poolOperations } from './pools.ts';
import { requestQuotas } from './request-quotas.ts';
import { selfServiceOperations } from './self-service.ts';
import { SigningKeys } from './signing-keys.ts';
import type { CognitoState } from './state.ts';
import { CognitoStore } from './store.ts';
import { tagOperations } from './tags.ts';
import { userOperations } from './users.ts';

/** Amazon Cognito user pools. */
export function createCognitoService(cloud: Cloud): Service {
  const state = createState(cloud);
  const managedLogin = new ManagedLogin(state);
  return {
    name: 'cognito-idp',
    operations: bindOperations(
      state,
      poolOperations,
      clientOperations,
      domainOperations,
      resourceServerOperations,
      groupOperations,
      brandingOperations,
      userOperations,
      authenticationOperations,
      selfServiceOperations,
      tagOperations,
    ),
    requestQuotas,
    throttled: () => new TooManyRequestsException(),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new InvalidParameterException(describeViolations(violations)),
    systemTagRefused: () => new InvalidParameterException(SYSTEM_TAG_REFUSED),
    web: (request) => managedLogin.web(request),
  };
}

function createState(cloud: Cloud): CognitoState {
  const store = new CognitoStore(cloud);
  return {
    cloud,
    store,
    keys: new SigningKeys(cloud, store),
    lockOut: new LockOut(cloud.clock),
    addressLimit: new AddressLimit(cloud.clock),
    challenges: new ExpiringMap(cloud, MOST_CHALLENGES),
    codes: new ExpiringMap(cloud, MOST_CODES),
    browserSessions: new ExpiringMap(cloud, MOST_BROWSER_SESSIONS),
  };
}
