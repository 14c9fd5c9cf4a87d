import { expect, it } from 'vitest';
import { trailOf } from './sections.ts';

it.each([
  ['/nowhere', ['Stepmill']],
  ['/models', ['Stepmill', 'Models']],
  ['/models/abalone:1', ['Stepmill', 'Models']],
  ['/models/abalone%3A1/decide', ['Stepmill', 'Models', 'abalone:1']],
  ['/endpoints/abalone/rollback', ['Stepmill', 'Endpoints', 'Endpoint of abalone']],
  ['/executions/abalone/training/8d50f585', ['Stepmill', 'Executions']],
])('names the pages above %s', (pathname, names) => {
  expect(trailOf(pathname).map(({ text }) => text)).toEqual(names);
});

it('leads to the pages above', () => {
  const hrefs = trailOf('/models/abalone:1/decide').map(({ href }) => href);
  expect(hrefs).toEqual(['/', '/models', '/models/abalone:1']);
});
