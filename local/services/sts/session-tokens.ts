import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud.ts';
import { type RolePrincipal, rolePrincipal } from '../../cloud/principal.ts';
import type { SessionCredentials } from '../../cloud/service.ts';
import { ExpiredToken, InvalidClientTokenId } from './errors.ts';

/** Distinguishes this STS's tokens from real AWS tokens in a user's environment. */
const PREFIX = 'stepmill.';

interface Session {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly accessKeyId: string;
  /** Epoch milliseconds of the cloud's clock. */
  readonly expiresAt: number;
}

/** Credentials as AssumeRole returns them. */
export interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/**
 * Sessions live in their tokens, sealed with a key of this state folder: assuming a role, which every
 * task does, writes nothing, and tokens stay valid across restarts.
 */
export class SessionTokens {
  readonly #cloud: Cloud;
  readonly #key: string;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    // One key for all accounts of a runtime, so that the token alone says of which account a session is.
    const [home = cloud] = cloud.directory.all();
    const table = home.store.table<string>('sts.keys', 'string');
    const key = table.get('seal') ?? cloud.random.hex(64);
    if (!table.has('seal')) table.put('seal', key);
    this.#key = key;
  }

  issue(roleArn: string, sessionName: string, durationSeconds: number): Credentials {
    const accessKeyId = `ASIA${this.#cloud.random.hex(16).toUpperCase()}`;
    const expiresAt = this.#cloud.clock.now() + durationSeconds * 1000;
    const session: Session = { roleArn, sessionName, accessKeyId, expiresAt };
    const content = Buffer.from(JSON.stringify(session)).toString('base64url');
    return {
      AccessKeyId: accessKeyId,
      SecretAccessKey: this.#secretOf(accessKeyId),
      SessionToken: `${PREFIX}${content}.${this.#seal(content)}`,
      Expiration: new Date(expiresAt),
    };
  }

  /** The secret of an access key that this STS issued; undefined for any other. */
  secretOf(accessKeyId: string): string | undefined {
    return /^ASIA[0-9A-F]{16}$/.test(accessKeyId) ? this.#secretOf(accessKeyId) : undefined;
  }

  #secretOf(accessKeyId: string): string {
    return this.#seal(`secret ${accessKeyId}`).slice(0, 40);
  }

  /**
   * The session that credentials stand for; undefined for any others.
   *
   * @throws InvalidClientTokenId for a forged token, ExpiredToken
   */
  session(credentials: SessionCredentials): RolePrincipal | undefined {
    const { sessionToken: token } = credentials;
    if (token?.startsWith(PREFIX) !== true) return undefined;
    const [content = '', seal = ''] = token.slice(PREFIX.length).split('.');
    if (!isEqual(seal, this.#seal(content))) throw new InvalidClientTokenId();
    const session = JSON.parse(Buffer.from(content, 'base64url').toString('utf8')) as Session;
    if (session.accessKeyId !== credentials.accessKeyId) throw new InvalidClientTokenId();
    if (session.expiresAt <= this.#cloud.clock.now()) throw new ExpiredToken();
    return rolePrincipal(session.roleArn, session.sessionName);
  }

  #seal(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url');
  }
}

function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
