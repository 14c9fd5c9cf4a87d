import createClient, { type Client } from 'openapi-fetch';
import { BASE_PATH } from '../route.ts';
import type { components, paths } from './paths.ts';

export { BASE_PATH };

/** A client of the API, typed by its OpenAPI document. */
export type ApiClient = Client<paths>;

/** What the API gives and takes, by the names of the OpenAPI document. */
export type Schemas = components['schemas'];

export interface ApiClientOptions {
  /** The API's address, without `/api/v1`. @default the page's own origin */
  readonly address?: string;
  /** Gives the access token that a request carries; undefined for the routes that need none. */
  readonly token: () => Promise<string | undefined>;
  /** @default the global one */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * Creates a client.
 *
 * @example
 * const api = createApiClient({ token: async () => session.accessToken });
 * const { data, error } = await api.GET('/models/{version}', { params: { path: { version: 'abalone:3' } } });
 */
export function createApiClient({ address = '', token, fetch }: ApiClientOptions): ApiClient {
  const client = createClient<paths>({
    baseUrl: `${address}${BASE_PATH}`,
    ...(fetch === undefined ? {} : { fetch }),
  });
  client.use({
    async onRequest({ request }) {
      const text = await token();
      if (text !== undefined) request.headers.set('authorization', `Bearer ${text}`);
      return request;
    },
  });
  return client;
}
