import { existsSync } from 'node:fs';

/**
 * The one place that looks outside of the repository: where further data lies beside the checkout, the tests named
 * `*.recorded.test.ts` read it, which `npm run test:recorded` runs. CI counts them apart, and nothing else depends on them. Anyone can repeat most of the former with `npm run conformance -- --localstack FOLDER`.
 */
const FOLDER = new URL('../../shared/', import.meta.url);

/** @returns undefined where the data is not there */
export function findFurtherData(path: string): URL | undefined {
  const found = new URL(path, FOLDER);
  return existsSync(found) ? found : undefined;
}
