import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The npm package of Stepmill holds the AWS SDK's clients as one CommonJS file each, so that installing it
 * does not install the SDK. In a checkout the SDK is installed and this folder is missing.
 */
const PACKAGED = fileURLToPath(new URL('../../dist/sdk/', import.meta.url));

/**
 * Loads a client of the AWS SDK synchronously.
 *
 * @param name `@aws-sdk/client-s3`
 */
export function loadSdkClient(name: string): Readonly<Record<string, unknown>> {
  const packaged = join(PACKAGED, name);
  return createRequire(import.meta.url)(existsSync(packaged) ? packaged : name);
}

/** The folder that holds the scope `@aws-sdk` with the clients of every service that the runtime has. */
export function sdkFolder(): string {
  if (existsSync(PACKAGED)) return PACKAGED;
  const require = createRequire(import.meta.url);
  return dirname(dirname(dirname(require.resolve('@aws-sdk/client-lambda/package.json'))));
}
