import { brandingOfClient } from '../pool-parts.ts';
import type { CognitoState } from '../state.ts';
import type { ClientRecord } from '../store.ts';
import { single } from './requests.ts';

/** A valid request of a client to sign a user in. */
export interface AuthorizationRequest {
  readonly client: ClientRecord;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly prompt: string | undefined;
}

/** A request whose client or address is unknown, so that the user must not be sent there. */
export class UnknownClient extends Error {}

/** A request that the client hears about: the user is sent back with the error. */
export class RedirectedError extends Error {
  readonly location: string;

  constructor(
    target: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
    error: string,
    message: string,
  ) {
    super(message);
    this.location = redirectTo(target, { error, error_description: message });
  }
}

/** The address of a client with parameters, and the state that it gave. */
export function redirectTo(
  { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  parameters: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({ ...parameters, ...(state !== undefined && { state }) });
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query.toString()}`;
}

/**
 * Reads the parameters of the authorization endpoint.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 * @throws UnknownClient, RedirectedError
 */
export function readAuthorization(
  cognito: CognitoState,
  poolId: string,
  parameters: URLSearchParams,
): AuthorizationRequest {
  const client = cognito.store.clients.get(single(parameters, 'client_id') ?? '');
  if (client === undefined || client.poolId !== poolId)
    throw new UnknownClient('The client does not exist.');
  const redirectUri = single(parameters, 'redirect_uri') ?? '';
  if (client.settings.CallbackURLs?.includes(redirectUri) !== true) {
    throw new UnknownClient('The redirect_uri is not a callback URL of the client.');
  }
  const target = { redirectUri, state: single(parameters, 'state') };
  checkResponseType(client, target, parameters);
  const version = Array.from(cognito.store.domains.entries(), ([, domain]) => domain).find(
    (domain) => domain.poolId === poolId,
  )?.managedLoginVersion;
  if (version === 2 && brandingOfClient(cognito, client.id) === undefined) {
    throw new UnknownClient(
      'Managed login has no branding for this client: create one (AWS::Cognito::ManagedLoginBranding), as AWS needs it too.',
    );
  }
  return {
    ...target,
    client,
    scopes: scopesOf(client, target, single(parameters, 'scope')),
    nonce: single(parameters, 'nonce'),
    codeChallenge: codeChallengeOf(target, parameters),
    prompt: single(parameters, 'prompt'),
  };
}

type Target = Pick<AuthorizationRequest, 'redirectUri' | 'state'>;

function checkResponseType(
  { settings }: ClientRecord,
  target: Target,
  parameters: URLSearchParams,
): void {
  const type = single(parameters, 'response_type');
  if (type === undefined)
    throw new RedirectedError(target, 'invalid_request', 'response_type is missing');
  const isAllowed =
    settings.AllowedOAuthFlowsUserPoolClient === true &&
    settings.AllowedOAuthFlows?.includes('code') === true;
  if (type === 'code' && isAllowed) return;
  const message =
    type === 'token'
      ? 'stepmill has no implicit grant; use the code grant with PKCE'
      : 'The client is not allowed to use this response_type';
  throw new RedirectedError(target, 'unauthorized_client', message);
}

function scopesOf(
  { settings }: ClientRecord,
  target: Target,
  wanted: string | undefined,
): readonly string[] {
  const allowed = settings.AllowedOAuthScopes ?? [];
  const scopes = (wanted ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0) return allowed;
  if (scopes.every((scope) => allowed.includes(scope))) return scopes;
  throw new RedirectedError(target, 'invalid_scope', 'The client does not have this scope');
}

/** https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
const CODE_CHALLENGE = /^[\w-]{43}$/;

function codeChallengeOf(target: Target, parameters: URLSearchParams): string | undefined {
  const challenge = parameters.get('code_challenge') ?? undefined;
  const method = parameters.get('code_challenge_method') ?? undefined;
  if (challenge === undefined && method === undefined) return undefined;
  if (method === 'S256' && CODE_CHALLENGE.test(challenge ?? '')) return challenge;
  throw new RedirectedError(
    target,
    'invalid_request',
    'code_challenge_method must be S256, with a code_challenge',
  );
}
