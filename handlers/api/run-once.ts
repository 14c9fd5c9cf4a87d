import { createHash } from 'node:crypto';
import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { Context } from 'aws-lambda';
import type { Api } from './api-state.ts';
import { ProblemError } from './problem-error.ts';

/** A request that may come twice. */
export interface OnceRequest {
  /** `Idempotency-Key`. */
  readonly key: string;
  readonly caller: string;
  readonly route: string;
  readonly request: unknown;
}

/** How long an answer is kept. */
const KEPT_SECONDS = 86_400;
const KEY = /^[A-Za-z0-9_-]{8,64}$/;

/** What of a key names what the request starts, such as an execution: 32 hexadecimal digits. */
export function nameOfKey({ key, caller, route }: OnceRequest): string {
  return createHash('sha256').update(`${route}\n${caller}\n${key}`).digest('hex').slice(0, 32);
}

/**
 * Runs what a key names once; repeated, it has the same answer.
 *
 * @throws ProblemError `malformed-request`, `key-reused` or `request-in-progress`
 */
export class RunOnce {
  readonly #store: DynamoDBPersistenceLayer;

  constructor({ options }: Api) {
    this.#store = new DynamoDBPersistenceLayer({
      tableName: options.requestsTable,
      awsSdkV3Client: options.clients.dynamodb,
    });
  }

  async run<Result extends object>(
    once: OnceRequest,
    context: Context,
    act: () => Promise<Result>,
  ): Promise<Result> {
    if (!KEY.test(once.key)) {
      throw new ProblemError('malformed-request', 'The idempotency key is malformed.', [
        { parameter: 'Idempotency-Key', detail: '8 to 64 letters, digits, hyphens, underscores' },
      ]);
    }
    try {
      return await this.#wrap(
        context,
        act,
      )({
        id: nameOfKey(once),
        request: JSON.parse(JSON.stringify(once.request)),
      });
    } catch (error) {
      throw explain(error);
    }
  }

  #wrap<Result extends object>(lambdaContext: Context, act: () => Promise<Result>) {
    return makeIdempotent(async (_record: object) => (await act()) as never, {
      persistenceStore: this.#store,
      keyPrefix: 'api',
      config: new IdempotencyConfig({
        eventKeyJmesPath: 'id',
        payloadValidationJmesPath: 'request',
        expiresAfterSeconds: KEPT_SECONDS,
        lambdaContext,
      }),
    });
  }
}

function explain(error: unknown): unknown {
  if (error instanceof IdempotencyAlreadyInProgressError) {
    return new ProblemError('request-in-progress', 'Wait for its answer, then repeat the request.');
  }
  if (error instanceof IdempotencyValidationError) {
    return new ProblemError(
      'key-reused',
      'The key was sent before with another request; nothing was done. Send a new key.',
    );
  }
  return error;
}
