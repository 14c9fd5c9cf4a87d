import type { RequestQuota } from '../../cloud/service.ts';

/** Requests a second of a category of operations, which share them. */
function category(perSecond: number): RequestQuota {
  return { bucket: perSecond, refillPerSecond: perSecond };
}

const USER_AUTHENTICATION = category(120);
const USER_CREATION = category(50);
const USER_READ = category(120);
const USER_LIST = category(30);
const USER_TOKEN = category(120);

/** https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations */
export const requestQuotas: Readonly<Record<string, RequestQuota>> = {
  AdminInitiateAuth: USER_AUTHENTICATION,
  AdminRespondToAuthChallenge: USER_AUTHENTICATION,
  InitiateAuth: USER_AUTHENTICATION,
  RespondToAuthChallenge: USER_AUTHENTICATION,
  AdminCreateUser: USER_CREATION,
  AdminGetUser: USER_READ,
  GetUser: USER_READ,
  ListUsers: USER_LIST,
  RevokeToken: USER_TOKEN,
};
