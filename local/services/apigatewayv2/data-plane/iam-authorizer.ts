import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { readCredentials } from '../../../cloud/request-credentials.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { headerOf, type WebRequest } from '../../../cloud/web.ts';
import type { Exchange, IamCaller } from './exchange.ts';
import { forbidden } from './refusal.ts';

/**
 * Authorizes a request to a route of type AWS_IAM: it must be signed for `execute-api`, and its caller must be allowed to
 * invoke the route. As everywhere in this runtime, the signature itself is not verified; the session token is.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 *
 * @throws Refusal
 */
export function authorizeByIam(cloud: Cloud, exchange: Exchange): IamCaller {
  const { api, path, request, stage } = exchange;
  const { accessKeyId, service, sessionToken } = credentialsOf(request);
  if (accessKeyId === undefined || service !== 'execute-api') throw forbidden();
  const principal = principalOf(cloud, accessKeyId, sessionToken);
  const inStage = stage.id === '$default' ? path : path.slice(stage.id.length + 1);
  const resource = cloud.arn('execute-api', `${api.id}/${stage.id}/${request.method}${inStage}`);
  try {
    cloud.authorize(principal, 'apigatewayv2', [{ action: 'execute-api:Invoke', resource }]);
  } catch (error) {
    if (error instanceof ServiceError) throw forbidden(error.message);
    throw error;
  }
  const userArn = 'arn' in principal ? principal.arn : '';
  return {
    accessKey: accessKeyId,
    accountId: cloud.accountId,
    callerId: accessKeyId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId: accessKeyId,
  };
}

function credentialsOf(request: WebRequest) {
  const headers = {
    authorization: headerOf(request, 'authorization'),
    'x-amz-security-token': headerOf(request, 'x-amz-security-token'),
  };
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return readCredentials(Object.fromEntries(given), new URLSearchParams(request.query));
}

/** The prefix of temporary access keys, which are valid only with their token. */
const TEMPORARY_KEY = /^ASIA/;

/** @throws Refusal for a session that this STS did not issue */
function principalOf(
  cloud: Cloud,
  accessKeyId: string,
  sessionToken: string | undefined,
): Principal {
  try {
    const session = cloud.service('sts')?.session?.({ accessKeyId, sessionToken });
    if (session !== undefined) return session;
  } catch (error) {
    if (error instanceof ServiceError) throw forbidden(error.message);
    throw error;
  }
  if (TEMPORARY_KEY.test(accessKeyId))
    throw forbidden('The security token of the request is invalid.');
  return { kind: 'account', arn: `arn:${cloud.partition}:iam::${cloud.accountId}:root` };
}
