import type {
  ChangePasswordRequest,
  CognitoIdentityProvider,
  GetUserRequest,
  GetUserResponse,
  GlobalSignOutRequest,
  RevokeTokenRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { NotAuthorizedException } from './errors.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { endSessions, sessionOf } from './sessions.ts';
import { isSecretOf, signIn } from './sign-in.ts';
import { type CognitoState, findClient, findPool, findUser, putUser } from './state.ts';
import { type AccessGrant, isReadable, readAccessToken, USER_ADMIN_SCOPE } from './tokens.ts';
import { attributeList } from './users.ts';

/** What users do with their tokens; no permission is needed. */
export const selfServiceOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  GetUser: {
    readOnly: true,
    permissions: () => [],
    async run(input: GetUserRequest, state): Promise<GetUserResponse> {
      const { client, user } = await grantOf(state, input.AccessToken);
      const attributes = attributeList(user).filter(({ Name = '' }) => isReadable(client, Name));
      return { Username: user.name, UserAttributes: attributes };
    },
  },
  ChangePassword: {
    permissions: () => [],
    run: (input: Checked<ChangePasswordRequest>, state) => changePassword(state, input),
  },
  GlobalSignOut: {
    permissions: () => [],
    async run(input: GlobalSignOutRequest, state): Promise<object> {
      endSessions(state, (await grantOf(state, input.AccessToken)).user);
      return {};
    },
  },
  RevokeToken: {
    permissions: () => [],
    run(input: Checked<RevokeTokenRequest>, state): object {
      const client = findClient(state, input.ClientId);
      if (!isSecretOf(client, input.ClientSecret)) {
        throw new NotAuthorizedException(`Unable to verify secret for client ${client.id}`);
      }
      revoke(state, client.id, input.Token);
      return {};
    },
  },
};

/** Ends the session of a refresh token; one that is unknown is fine, as on AWS. */
export function revoke(state: CognitoState, clientId: string, refreshToken: string): void {
  const session = sessionOf(state, findClient(state, clientId), refreshToken);
  if (session !== undefined) state.store.sessions.delete(session.id);
}

/** @throws NotAuthorizedException for a token that is invalid or does not have the scope */
async function grantOf(state: CognitoState, token: string | undefined): Promise<AccessGrant> {
  const grant = await readAccessToken(state, token ?? '');
  if (grant.scopes.includes(USER_ADMIN_SCOPE)) return grant;
  throw new NotAuthorizedException('Access Token does not have required scopes');
}

async function changePassword(
  state: CognitoState,
  input: Checked<ChangePasswordRequest>,
): Promise<object> {
  const { client, user } = await grantOf(state, input.AccessToken);
  const pool = findPool(state, user.poolId);
  await signIn(state, client, { userName: user.name, password: input.PreviousPassword ?? '' });
  checkPassword(pool, input.ProposedPassword);
  const password = await hashPassword(input.ProposedPassword);
  putUser(state, pool, { ...findUser(state, pool, user.name), password });
  return {};
}
