import { ServiceError } from '../../../cloud/service-error.ts';
import type { WebResponse } from '../../../cloud/web.ts';
import { answerChallenge, newChallenge } from '../authentication.ts';
import { signIn } from '../sign-in.ts';
import type { UserRecord } from '../store.ts';
import { TooManyAttempts } from './address-limit.ts';
import { type AuthorizationRequest, readAuthorization } from './authorization-request.ts';
import { cookie, type PageContext, redirectWithCode, sessionCookie } from './authorize.ts';
import { cookieOf, readForm } from './requests.ts';
import { errorPage, escaped, page, tooManyAttempts } from './responses.ts';

const CSRF_COOKIE = 'XSRF-TOKEN';
const CSRF_FIELD = '_csrf';
const CSRF_DIGITS = 32;
const CSRF_SECONDS = 3_600;

/** The form for user name and password. */
export function showLogin(context: PageContext): WebResponse {
  return loginPage(context, readRequest(context));
}

/** Signs the user in, or asks for a new password in place of a temporary one. */
export async function takeLogin(context: PageContext): Promise<WebResponse> {
  const asked = readRequest(context);
  const form = await readForm(context.request);
  const token = cookieOf(context.request, CSRF_COOKIE);
  if (token === undefined || form.get(CSRF_FIELD) !== token) {
    return errorPage('The form has expired. Go back and try again.');
  }
  try {
    return await context.state.addressLimit.attempt(context.request.sourceIp, () =>
      form.has('session') ? changed(context, asked, form) : entered(context, asked, form),
    );
  } catch (error) {
    if (error instanceof TooManyAttempts) return tooManyAttempts(error);
    if (!(error instanceof ServiceError)) throw error;
    return refused(context, asked, form, error);
  }
}

function readRequest({ state, poolId, request }: PageContext): AuthorizationRequest {
  return readAuthorization(state, poolId, new URLSearchParams(request.query));
}

async function entered(
  context: PageContext,
  asked: AuthorizationRequest,
  form: URLSearchParams,
): Promise<WebResponse> {
  const userName = form.get('username') ?? '';
  const password = form.get('password') ?? '';
  const user = await signIn(context.state, asked.client, { userName, password });
  if (user.status !== 'FORCE_CHANGE_PASSWORD') return finished(context, asked, user);
  return newPasswordPage(context, asked, newChallenge(context.state, asked.client, user));
}

async function changed(
  context: PageContext,
  asked: AuthorizationRequest,
  form: URLSearchParams,
): Promise<WebResponse> {
  const user = await answerChallenge(context.state, asked.client, {
    session: form.get('session') ?? '',
    password: form.get('new_password') ?? '',
    attributes: {},
  });
  return finished(context, asked, user);
}

function finished(
  context: PageContext,
  asked: AuthorizationRequest,
  user: UserRecord,
): WebResponse {
  const headers = [sessionCookie(context, user)];
  return redirectWithCode(context.state, asked, user, context.state.cloud.clock.now(), headers);
}

/** A user name that does not exist looks like a wrong password. */
function refused(
  context: PageContext,
  asked: AuthorizationRequest,
  form: URLSearchParams,
  error: ServiceError,
): WebResponse {
  const session = form.get('session');
  if (session !== null && error.code !== 'NotAuthorizedException') {
    return newPasswordPage(context, asked, session, error.message);
  }
  const isUnknown = error.code === 'UserNotFoundException';
  return loginPage(context, asked, isUnknown ? 'Incorrect username or password.' : error.message);
}

function loginPage(
  context: PageContext,
  asked: AuthorizationRequest,
  problem?: string,
): WebResponse {
  const fields =
    '<label for="username">User name</label><input id="username" name="username" autocomplete="username" autofocus required maxlength="128">' +
    '<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">';
  return formPage(context, asked, { title: 'Sign in', fields, button: 'Sign in', problem });
}

function newPasswordPage(
  context: PageContext,
  asked: AuthorizationRequest,
  session: string,
  problem?: string,
): WebResponse {
  const fields =
    `<input type="hidden" name="session" value="${escaped(session)}">` +
    '<label for="new_password">New password</label><input id="new_password" name="new_password" type="password" autocomplete="new-password" autofocus required maxlength="256">';
  return formPage(context, asked, {
    title: 'Choose a new password',
    fields,
    button: 'Change password',
    problem,
  });
}

interface FormContent {
  readonly title: string;
  /** Escaped. */
  readonly fields: string;
  readonly button: string;
  readonly problem: string | undefined;
}

function formPage(
  { state, address, request }: PageContext,
  { redirectUri }: AuthorizationRequest,
  { title, fields, button, problem }: FormContent,
): WebResponse {
  const token = state.cloud.random.hex(CSRF_DIGITS);
  const alert = problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`;
  const action = escaped(`${address.base}/login?${request.query}`);
  const content = `${alert}<form method="post" action="${action}"><input type="hidden" name="${CSRF_FIELD}" value="${token}">${fields}<button type="submit">${button}</button></form>`;
  const { origin, protocol } = new URL(redirectUri);
  return page(title, content, {
    status: problem === undefined ? 200 : 400,
    headers: [cookie(address, CSRF_COOKIE, token, CSRF_SECONDS)],
    formTarget: origin === 'null' ? protocol : origin,
  });
}
