import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { Api } from './api-state.ts';
import { listDownloads } from './downloads.ts';

interface Page {
  readonly Contents?: readonly { readonly Key: string }[];
  readonly CommonPrefixes?: readonly { readonly Prefix: string }[];
  readonly NextContinuationToken?: string;
}

/** An API before a bucket, whose pages are given by `prefix` or `prefix token`. */
function apiBefore(pages: Readonly<Record<string, Page>>): { api: Api; asked: string[] } {
  const asked: string[] = [];
  const s3 = {
    send: async ({ input }: ListObjectsV2Command) => {
      const place = [input.Prefix, input.ContinuationToken].filter(Boolean).join(' ');
      asked.push(place);
      return pages[place] ?? {};
    },
  };
  const cache = {
    get: async (name: string, _keptMs: number, make: () => Promise<unknown>) =>
      name.startsWith('link ') ? { url: `signed ${name}`, expiresAt: 'soon' } : make(),
  };
  return { api: { clients: { s3 }, cache } as unknown as Api, asked };
}

const keys = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    Key: `${prefix}${String(index).padStart(3, '0')}`,
  }));
const FOLDER = { bucket: 'b', prefix: 'f/' };

it('shows 500 files, and says that there are more when the next page has one', async () => {
  const { api, asked } = apiBefore({
    'f/': { Contents: keys('f/', 500), NextContinuationToken: 'next' },
    'f/ next': { Contents: [{ Key: 'f/last' }], NextContinuationToken: 'more' },
  });

  const { files, areFilesCutShort } = await listDownloads(api, FOLDER);

  expect(files).toHaveLength(500);
  expect(areFilesCutShort).toBe(true);
  expect(asked).toEqual(['f/', 'f/ next']);
});

it('shows 500 files that are all', async () => {
  const { api } = apiBefore({ 'f/': { Contents: keys('f/', 500) } });

  const { files, areFilesCutShort } = await listDownloads(api, FOLDER);

  expect(files).toHaveLength(500);
  expect(areFilesCutShort).toBe(false);
});

it('lists folders in it in the order of their keys, without those that people do not read', async () => {
  const { api, asked } = apiBefore({
    'f/': {
      Contents: [{ Key: 'f/' }, { Key: 'f/z' }],
      CommonPrefixes: [{ Prefix: 'f/a/' }, { Prefix: 'f/hidden/' }],
    },
    'f/a/': { Contents: [{ Key: 'f/a/one' }] },
  });

  const { files } = await listDownloads(api, FOLDER, (name) => name !== 'hidden/');

  expect(files).toEqual([
    { name: 'a/one', uri: 's3://b/f/a/one', url: 'signed link b f/a/one', expiresAt: 'soon' },
    { name: 'z', uri: 's3://b/f/z', url: 'signed link b f/z', expiresAt: 'soon' },
  ]);
  expect(asked).toEqual(['f/', 'f/a/']);
});

it('does not list a folder after 501 files', async () => {
  const { api, asked } = apiBefore({
    'f/': { Contents: keys('f/', 500), CommonPrefixes: [{ Prefix: 'f/y/' }, { Prefix: 'f/z/' }] },
    'f/y/': { Contents: [{ Key: 'f/y/one' }] },
  });

  expect((await listDownloads(api, FOLDER)).areFilesCutShort).toBe(true);
  expect(asked).toEqual(['f/', 'f/y/']);
});
