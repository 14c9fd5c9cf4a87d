import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createApiClient } from './client/index.ts';
import { renderDocuments } from './documents.ts';
import { problemsOf } from './openapi.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

const all = Object.entries<Route>(routes);

it('the documents in the repository are those of the routes; npm run docs:api writes them', async () => {
  for (const [path, text] of Object.entries(await renderDocuments())) {
    const isCurrent = readFileSync(path, 'utf8') === text;
    expect({ path, isCurrent }).toEqual({ path, isCurrent: true });
  }
});

describe.each(all)('%s', (id, route) => {
  const { path, query, body } = route.request;

  it('has an example that its schemas accept', () => {
    const { example } = route;
    expect(route.id).toBe(id);
    z.strictObject(path?.shape ?? {}).parse(example.path ?? {});
    if (query !== undefined) query.parse(example.query ?? {});
    else expect(example.query).toBeUndefined();
    if (body !== undefined) body.parse(example.body);
    else expect(example.body).toBeUndefined();
    route.answer.body.parse(example.answer);
  });

  it('has the parameters of its path', () => {
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(path?.shape ?? {})).toEqual(named);
  });

  it('names each problem once, and takes a body where it changes something', () => {
    const kinds = problemsOf(route);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(route.isChange === true && (route.method !== 'POST' || body === undefined)).toBe(false);
  });

  it('is open to people by groups, or to everyone below /public', () => {
    expect(route.groups.length === 0).toBe(route.scope === undefined);
    expect(route.path.startsWith('/public/')).toBe(route.scope === undefined);
  });
});

it('the client sends what the document says, with a token', async () => {
  const sent: Request[] = [];
  const api = createApiClient({
    address: 'https://console.example',
    token: async () => 'token',
    fetch: async (request) => {
      sent.push(request);
      return Response.json({ models: [] });
    },
  });

  const { data } = await api.GET('/models/{version}', {
    params: { path: { version: 'abalone:3' } },
  });
  await api.POST('/models/{version}/approve', {
    params: { path: { version: 'abalone:3' } },
    body: { reason: 'better' },
  });

  expect(data).toEqual({ models: [] });
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET https://console.example/api/v1/models/abalone%3A3',
    'POST https://console.example/api/v1/models/abalone%3A3/approve',
  ]);
  expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([
    'Bearer token',
    'Bearer token',
  ]);
  expect(await sent[1]?.json()).toEqual({ reason: 'better' });
});
