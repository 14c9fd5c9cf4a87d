import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import type { Cloud } from '../../../cloud/cloud.ts';
import { headerOf, type WebRequest } from '../../../cloud/web.ts';
import type { AuthorizerRecord, RouteRecord } from '../store.ts';
import { type Claims, claimTexts, scopesOf } from './claims.ts';
import type { Authorized } from './exchange.ts';
import { type Issuer, IssuerKeys } from './issuer-keys.ts';
import { Refusal } from './refusal.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html: only RSA */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** Validates the tokens of requests as JWT authorizers do. */
export class JwtAuthorizers {
  readonly #cloud: Cloud;
  readonly #keys: IssuerKeys;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#keys = new IssuerKeys(cloud);
  }

  /** @throws Refusal 401 without a valid token, 403 without a scope of the route */
  async authorize(
    request: WebRequest,
    authorizer: AuthorizerRecord,
    route: RouteRecord,
  ): Promise<Authorized> {
    const token = tokenOf(request, authorizer.settings.IdentitySource?.[0] ?? '');
    if (token === undefined) throw unauthorized('Bearer', 'no token');
    const wanted = route.settings.AuthorizationScopes ?? [];
    const claims = await this.#verify(token, authorizer).catch((error: unknown) => {
      throw error instanceof InvalidToken ? refusalOf(error.message, wanted) : error;
    });
    if (wanted.length === 0) return { claims: claimTexts(claims), scopes: null };
    const scopes = scopesOf(claims);
    if (!wanted.some((scope) => scopes.includes(scope))) throw forbidden(wanted);
    return { claims: claimTexts(claims), scopes };
  }

  /** @throws InvalidToken */
  async #verify(token: string, { settings }: AuthorizerRecord): Promise<Claims> {
    const { Audience = [], Issuer: name = '' } = settings.JwtConfiguration ?? {};
    const keyId = keyIdOf(token);
    const issuer = await this.#keys.find(name, keyId).catch((cause: unknown) => {
      throw new InvalidToken('OIDC discovery endpoint communication error', { cause });
    });
    const claims = await issuer.verified.get(token, () => signedClaims(token, issuer));
    const problem = problemOf(claims, issuer, Audience, this.#cloud.clock.now() / 1_000);
    if (problem !== undefined) throw new InvalidToken(problem);
    return claims;
  }
}

/** The token of a request, without `Bearer`. */
function tokenOf(request: WebRequest, source: string): string | undefined {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  const given =
    place === 'header'
      ? headerOf(request, name.toLowerCase())
      : new URLSearchParams(request.query).get(name);
  const token = (given ?? '').replace(/^bearer +/i, '').trim();
  return token === '' ? undefined : token;
}

class InvalidToken extends Error {}

/** @throws InvalidToken for another text than a JWT that is signed with RSA and names its key */
function keyIdOf(token: string): string {
  if (token.split('.').length !== 3) {
    throw new InvalidToken('token contains an invalid number of segments');
  }
  const { alg, kid } = headerOfToken(token);
  if (!ALGORITHMS.includes(alg ?? '')) throw new InvalidToken(`signing method ${alg} is invalid`);
  if (typeof kid !== 'string') throw new InvalidToken('the token does not have a key id');
  return kid;
}

function headerOfToken(token: string) {
  try {
    return decodeProtectedHeader(token);
  } catch (cause) {
    throw new InvalidToken('the token is malformed', { cause });
  }
}

async function signedClaims(token: string, { keys }: Issuer): Promise<Claims> {
  try {
    const { payload } = await compactVerify(token, keys, { algorithms: ALGORITHMS });
    const claims: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof claims === 'object' && claims !== null) return claims as Claims;
  } catch (cause) {
    const isUnknownKey = cause instanceof errors.JWKSNoMatchingKey;
    const message = isUnknownKey
      ? 'the signing key of the token is unknown'
      : 'the signature of the token is invalid';
    throw new InvalidToken(message, { cause });
  }
  throw new InvalidToken('the token is malformed');
}

/** Why the claims are not valid; undefined if they are. */
function problemOf(
  claims: Claims,
  issuer: Issuer,
  audience: readonly string[],
  nowSeconds: number,
): string | undefined {
  const { iss, aud = claims['client_id'], exp, nbf, iat } = claims;
  if (!issuer.isNamed(String(iss))) return 'the token does not have a valid issuer';
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((one) => audience.includes(String(one)))) {
    return 'the token does not have a valid audience';
  }
  if (typeof exp !== 'number' || exp <= nowSeconds) return 'the token has expired';
  if (nbf !== undefined && !(Number(nbf) <= nowSeconds)) return 'the token is not valid yet';
  if (iat !== undefined && !(Number(iat) <= nowSeconds))
    return 'the token was issued in the future';
  return undefined;
}

function refusalOf(description: string, scopes: readonly string[]): Refusal {
  const challenge = `Bearer scope="${scopes.join(' ')}" error="invalid_token" error_description="${description}"`;
  return unauthorized(challenge, description);
}

function unauthorized(challenge: string, authorizerError: string): Refusal {
  const headers = [['www-authenticate', challenge]] as const;
  return new Refusal(401, 'Unauthorized', { headers, authorizerError });
}

function forbidden(scopes: readonly string[]): Refusal {
  const challenge = `Bearer scope="${scopes.join(' ')}" error="insufficient_scope" error_description="the token does not have a scope of the route"`;
  const headers = [['www-authenticate', challenge]] as const;
  return new Refusal(403, 'Forbidden', { headers, authorizerError: 'insufficient_scope' });
}
