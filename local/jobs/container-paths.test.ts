import { describe, expect, it } from 'vitest';
import { silentLogger } from '../host/logger.ts';
import { createSystemRandom } from '../host/random.ts';
import { createContainerFolder } from './container-folder.ts';
import { rewriteContainerPaths } from './container-paths.ts';
import { DiscardedFolders } from './discarded-folders.ts';

describe('rewriteContainerPaths', () => {
  it.each([
    ['/opt/ml', '/jobs/a$1'],
    ['/opt/ml/processing/input', '/jobs/a$1/processing/input'],
    ['--model=/opt/ml/model', '--model=/jobs/a$1/model'],
    ['/opt/ml/a:/opt/ml/b', '/jobs/a$1/a:/jobs/a$1/b'],
    ['{"dir":"/opt/ml/x"}', '{"dir":"/jobs/a$1/x"}'],
    ['file:///opt/ml/model', 'file:///jobs/a$1/model'],
    ['/opt/mlops', '/opt/mlops'],
    ['/opt/ml-data', '/opt/ml-data'],
    ['/home/opt/ml', '/home/opt/ml'],
    ['s3://bucket/opt/ml', 's3://bucket/opt/ml'],
    ['', ''],
  ])('turns %s into %s', (text, expected) => {
    expect(rewriteContainerPaths(text, '/jobs/a$1')).toBe(expected);
  });
});

const host = { logger: silentLogger, random: createSystemRandom() };

describe('a container folder', () => {
  it('maps container paths, and no others', () => {
    const folder = createContainerFolder('/tmp', new DiscardedFolders('/nowhere', host));

    expect(folder.host('/opt/ml/model/../output')).toBe('/tmp/output');
    expect(() => folder.host('/opt/ml/../../etc')).toThrow('is not below /opt/ml');
    expect(() => folder.host('/opt/mlx')).toThrow(RangeError);
  });
});
