import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Cloud } from '../../cloud/cloud.ts';
import type { CognitoStore, KeysRecord } from './store.ts';

/** A key that signs tokens, with its id. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

/** The keys of a pool. */
export interface PoolKeys {
  readonly id: SigningKey;
  readonly access: SigningKey;
  /** The public keys, as a JWKS lists them. */
  readonly published: readonly JWK[];
}

const ALGORITHM = 'RS256';

/** The keys of all pools: made when a pool first needs them, because that takes a while, and kept in the store. */
export class SigningKeys {
  readonly #cloud: Cloud;
  readonly #store: CognitoStore;
  readonly #loaded = new Map<string, Promise<PoolKeys>>();

  constructor(cloud: Cloud, store: CognitoStore) {
    this.#cloud = cloud;
    this.#store = store;
  }

  of(poolId: string): Promise<PoolKeys> {
    let keys = this.#loaded.get(poolId);
    if (keys === undefined) {
      keys = this.#load(poolId);
      this.#loaded.set(poolId, keys);
    }
    return keys;
  }

  forget(poolId: string): void {
    this.#loaded.delete(poolId);
  }

  async #load(poolId: string): Promise<PoolKeys> {
    let record = this.#store.keys.get(poolId);
    if (record === undefined) {
      const [id, access] = await Promise.all([this.#make(), this.#make()]);
      record = { id, access };
      if (this.#store.pools.has(poolId)) this.#store.keys.put(poolId, record);
    }
    return {
      id: await imported(record.id),
      access: await imported(record.access),
      published: [record.id.publicKey, record.access.publicKey],
    };
  }

  async #make(): Promise<KeysRecord['id']> {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const kid = Buffer.from(this.#cloud.random.hex(64), 'hex').toString('base64');
    const { e, kty, n } = await exportJWK(publicKey);
    return {
      kid,
      privateKey: await exportJWK(privateKey),
      publicKey: { alg: ALGORITHM, e, kid, kty, n, use: 'sig' } as JWK,
    };
  }
}

async function imported({ kid, privateKey }: KeysRecord['id']): Promise<SigningKey> {
  return { kid, privateKey: (await importJWK(privateKey, ALGORITHM)) as CryptoKey };
}
