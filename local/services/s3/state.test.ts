import { describe, expect, it, vi } from 'vitest';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { type Bucket, type ObjectVersion, S3State, versionKey } from './state.ts';

describe('the versions of a key', () => {
  it('are looked up one at a time, however many there are', () => {
    const state = new S3State(createTestCloud([]));
    const bucket = { name: 'b', versioning: 'Enabled' } as Bucket;
    const versions = Array.from({ length: 100 }, (_, index) => {
      const versionId = state.newVersionId(bucket, index + 1);
      return { bucket: 'b', key: 'k', sequence: index + 1, versionId } as ObjectVersion;
    });
    for (const version of versions) state.versions.put(versionKey(version), version);
    const entries = vi.spyOn(state.versions, 'entries');

    const newest = state.newestVersion('b', 'k');
    const oldest = state.version('b', 'k', versions[0]?.versionId ?? '');

    expect([newest, oldest]).toEqual([versions.at(-1), versions[0]]);
    expect(entries.mock.calls).toEqual([[expect.objectContaining({ limit: 1 })]]);
  });
});
