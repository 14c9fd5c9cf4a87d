import { describe, expect, it } from 'vitest';
import { pageOf } from './paging.ts';

const entries = ['a', 'b', 'c', 'd', 'e'].map((key) => [key, key.toUpperCase()] as const);
const after = (key: string | undefined) =>
  entries.filter(([each]) => key === undefined || each > key);

describe('pageOf', () => {
  it('hands out every item once, page by page', () => {
    const listing = ['Letters'];

    const first = pageOf({ listing, maxResults: 2, nextToken: undefined, now: 0 }, after);
    const second = pageOf({ listing, maxResults: 2, nextToken: first.nextToken, now: 0 }, after);
    const third = pageOf({ listing, maxResults: 2, nextToken: second.nextToken, now: 0 }, after);

    expect([first.items, second.items, third.items]).toEqual([['A', 'B'], ['C', 'D'], ['E']]);
    expect(third.nextToken).toBeUndefined();
  });

  it('refuses tokens of other listings and made-up ones', () => {
    const page = pageOf(
      { listing: ['Letters'], maxResults: 1, nextToken: undefined, now: 0 },
      after,
    );

    for (const nextToken of [page.nextToken, 'InvalidToken', '']) {
      const request = { listing: ['Numbers'], maxResults: 1, nextToken, now: 0 };
      expect(() => pageOf(request, after)).toThrow("Invalid Token: 'Invalid token'");
    }
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
  it('takes its tokens for a day', () => {
    const day = 86_400_000;
    const request = { listing: ['Letters'], maxResults: 1 };
    const { nextToken } = pageOf({ ...request, nextToken: undefined, now: 5 }, after);

    expect(pageOf({ ...request, nextToken, now: 5 + day }, after).items).toEqual(['B']);
    expect(() => pageOf({ ...request, nextToken, now: 6 + day }, after)).toThrow(
      "Invalid Token: 'Invalid token'",
    );
  });
});
