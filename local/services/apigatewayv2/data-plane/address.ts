import type { WebRequest } from '../../../cloud/web.ts';

/** The API that a request is for, and the path of the request on it. */
export interface ApiAddress {
  readonly apiId: string;
  /** As sent, percent-encoded. */
  readonly path: string;
}

/** `<api>.execute-api.<region>.` of AWS or of this machine; the part behind it is the Host check's matter. */
const HOST = /^([a-z0-9]+)\.execute-api\.[a-z0-9-]+\./;
const PATH = /^\/_aws\/execute-api\/([a-z0-9]+)(\/.*)?$/;

/** The address of an API in a request; undefined for a request that is not for an API. */
export function addressOf({
  host,
  path,
}: Pick<WebRequest, 'host' | 'path'>): ApiAddress | undefined {
  const byHost = HOST.exec(host)?.[1];
  if (byHost !== undefined) return { apiId: byHost, path };
  const [, apiId, rest = '/'] = PATH.exec(path) ?? [];
  return apiId === undefined ? undefined : { apiId, path: rest };
}
