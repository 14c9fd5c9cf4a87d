import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from 'jose';
import type { Cloud } from '../../../cloud/cloud.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** An issuer of tokens, as its discovery document describes it. */
export interface Issuer {
  /** Whether its tokens can have this value of `iss`. */
  isNamed(iss: string): boolean;
  readonly keys: ReturnType<typeof createLocalJWKSet>;
  readonly keyIds: ReadonlySet<string>;
  /** Tokens that these keys have signed. */
  readonly verified: VerifiedTokens;
}

interface Known {
  readonly issuer: Promise<Issuer>;
  readonly fetchedAt: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
const KEPT_MS = 7_200_000;
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const FETCH_MS = 1_500;
const DOCUMENT_BYTES = 150_000;
/** How long an unknown key, or an issuer that did not answer, causes no further request to it. */
const PATIENCE_MS = 5_000;

/**
 * The keys of issuers. Those of user pools are read in this process, by their local or AWS's address; those of other programs
 * on this machine over HTTP. Nothing leaves the machine.
 */
export class IssuerKeys {
  readonly #cloud: Cloud;
  readonly #known = new Map<string, Known>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /**
   * The issuer, read again if a key is unknown.
   *
   * @throws when the issuer does not answer, or is on another machine
   */
  async find(name: string, keyId: string): Promise<Issuer> {
    const issuer = await this.#read(name, KEPT_MS);
    return issuer.keyIds.has(keyId) ? issuer : this.#read(name, PATIENCE_MS);
  }

  #read(name: string, keptMs: number): Promise<Issuer> {
    const now = this.#cloud.clock.now();
    const known = this.#known.get(name);
    if (known !== undefined && now < known.fetchedAt + keptMs) return known.issuer;
    const issuer = readIssuer(this.#cloud, name);
    this.#known.set(name, { issuer, fetchedAt: now });
    issuer.catch((error: unknown) => {
      const cause = error instanceof Error ? error.message : String(error);
      this.#cloud.logger.warn(
        { issuer: name, cause },
        'The keys of a JWT issuer could not be read',
      );
      const reset = { issuer, fetchedAt: now - KEPT_MS + PATIENCE_MS };
      if (this.#known.get(name)?.issuer === issuer) this.#known.set(name, reset);
    });
    return issuer;
  }
}

async function readIssuer(cloud: Cloud, name: string): Promise<Issuer> {
  const address = `${name.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { issuer, jwks_uri: keysAddress } = await readDocument(cloud, address);
  const set = (await readDocument(cloud, String(keysAddress))) as unknown as JSONWebKeySet;
  const keys: LocalJWKSet = createLocalJWKSet(set);
  const keyIds = new Set(set.keys.flatMap(({ kid }) => kid ?? []));
  const names: readonly unknown[] = [name, issuer];
  const isNamed = (iss: string) => names.includes(iss) || isFormerAddress(cloud, iss, issuer);
  return { isNamed, keys, keyIds, verified: new VerifiedTokens() };
}

/** Tokens of this runtime's pools name the port that it had when it issued them. */
function isFormerAddress({ endpoint }: Cloud, iss: string, issuer: unknown): boolean {
  if (endpoint === undefined || typeof issuer !== 'string') return false;
  if (!issuer.startsWith(`${endpoint}/`) || !URL.canParse(iss)) return false;
  const { protocol, hostname, pathname } = new URL(iss);
  const current = new URL(issuer);
  return (
    protocol === current.protocol && hostname === current.hostname && pathname === current.pathname
  );
}

async function readDocument(
  cloud: Cloud,
  address: string,
): Promise<Readonly<Record<string, unknown>>> {
  const url = new URL(address);
  const text = (await readHere(cloud, url)) ?? (await readFromMachine(url));
  if (Buffer.byteLength(text) > DOCUMENT_BYTES) throw new Error(`${address} is too large`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

/** The document of a service of this process; undefined if it has none at this address. */
async function readHere(cloud: Cloud, url: URL): Promise<string | undefined> {
  const response = await cloud.web({
    method: 'GET',
    host: url.host,
    path: url.pathname,
    query: '',
    headers: [['host', url.host]],
    sourceIp: '127.0.0.1',
    collect: async () => new Uint8Array(),
  });
  if (response === undefined) return undefined;
  if (response.status !== 200) throw new Error(`${url.href} answers ${response.status}`);
  return Buffer.from(response.body ?? '').toString();
}

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

async function readFromMachine(url: URL): Promise<string> {
  if (!LOOPBACK.test(url.hostname)) {
    throw new Error(`${url.origin} is not on this machine; the runtime asks no other`);
  }
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) });
  if (!response.ok) throw new Error(`${url.href} answers ${response.status}`);
  return boundedText(response);
}

async function boundedText({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > DOCUMENT_BYTES) throw new Error('the document is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
