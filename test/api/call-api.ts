import {
  nameScope,
  type ProblemDocument,
  problemSchema,
  type RouteId,
  type Scope,
  scopes,
} from '../../api/index.ts';
import type { Person } from './sign-in.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  /** A text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default none: no token */
  readonly person?: Person | undefined;
}

/** A request to a route of the contract. */
export interface Asked extends Omit<ApiRequest, 'path' | 'method'> {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** Calls a route, and checks its answer by the contract. */
export type Ask = (id: RouteId, asked: Asked) => Promise<ApiAnswer & { readonly body: never }>;

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export const everyScope = (Object.keys(scopes) as Scope[]).map(nameScope);

/** A person with a token of the console, which has every scope. */
export function personIn(name: string, ...groups: readonly string[]): Person {
  return { name, groups, scopes: everyScope };
}

/** Sends a request to the API as a page or curl does. */
export async function callApi(
  site: string,
  { method = 'GET', path, body, headers = {} }: ApiRequest,
  token?: string,
): Promise<ApiAnswer> {
  const answer = await fetch(`${site}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** The problem that an answer is. */
export function problemOf({ body }: ApiAnswer): ProblemDocument {
  return problemSchema.parse(body);
}

/** The kind of the problem. */
export function kindOf(answer: ApiAnswer): string {
  return problemOf(answer).type.replace('urn:stepmill:problem:', '');
}
