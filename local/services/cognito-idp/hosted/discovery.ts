import type { WebResponse } from '../../../cloud/web.ts';
import { domainOf } from '../pools.ts';
import { type CognitoState, issuerOf } from '../state.ts';
import { domainUrl, type IssuerDocument } from './address.ts';
import { json } from './responses.ts';

/** What a pool publishes at the address of its issuer. */
export async function issuerDocument(
  state: CognitoState,
  { poolId, document }: IssuerDocument,
): Promise<WebResponse> {
  if (!state.store.pools.has(poolId)) {
    return json(400, { message: `User pool ${poolId} does not exist.` });
  }
  if (document === 'openid-configuration') return json(200, configurationOf(state, poolId));
  return json(200, { keys: (await state.keys.of(poolId)).published });
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html */
function configurationOf(state: CognitoState, poolId: string): object {
  const issuer = issuerOf(state.cloud, poolId);
  const domain = domainOf(state, poolId);
  return {
    ...(domain !== undefined && endpointsOf(domainUrl(state.cloud, domain))),
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  };
}

function endpointsOf(url: string): object {
  return {
    authorization_endpoint: `${url}/oauth2/authorize`,
    end_session_endpoint: `${url}/logout`,
    revocation_endpoint: `${url}/oauth2/revoke`,
    token_endpoint: `${url}/oauth2/token`,
    userinfo_endpoint: `${url}/oauth2/userInfo`,
  };
}
