import type { Clock } from './clock.ts';
import { silentLogger } from './logger.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import type { ServiceFactory } from './service.ts';
import { createIamService } from './services/iam/index.ts';
import { createStsService } from './services/sts/index.ts';

/** What every AWS SDK client takes to speak to the runtime under test. */
export interface TestClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** One attempt: a test sees the first answer, not the third. */
  readonly maxAttempts: number;
  readonly disableHostPrefix: boolean;
}

export interface TestRuntime extends Runtime {
  /** Give it to a client: `new SQSClient(runtime.clientConfig)`. */
  readonly clientConfig: TestClientConfig;
}

/**
 * Starts a runtime in this process with the given services (IAM and STS are always there), keeping
 * nothing, on a free port. Stop it when done.
 *
 * @example
 * const runtime = await startTestRuntime([createSqsService]);
 * const sqs = new SQSClient(runtime.clientConfig);
 */
export async function startTestRuntime(
  factories: readonly ServiceFactory[],
  options: { readonly clock?: Clock; readonly throttle?: boolean } = {},
): Promise<TestRuntime> {
  const runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    factories: [...new Set([createIamService, createStsService, ...factories])],
    ...options,
  });
  return {
    ...runtime,
    clientConfig: {
      endpoint: runtime.endpoint,
      region: runtime.cloud.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      disableHostPrefix: true,
    },
  };
}
