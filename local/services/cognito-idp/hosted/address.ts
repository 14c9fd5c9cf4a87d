import type { Cloud } from '../../../cloud/cloud.ts';
import type { WebRequest } from '../../../cloud/web.ts';

/** A page or an endpoint of managed login. */
export interface DomainAddress {
  /** The domain prefix. */
  readonly domain: string;
  /** What stands before the path: empty if the domain is the host. */
  readonly base: string;
  readonly path: string;
}

const HOST = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.auth\.[a-z0-9-]+\./;
const PATH = /^(\/_aws\/cognito-idp\/([a-z0-9-]+))(\/.*)$/;

/** The address of a domain in a request; undefined for a request that is not for a domain. */
export function domainAddressOf({
  host,
  path,
}: Pick<WebRequest, 'host' | 'path'>): DomainAddress | undefined {
  const byHost = HOST.exec(host)?.[1];
  if (byHost !== undefined) return { domain: byHost, base: '', path };
  const [, base, domain, rest] = PATH.exec(path) ?? [];
  if (base === undefined || domain === undefined || rest === undefined) return undefined;
  return { domain, base, path: rest };
}

/** A document that an issuer publishes. */
export interface IssuerDocument {
  readonly poolId: string;
  readonly document: 'jwks.json' | 'openid-configuration';
}

const DOCUMENT =
  /^\/([a-z]{2}(?:-[a-z]+)+-\d_[A-Za-z0-9]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;

export function issuerDocumentOf({ path }: Pick<WebRequest, 'path'>): IssuerDocument | undefined {
  const [, poolId, document] = DOCUMENT.exec(path) ?? [];
  if (poolId === undefined) return undefined;
  return { poolId, document: document as IssuerDocument['document'] };
}

/** The address of a domain for clients. */
export function domainUrl({ endpoint, region }: Cloud, domain: string): string {
  if (endpoint === undefined) return `https://${domain}.auth.${region}.amazoncognito.com`;
  return `${endpoint}/_aws/cognito-idp/${domain}`;
}
