import { describe, expect, it } from 'vitest';
import { cleanPath, readIgnoreFile } from './ignore-file.ts';

/** https://docs.docker.com/build/concepts/context/#dockerignore-files */
describe('.dockerignore', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['# a\n\n  \n', [], ['a', '# a']],
    ['*/temp*', ['some/temporary.txt', 'some/temp'], ['temp', 'some/sub/temp']],
    ['*/*/temp*', ['some/sub/temporary.txt'], ['some/temp', 'temp']],
    ['temp?', ['tempa', 'tempb'], ['temp', 'tempab', 'a/tempa']],
    ['**/*.go', ['a.go', 'b/a.go', 'b/c/a.go'], ['a.gox']],
    ['/foo/bar/', ['foo/bar', 'foo/bar/x/y'], ['foo', 'foo/barx', 'x/foo/bar']],
    ['./a', ['a'], ['b']],
    ['*.md\n!README.md', ['a.md'], ['README.md', 'docs/a.md']],
    ['*.md\n!README*.md\nREADME-secret.md', ['README-secret.md'], ['README.md']],
    ['*.md\nREADME-secret.md\n!README*.md', ['a.md'], ['README-secret.md']],
    ['docs\n!docs/kept.md', ['docs/a.md'], ['docs/kept.md']],
    ['*', ['a', 'b/c'], []],
    ['**', ['a', 'b/c'], []],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b']],
    ['a/**/b', ['a/b', 'a/x/y/b'], ['a/bx']],
    ['[a-c]x[^0-9]', ['axz', 'cxz'], ['dxz', 'ax1', 'ax/']],
    ['a\\*b', ['a*b'], ['axb']],
    ['a.b+c(d)', ['a.b+c(d)'], ['axb+c(d)']],
  ])('%j', (text, ignored, kept) => {
    const isIgnored = readIgnoreFile(text);

    expect([...ignored, ...kept].filter(isIgnored)).toEqual(ignored);
  });

  it.each(['[a', 'a\\', '!', '[z-a]'])('refuses %s', (text) => {
    expect(() => readIgnoreFile(text)).toThrow(RangeError);
  });

  it('cleans paths as Go does, without leaving the context', () => {
    expect(['/a/./b//c/', '../../a', 'a/../b', '.', ''].map(cleanPath)).toEqual([
      'a/b/c',
      'a',
      'b',
      '',
      '',
    ]);
  });
});
