import type { WebResponse } from '../../../cloud/web.ts';
import { UnknownClient } from './authorization-request.ts';
import { cookie, type PageContext, SESSION_COOKIE } from './authorize.ts';
import { cookieOf, single } from './requests.ts';
import { redirect } from './responses.ts';

/**
 * Signs the browser out, and sends the user to an address of the client or to sign in again.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export function logOut({ state, poolId, request, address }: PageContext): WebResponse {
  const parameters = new URLSearchParams(request.query);
  const client = state.store.clients.get(single(parameters, 'client_id') ?? '');
  if (client === undefined || client.poolId !== poolId)
    throw new UnknownClient('The client does not exist.');
  const signedOut = cookie(address, SESSION_COOKIE, '', 0);
  state.browserSessions.take(cookieOf(request, SESSION_COOKIE) ?? '');
  const logoutUri = single(parameters, 'logout_uri');
  if (logoutUri !== undefined && client.settings.LogoutURLs?.includes(logoutUri) === true) {
    return redirect(logoutUri, [signedOut]);
  }
  if (logoutUri === undefined && parameters.has('redirect_uri')) {
    return redirect(`${address.base}/oauth2/authorize?${request.query}`, [signedOut]);
  }
  throw new UnknownClient('The logout_uri is not a sign-out URL of the client.');
}
