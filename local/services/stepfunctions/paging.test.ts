import { describe, expect, it } from 'vitest';
import { pageOf } from './paging.ts';

const entries = ['a', 'b', 'c', 'd', 'e'].map((key) => [key, key.toUpperCase()] as const);
const after = (key: string | undefined) =>
  entries.filter(([each]) => key === undefined || each > key);

describe('pageOf', () => {
  it('hands out every item once, page by page', () => {
    const listing = ['Letters'];

    const first = pageOf({ listing, maxResults: 2, nextToken: undefined }, after);
    const second = pageOf({ listing, maxResults: 2, nextToken: first.nextToken }, after);
    const third = pageOf({ listing, maxResults: 2, nextToken: second.nextToken }, after);

    expect([first.items, second.items, third.items]).toEqual([['A', 'B'], ['C', 'D'], ['E']]);
    expect(third.nextToken).toBeUndefined();
  });

  it('refuses tokens of other listings and made-up ones', () => {
    const page = pageOf({ listing: ['Letters'], maxResults: 1, nextToken: undefined }, after);

    for (const nextToken of [page.nextToken, 'InvalidToken', '']) {
      const request = { listing: ['Numbers'], maxResults: 1, nextToken };
      expect(() => pageOf(request, after)).toThrow("Invalid Token: 'Invalid token'");
    }
  });
});
