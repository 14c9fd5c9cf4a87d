import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { BASE_PATH } from '../../api/client/index.ts';
import type { Group, Scope } from '../../api/index.ts';
import { type Person, VISITOR } from '../data/person.ts';
import { serverNow } from '../data/server-clock.ts';
import type { Config } from './config.ts';

/** Where the sign-in page sends people back to. */
const SIGNED_IN_PATH = '/signed-in';

/** All that a person of any group may need; groups limit what they may do. */
const SCOPES: Readonly<Record<Scope, true>> = {
  read: true,
  predict: true,
  train: true,
  approve: true,
};

/** Seconds of a token's life that are left when it is renewed by itself. */
const RENEW_BEFORE_SECONDS = 120;
/** The same before a request: the clock of a local runtime passes a quarter of an hour between two of them. */
const RENEW_BEFORE_REQUEST_SECONDS = 1_200;
const MILLISECONDS = 1_000;

/** What was asked for when the sign-in began. */
interface Request {
  readonly returnTo: string;
}

/** Who is signed in, by the authorization code flow with PKCE. */
export class Session {
  readonly #manager: UserManager;
  readonly #config: Config;
  /** The page that a visitor may see. */
  #openPath: string | undefined;
  #leaving: Promise<never> | undefined;
  #renewing: Promise<User> | undefined;

  constructor(config: Config) {
    this.#config = config;
    this.#manager = new UserManager({
      authority: config.issuer,
      client_id: config.clientId,
      redirect_uri: `${location.origin}${SIGNED_IN_PATH}`,
      post_logout_redirect_uri: `${location.origin}/`,
      response_type: 'code',
      scope: ['openid', 'email', 'profile', ...Object.keys(SCOPES).map(nameScope)].join(' '),
      // Tokens end with the tab.
      userStore: new WebStorageStateStore({ store: sessionStorage }),
      // By the refresh token: the policy of the page does not allow the hidden frame of the other way.
      automaticSilentRenew: true,
      accessTokenExpiringNotificationTimeInSeconds: RENEW_BEFORE_SECONDS,
      monitorSession: false,
      loadUserInfo: false,
    });
  }

  /**
   * Gives the person, or leaves for the sign-in page and comes back to the same address. Where the page is open to
   * everyone, whoever is not signed in is a visitor.
   */
  async begin(): Promise<Person> {
    if (location.pathname === SIGNED_IN_PATH) await this.#finish();
    const user = await this.#manager.getUser();
    const isKnown = user !== null && (user.expired !== true || user.refresh_token !== undefined);
    if (isKnown || !(await isOpenToEveryone(location.pathname))) {
      return personOf(await this.#current());
    }
    this.#openPath = location.pathname;
    return VISITOR;
  }

  /** The access token for a request. */
  async token(): Promise<string | undefined> {
    if (this.#openPath === location.pathname) return undefined;
    return (await this.#current()).access_token;
  }

  /** Another access token, where the API does not accept the one that it got. */
  async renew(): Promise<string> {
    return (await this.#renewed()).access_token;
  }

  /** Who is signed in; renewed by the refresh token where the time is over, also after hours of sleep. */
  async #current(): Promise<User> {
    const user = await this.#manager.getUser();
    if (user !== null && !isOver(user)) return user;
    return this.#renewed();
  }

  /** By the refresh token: once for all requests that wait for it. */
  #renewed(): Promise<User> {
    this.#renewing ??= this.#renewSilently().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewSilently(): Promise<User> {
    const user = await this.#manager.getUser();
    if (user?.refresh_token === undefined) return this.signIn();
    const renewed = await this.#manager.signinSilent().catch(() => null);
    return renewed ?? this.signIn();
  }

  /** Leaves for the sign-in page; comes back to the address that is shown now. */
  signIn(): Promise<never> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async signOut(): Promise<void> {
    // Cognito's own names of the parameters:
    // https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
    const extraQueryParams = {
      client_id: this.#config.clientId,
      logout_uri: `${location.origin}/`,
    };
    await this.#manager.signoutRedirect({ extraQueryParams });
  }

  async #leave(): Promise<never> {
    await this.#manager.removeUser();
    const { pathname, search, hash } = location;
    const returnTo = pathname === SIGNED_IN_PATH ? '/' : `${pathname}${search}${hash}`;
    await this.#manager.signinRedirect({ state: { returnTo } satisfies Request });
    // The page is left.
    return new Promise<never>(() => {});
  }

  async #finish(): Promise<void> {
    const user = await this.#manager.signinCallback();
    const { returnTo = '/' } = (user?.state ?? {}) as Partial<Request>;
    history.replaceState(null, '', isOwnPath(returnTo) ? returnTo : '/');
  }
}

/** By the browser's clock, or soon by the clock of the API. */
function isOver({ expired, access_token, refresh_token }: User): boolean {
  const left = endOf(access_token) - serverNow();
  const needed = refresh_token === undefined ? 0 : RENEW_BEFORE_REQUEST_SECONDS * MILLISECONDS;
  return expired === true || left < needed;
}

/** When a JSON web token ends, in milliseconds since 1970. */
function endOf(token: string): number {
  const claims = token.split('.')[1] ?? '';
  const text = atob(claims.replaceAll('-', '+').replaceAll('_', '/'));
  const { exp } = JSON.parse(text) as { readonly exp: number };
  return exp * MILLISECONDS;
}

/** Whether the address is the page of a model that everyone may ask. */
async function isOpenToEveryone(path: string): Promise<boolean> {
  const [, project] = /^\/predict\/([^/]+)$/.exec(path) ?? [];
  if (project === undefined) return false;
  const form = await fetch(`${BASE_PATH}/public/projects/${project}/form`);
  return form.ok;
}

/** A scope as tokens name it. */
function nameScope(scope: string): string {
  return `stepmill/${scope}`;
}

/** What a sign-in remembers is text that another person may have written. */
function isOwnPath(path: string): boolean {
  return new URL(path, location.origin).origin === location.origin && path.startsWith('/');
}

function personOf({ profile }: User): Person {
  const { 'cognito:username': username, 'cognito:groups': groups = [] } = profile as {
    readonly 'cognito:username'?: string;
    readonly 'cognito:groups'?: readonly Group[];
  };
  return { name: username ?? profile.email ?? profile.sub, groups, isSignedIn: true };
}
