import { existsSync } from 'node:fs';

/**
 * The one place that looks outside of the repository: where further recorded data lies beside the checkout, the tests of
 * `npm run test:recorded` and the story of the real Abalone data read it. CI counts them apart, and nothing else depends on
 * them. Anyone can repeat most of the former with `npm run conformance -- --localstack FOLDER`.
 */
const FOLDER = new URL('../../shared/', import.meta.url);

/** @returns undefined where the data is not there */
export function findFurtherData(path: string): URL | undefined {
  const found = new URL(path, FOLDER);
  return existsSync(found) ? found : undefined;
}
