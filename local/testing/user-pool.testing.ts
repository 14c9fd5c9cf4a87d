import type {
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Cloud } from '../cloud/cloud.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { WebHeader } from '../cloud/web.ts';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { createCognitoService } from '../services/cognito-idp/index.ts';
import { SigningKeys } from '../services/cognito-idp/signing-keys.ts';
import { CognitoStore, type KeysRecord } from '../services/cognito-idp/store.ts';
import { createTestCloud } from './cloud.testing.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

export const PASSWORD = 'Correct-horse-1';
export const CALLBACK = 'http://localhost:3000/callback';
/** Where the pages of the pool are. */
export const BASE = '/_aws/cognito-idp/bench';

export interface Page {
  readonly status: number;
  readonly headers: readonly WebHeader[];
  readonly body: string;
  readonly location: URL;
  readonly cookies: readonly string[];
}

/** A user pool with a domain and a client, without a port. */
export class PoolBench {
  /** The address from which the browser asks. */
  sourceIp = '127.0.0.1';
  readonly clock: VirtualClock = createVirtualClock();
  readonly cloud: Cloud;
  poolId = '';
  clientId = '';

  constructor({ signIn = true }: { readonly signIn?: boolean } = {}) {
    this.cloud = createTestCloud([createCognitoService], { clock: this.clock, signIn });
  }

  call<Output = never>(operation: string, input: object): Promise<Output> {
    return this.cloud.call<Output>(ACCOUNT, 'cognito-idp', operation, input);
  }

  async create(
    pool: Partial<CreateUserPoolRequest> = {},
    client: Partial<CreateUserPoolClientRequest> = {},
  ): Promise<void> {
    const { UserPool } = await this.call<{ UserPool: { Id: string } }>('CreateUserPool', {
      PoolName: 'bench',
      ...pool,
    });
    this.poolId = UserPool.Id;
    await shareKeys(this.cloud, this.poolId);
    await this.call('CreateUserPoolDomain', { UserPoolId: this.poolId, Domain: 'bench' });
    this.clientId = await this.createClient(client);
  }

  async createClient(client: Partial<CreateUserPoolClientRequest> = {}): Promise<string> {
    const { UserPoolClient } = await this.call<{ UserPoolClient: { ClientId: string } }>(
      'CreateUserPoolClient',
      {
        UserPoolId: this.poolId,
        ClientName: 'client',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        AllowedOAuthFlows: ['code'],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
        CallbackURLs: [CALLBACK],
        LogoutURLs: ['http://localhost:3000/bye'],
        ...client,
      },
    );
    return UserPoolClient.ClientId;
  }

  /** A user with a permanent password. */
  async createUser(Username: string, more: object = {}): Promise<void> {
    const UserPoolId = this.poolId;
    await this.call('AdminCreateUser', { UserPoolId, Username, ...more });
    await this.call('AdminSetUserPassword', {
      UserPoolId,
      Username,
      Password: PASSWORD,
      Permanent: true,
    });
  }

  signIn<Output>(USERNAME: string, PASSWORD: string, more: object = {}): Promise<Output> {
    return this.call<Output>('InitiateAuth', {
      ClientId: this.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD, ...more },
    });
  }

  get(path: string, headers: readonly WebHeader[] = []): Promise<Page> {
    return this.#send('GET', path, headers, '');
  }

  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers: readonly WebHeader[] = [],
    type = 'application/x-www-form-urlencoded',
  ): Promise<Page> {
    const body = new URLSearchParams(form).toString();
    return this.#send('POST', path, [['content-type', type], ...headers], body);
  }

  options(path: string): Promise<Page> {
    return this.#send('OPTIONS', path, [], '');
  }

  async #send(
    method: string,
    target: string,
    headers: readonly WebHeader[],
    body: string,
  ): Promise<Page> {
    const [path = '', query = ''] = target.split('?');
    const response = await this.cloud.web({
      method,
      host: '127.0.0.1:1',
      path: path.startsWith('/us-') ? path : `${BASE}${path}`,
      query,
      headers,
      sourceIp: this.sourceIp,
      collect: async (limitBytes) => {
        if (body.length <= limitBytes) return Buffer.from(body);
        throw new ServiceError('RequestEntityTooLargeException', 'too large', { status: 413 });
      },
    });
    if (response === undefined) throw new Error(`No service answers ${target}.`);
    const valuesOf = (name: string) =>
      response.headers.flatMap(([given, value]) => (given === name ? [value] : []));
    return {
      status: response.status,
      headers: response.headers,
      body: Buffer.from(response.body ?? '').toString(),
      location: new URL(valuesOf('location')[0] ?? 'about:blank', 'http://127.0.0.1:1'),
      cookies: valuesOf('set-cookie').map((cookie) => cookie.split(';')[0] ?? ''),
    };
  }
}

let shared: KeysRecord | undefined;

/** Making keys takes a second: all pools of the tests have the same ones. */
async function shareKeys(cloud: Cloud, poolId: string): Promise<void> {
  const store = new CognitoStore(cloud);
  if (shared === undefined) {
    await new SigningKeys(cloud, store).of(poolId);
    shared = store.keys.get(poolId);
  } else store.keys.put(poolId, shared);
}

/** The header and claims of a token. */
export function contentOf(token: string) {
  return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
}
