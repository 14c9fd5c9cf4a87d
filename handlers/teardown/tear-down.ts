import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import {
  type Address,
  ANSWER_MILLISECONDS,
  addressSchema,
  answer,
  type Outcome,
} from './answer.ts';

const requestTypeSchema = z.object({ RequestType: z.enum(['Create', 'Update', 'Delete']) });

export interface TearDown {
  /** Removes everything; stops when the signal is aborted. */
  readonly remove: (signal: AbortSignal) => Promise<void>;
  /** Before Lambda ends the function. */
  readonly remainingMilliseconds: number;
  readonly send?: (address: Address, outcome: Outcome) => Promise<void>;
  readonly report: (message: string, error: unknown) => void;
}

/**
 * Handles the request of CloudFormation and answers before the function times out.
 *
 * @throws Error when there is no address to answer to, or the answer was not taken
 */
export async function tearDown(event: unknown, options: TearDown): Promise<void> {
  const address = addressSchema.parse(event);
  const outcome = await act(event, options);
  await (options.send ?? answer)(address, outcome);
}

async function act(event: unknown, options: TearDown): Promise<Outcome> {
  try {
    const { RequestType: type } = requestTypeSchema.parse(event);
    if (type === 'Delete') await removeInTime(options);
    return { status: 'SUCCESS' };
  } catch (error) {
    options.report('The removal failed or is incomplete', error);
    return { status: 'FAILED', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws Error when removing does not end while there is time left for the answer */
async function removeInTime({ remove, remainingMilliseconds }: TearDown): Promise<void> {
  const seconds = Math.max(0, Math.floor((remainingMilliseconds - ANSWER_MILLISECONDS) / 1_000));
  const controller = new AbortController();
  const tooLate = sleep(seconds * 1_000, undefined, { signal: controller.signal }).then(() => {
    throw new Error(
      `Removing the endpoint, its models and its configs did not end within ${seconds} seconds. Delete the stack again: it continues with what is left.`,
    );
  });
  try {
    await Promise.race([remove(controller.signal), tooLate]);
  } finally {
    controller.abort();
  }
}
