import { expect, it } from 'vitest';
import { fits } from './behaviors.ts';

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
it.each<[string, string, boolean]>([
  ['/images/*.jpg', '/images/a/b.jpg', true],
  ['/images/*.jpg', '/images/a.jpeg', false],
  ['/a??.jpg', '/ant.jpg', true],
  ['/a??.jpg', '/abee.jpg', false],
  ['/*.js*', '/a/b.json', true],
  ['/api/*', '/API/x', false],
  ['/api/*', '/api', false],
  ['*', '/anything', true],
  ['/**x', '/yyx', true],
  ['/', '/', true],
])('%s and %s: %s', (pattern, path, expected) => {
  expect(fits(pattern, path)).toBe(expected);
});

it('takes no time for a hostile pattern', () => {
  const began = performance.now();

  expect(fits(`${'*a'.repeat(200)}b`, 'a'.repeat(8_000))).toBe(false);

  expect(performance.now() - began).toBeLessThan(500);
});
