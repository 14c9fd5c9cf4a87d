import { describe, expect, it } from 'vitest';
import { parseYaml } from './parse-yaml.ts';

/** About as many keys as a document of 500 KB can have. */
const KEYS = Array.from({ length: 100_000 }, (_, at) => `k${at.toString(36)}`);

describe('YAML', () => {
  it('names the line of a key that a map has twice', () => {
    expect(() => parseYaml('a: 1\nb:\n  c: 1\n  c: 2\n')).toThrow(
      'Map keys must be unique at line 4, column 3:',
    );
  });

  it('is read in a time that grows with its length, not with its square', () => {
    const began = process.cpuUsage();

    const value = parseYaml(`{${KEYS.join(',')}}`);

    const { user } = process.cpuUsage(began);
    expect(Object.keys(value as object)).toHaveLength(KEYS.length);
    // The square takes a minute and more.
    expect(user / 1_000_000).toBeLessThan(20);
  });
});
