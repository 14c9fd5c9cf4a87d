import { expect, it } from 'vitest';
import type { RepositoryRecord } from './store.ts';
import { isMutable } from './tag-mutability.ts';

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
it.each<[RepositoryRecord['mutability'], readonly string[], string, boolean]>([
  ['MUTABLE', [], 'v1', true],
  ['IMMUTABLE', [], 'v1', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['cache-*'], 'cache-main', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['cache-*'], 'v1', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['dev', '*-wip'], 'x-wip', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['a*b'], 'ab', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['ab*ba'], 'aba', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['*a*'], 'xaz', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['*'], 'anything', true],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], 'v1', false],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], 'latest', true],
])('%s except %j: %s is mutable: %s', (mutability, filters, tag, expected) => {
  const exclusions = filters.map((filter) => ({ filterType: 'WILDCARD' as const, filter }));

  expect(isMutable({ mutability, exclusions } as unknown as RepositoryRecord, tag)).toBe(expected);
});
