import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export const addressSchema = z.object({
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().nullish(),
});

/** Where CloudFormation waits for the answer, and to what. */
export type Address = z.infer<typeof addressSchema>;

export type Outcome =
  | { readonly status: 'SUCCESS' }
  | { readonly status: 'FAILED'; readonly reason: string };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const MAXIMUM_ANSWER_BYTES = 4_096;
/** The maximum duration of all attempts, including the waits between them. */
export const ANSWER_MILLISECONDS = 30_000;

export interface Patience {
  readonly attempts: number;
  /** The timeout of one attempt. */
  readonly timeoutMilliseconds: number;
  /** Doubled after each attempt. */
  readonly pauseMilliseconds: number;
}

/** Four attempts of five seconds, with 1, 2 and 4 seconds between them: 27 seconds. */
export const patience: Patience = {
  attempts: 4,
  timeoutMilliseconds: 5_000,
  pauseMilliseconds: 1_000,
};

/**
 * Reports the result to CloudFormation, which otherwise waits for an hour.
 *
 * @throws Error when the answer was not taken, so that Lambda calls the function again
 */
export async function answer(
  address: Address,
  outcome: Outcome,
  { attempts, timeoutMilliseconds, pauseMilliseconds }: Patience = patience,
): Promise<void> {
  const body = renderAnswer(address, outcome);
  for (let attempt = 1; ; attempt += 1) {
    const problem = await put(address.ResponseURL, body, timeoutMilliseconds);
    if (problem === undefined) return;
    if (problem.isFinal || attempt >= attempts) {
      throw new Error(
        `CloudFormation did not take the answer ${outcome.status}, so that the stack waits: ${problem.what}`,
      );
    }
    await sleep(pauseAfter(attempt, pauseMilliseconds));
  }
}

/** How long to wait after an attempt: each pause is twice the one before. */
export function pauseAfter(attempt: number, firstMilliseconds: number): number {
  return firstMilliseconds * 2 ** (attempt - 1);
}

interface AnswerProblem {
  readonly what: string;
  /** Whether another attempt would have the same result. */
  readonly isFinal: boolean;
}

async function put(
  url: string,
  body: string,
  timeoutMilliseconds: number,
): Promise<AnswerProblem | undefined> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      // CloudFormation's signed address wants an empty content type.
      headers: { 'content-type': '' },
      body,
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    await response.body?.cancel();
    if (response.ok) return undefined;
    const isFinal = response.status >= 400 && response.status < 500 && response.status !== 429;
    return { what: `status ${response.status}`, isFinal };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { what: cause instanceof Error ? cause.message : String(cause), isFinal: false };
  }
}

/** The response that CloudFormation accepts; a longer reason is truncated. */
export function renderAnswer(address: Address, outcome: Outcome): string {
  const render = (reason: string) =>
    JSON.stringify({
      Status: outcome.status,
      Reason: reason,
      // It stays the same, or CloudFormation deletes the resource as an old one.
      PhysicalResourceId: address.PhysicalResourceId ?? address.LogicalResourceId,
      StackId: address.StackId,
      RequestId: address.RequestId,
      LogicalResourceId: address.LogicalResourceId,
    });
  let reason = outcome.status === 'FAILED' ? outcome.reason.slice(0, MAXIMUM_ANSWER_BYTES) : '';
  while (Buffer.byteLength(render(reason)) > MAXIMUM_ANSWER_BYTES && reason !== '') {
    reason = reason.slice(0, Math.floor(reason.length * 0.9));
  }
  return render(reason);
}
