import { ServiceError } from '../../../cloud/service-error.ts';
import { headerOf, type WebResponse } from '../../../cloud/web.ts';
import { readAccessToken, userInfoOf } from '../tokens.ts';
import type { PageContext } from './authorize.ts';
import { FOR_ALL_ORIGINS, json } from './responses.ts';

const DESCRIPTION =
  'Access token is expired, disabled, or deleted, or the user has globally signed out.';

/**
 * The attributes of the user of an access token with the scope `openid`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
 */
export async function userInfo({ state, request }: PageContext): Promise<WebResponse> {
  const token = /^bearer +(.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
  if (token === undefined) return refused(400, 'invalid_request', 'Missing authorization token');
  try {
    const { client, user, scopes } = await readAccessToken(state, token);
    if (scopes.includes('openid')) return json(200, userInfoOf(client, user));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
  return refused(401, 'invalid_token', DESCRIPTION);
}

function refused(status: number, error: string, description: string): WebResponse {
  return json(status, { error, error_description: description }, [
    ...FOR_ALL_ORIGINS,
    ['www-authenticate', `error="${error}", error_description="${description}"`],
  ]);
}
