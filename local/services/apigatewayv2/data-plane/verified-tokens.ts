import type { Claims } from './claims.ts';

/** A token has a few kilobytes at most: `HEADERS_BYTES`. */
const MAXIMUM_TOKENS = 500;

/**
 * Claims of tokens whose signature was verified, which takes a third of a request's time. What a token allows, and
 * until when, is judged for each request.
 */
export class VerifiedTokens {
  readonly #claims = new Map<string, Claims>();

  /** @throws what `verify` throws; the token is then verified again next time */
  async get(token: string, verify: () => Promise<Claims>): Promise<Claims> {
    const known = this.#claims.get(token);
    if (known !== undefined) return known;
    const claims = await verify();
    const [oldest] = this.#claims.keys();
    if (this.#claims.size >= MAXIMUM_TOKENS && oldest !== undefined) this.#claims.delete(oldest);
    this.#claims.set(token, claims);
    return claims;
  }
}
