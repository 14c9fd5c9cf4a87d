import { ServiceError } from '../../../cloud/service-error.ts';
import type { WebRequest, WebResponse } from '../../../cloud/web.ts';
import type { CognitoState } from '../state.ts';
import { type DomainAddress, domainAddressOf, issuerDocumentOf } from './address.ts';
import { RedirectedError, UnknownClient } from './authorization-request.ts';
import { authorize, type PageContext } from './authorize.ts';
import { issuerDocument } from './discovery.ts';
import { showLogin, takeLogin } from './login.ts';
import { logOut } from './logout.ts';
import { BadForm } from './requests.ts';
import { errorPage, json, page, preflight, redirect } from './responses.ts';
import { giveTokens, revokeToken } from './token-endpoint.ts';
import { userInfo } from './user-info.ts';

type Handler = (context: PageContext) => Promise<WebResponse> | WebResponse;

/** The pages and endpoints of a domain, by method and path. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /login': showLogin,
  'GET /logout': logOut,
  'GET /oauth2/authorize': authorize,
  'GET /oauth2/userInfo': userInfo,
  'OPTIONS /oauth2/revoke': preflight,
  'OPTIONS /oauth2/token': preflight,
  'OPTIONS /oauth2/userInfo': preflight,
  'POST /login': takeLogin,
  'POST /oauth2/revoke': revokeToken,
  'POST /oauth2/token': giveTokens,
  'POST /oauth2/userInfo': userInfo,
};

/** Serves the domains of user pools, and what their issuers publish. */
export class ManagedLogin {
  readonly #state: CognitoState;

  constructor(state: CognitoState) {
    this.#state = state;
  }

  /** The response of a pool; undefined for a request that is not for one. */
  web(request: WebRequest): Promise<WebResponse> | undefined {
    const document = issuerDocumentOf(request);
    if (document !== undefined) {
      const isPool = this.#state.store.pools.has(document.poolId);
      return this.#answersFor(isPool) ? issuerDocument(this.#state, document) : undefined;
    }
    const address = domainAddressOf(request);
    if (address === undefined) return undefined;
    const isDomain = this.#state.store.domains.has(address.domain);
    return this.#answersFor(isDomain) ? this.#serve(request, address) : undefined;
  }

  /** What no account has is refused by the home account. */
  #answersFor(isKnown: boolean): boolean {
    const { cloud } = this.#state;
    return isKnown || cloud.directory.home === cloud;
  }

  async #serve(request: WebRequest, address: DomainAddress): Promise<WebResponse> {
    const poolId = this.#state.store.domains.get(address.domain)?.poolId;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const name = `${method} ${address.path}`;
    const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
    if (poolId === undefined || handler === undefined) {
      return page('Not found', '<p>There is no such page.</p>', { status: 404 });
    }
    try {
      return await handler({ state: this.#state, poolId, request, address });
    } catch (error) {
      return refusalOf(error);
    }
  }
}

/** What the user sees of a request that fails. @throws any other error */
function refusalOf(error: unknown): WebResponse {
  if (error instanceof RedirectedError) return redirect(error.location);
  if (error instanceof UnknownClient) return errorPage(error.message);
  if (error instanceof BadForm) return errorPage('The form cannot be read.');
  if (error instanceof ServiceError && error.status === 413)
    return json(413, { error: 'invalid_request' });
  throw error;
}
