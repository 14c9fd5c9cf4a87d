import type {
  CreateManagedLoginBrandingRequest,
  CreateResourceServerRequest,
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
  GroupType,
  UserStatusType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { JWK } from 'jose';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

interface Dated {
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface PoolRecord extends Dated {
  readonly id: string;
  readonly settings: Readonly<CreateUserPoolRequest>;
}

export interface ClientRecord extends Dated {
  readonly id: string;
  readonly poolId: string;
  readonly secret?: string;
  readonly settings: Readonly<CreateUserPoolClientRequest>;
}

export interface DomainRecord {
  /** The prefix. */
  readonly name: string;
  readonly poolId: string;
  readonly managedLoginVersion: number;
}

export interface GroupRecord extends Dated {
  readonly poolId: string;
  readonly name: string;
  readonly settings: Readonly<Pick<GroupType, 'Description' | 'Precedence' | 'RoleArn'>>;
}

export interface ResourceServerRecord {
  readonly poolId: string;
  readonly identifier: string;
  readonly settings: Readonly<CreateResourceServerRequest>;
}

export interface BrandingRecord extends Dated {
  readonly id: string;
  readonly poolId: string;
  readonly settings: Readonly<CreateManagedLoginBrandingRequest>;
}

/** A password, as a scrypt hash. */
export interface PasswordRecord {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

export interface UserRecord extends Dated {
  readonly poolId: string;
  readonly name: string;
  readonly sub: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly status: UserStatusType;
  readonly isEnabled: boolean;
  readonly groups: readonly string[];
  readonly password?: PasswordRecord;
  /** Until when a temporary password can be used. */
  readonly passwordUntil?: number;
}

/** A sign-in, which lasts as long as its refresh token. */
export interface SessionRecord {
  /** `origin_jti` of all its tokens. */
  readonly id: string;
  readonly poolId: string;
  readonly clientId: string;
  readonly userName: string;
  /** The SHA-256 of the refresh token's secret. */
  readonly secretHash: Uint8Array;
  /** The former secret and until when it works, after a rotation. */
  readonly formerHash?: Uint8Array;
  readonly formerUntil?: number;
  readonly scopes: readonly string[];
  /** Whether it was made by managed login, and not by an operation of the API. */
  readonly isManagedLogin: boolean;
  readonly authTime: number;
  readonly expiresAt: number;
}

interface KeyRecord {
  readonly kid: string;
  readonly privateKey: JWK;
  readonly publicKey: JWK;
}

/** The keys of a pool: the first signs ID tokens, the second access tokens. */
export interface KeysRecord {
  readonly id: KeyRecord;
  readonly access: KeyRecord;
}

const DATED = { createdAt: 'number', modifiedAt: 'number' } as const;

/** User pools and all that is in them. */
export class CognitoStore {
  readonly pools: Table<PoolRecord>;
  /** By client id. */
  readonly clients: Table<ClientRecord>;
  /** By prefix. */
  readonly domains: Table<DomainRecord>;
  /** By `pool/name`. */
  readonly groups: Table<GroupRecord>;
  /** By `pool/identifier`. */
  readonly resourceServers: Table<ResourceServerRecord>;
  readonly brandings: Table<BrandingRecord>;
  /** By `pool/name`. */
  readonly users: Table<UserRecord>;
  readonly sessions: Table<SessionRecord>;
  /** By pool. */
  readonly keys: Table<KeysRecord>;

  constructor({ store }: Cloud) {
    const named = { id: 'string', settings: 'object', ...DATED } as const;
    this.pools = store.table('cognito-idp.pools', recordCheck(named));
    this.clients = store.table('cognito-idp.clients', recordCheck({ ...named, poolId: 'string' }));
    this.domains = store.table('cognito-idp.domains', {
      name: 'string',
      poolId: 'string',
      managedLoginVersion: 'number',
    });
    this.groups = store.table(
      'cognito-idp.groups',
      recordCheck({ poolId: 'string', name: 'string', settings: 'object', ...DATED }),
    );
    this.resourceServers = store.table(
      'cognito-idp.resource-servers',
      recordCheck({ poolId: 'string', identifier: 'string', settings: 'object' }),
    );
    this.brandings = store.table(
      'cognito-idp.brandings',
      recordCheck({ ...named, poolId: 'string' }),
    );
    this.users = store.table('cognito-idp.users', {
      poolId: 'string',
      name: 'string',
      sub: 'string',
      attributes: 'object',
      status: 'string',
      isEnabled: 'boolean',
      groups: 'list',
      ...DATED,
    });
    this.sessions = store.table('cognito-idp.sessions', {
      id: 'string',
      poolId: 'string',
      clientId: 'string',
      userName: 'string',
      secretHash: 'bytes',
      scopes: 'list',
      isManagedLogin: 'boolean',
      authTime: 'number',
      expiresAt: 'number',
    });
    this.keys = store.table('cognito-idp.keys', recordCheck({ id: 'object', access: 'object' }));
  }

  /** The records of a pool in a table whose keys begin with the pool. */
  of<Item>(table: Table<Item>, poolId: string): readonly Item[] {
    return Array.from(table.entries({ prefix: `${poolId}/` }), ([, item]) => item);
  }

  /** The records of a pool in a table whose keys do not contain the pool. */
  belonging<Item extends { readonly poolId: string }>(
    table: Table<Item>,
    poolId: string,
  ): readonly Item[] {
    return Array.from(table.entries(), ([, item]) => item).filter((item) => item.poolId === poolId);
  }

  /** Deletes a pool with everything in it. */
  deletePool(poolId: string): void {
    const tables: readonly Table<unknown>[] = [this.groups, this.resourceServers, this.users];
    for (const table of tables) {
      for (const [key] of Array.from(table.entries({ prefix: `${poolId}/` }))) table.delete(key);
    }
    for (const table of [this.clients, this.brandings, this.sessions]) {
      for (const { id } of this.belonging<{ id: string; poolId: string }>(table, poolId)) {
        table.delete(id);
      }
    }
    this.keys.delete(poolId);
    this.pools.delete(poolId);
  }
}

/** A check of the kinds of members, for records that contain the SDK's own types. */
function recordCheck(kinds: Readonly<Record<string, 'number' | 'object' | 'string'>>) {
  return (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null) return 'it is not an object';
    const members = value as Readonly<Record<string, unknown>>;
    const bad = Object.entries(kinds).find(
      ([name, kind]) => typeof members[name] !== kind || members[name] === null,
    );
    return bad === undefined ? undefined : `its member "${bad[0]}" is not of the kind ${bad[1]}`;
  };
}
