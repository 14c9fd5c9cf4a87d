import { SYNCHRONOUS_PAYLOAD_BYTES } from '../limits.ts';
import type { SandboxOutcome } from './sandbox.ts';

/** The outcome of an invocation, in AWS's words. */
export interface DescribedOutcome {
  readonly payload: Uint8Array;
  readonly failed: boolean;
  readonly status: 'success' | 'error' | 'timeout';
  /** The lines that the platform writes to the log. */
  readonly line?: string;
}

interface Described {
  readonly requestId: string;
  readonly record: { readonly timeoutSeconds: number };
}

/** Describes how an invocation ended, for its payload and its log. */
export function describeOutcome(
  outcome: SandboxOutcome,
  { requestId, record }: Described,
): DescribedOutcome {
  switch (outcome.kind) {
    case 'answered':
      return outcome.payload.byteLength > SYNCHRONOUS_PAYLOAD_BYTES
        ? tooLarge(outcome.payload.byteLength)
        : { payload: outcome.payload, failed: false, status: 'success' };
    case 'failed':
      return { payload: outcome.payload, failed: true, status: 'error' };
    case 'timed-out': {
      const seconds = record.timeoutSeconds.toFixed(2);
      const problem = `Task timed out after ${seconds} seconds`;
      return {
        payload: platformError('Sandbox.Timedout', `RequestId: ${requestId} Error: ${problem}`),
        failed: true,
        status: 'timeout',
        line: `${new Date().toISOString()} ${requestId} ${problem}`,
      };
    }
    case 'exited': {
      const problem =
        outcome.reason === ''
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: ${outcome.reason}`;
      return {
        payload: platformError('Runtime.ExitError', `RequestId: ${requestId} Error: ${problem}`),
        failed: true,
        status: 'error',
        line: `RequestId: ${requestId} Error: ${problem}\rRuntime.ExitError`,
      };
    }
  }
}

function tooLarge(bytes: number): DescribedOutcome {
  return {
    payload: platformError(
      'Function.ResponseSizeTooLarge',
      `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${SYNCHRONOUS_PAYLOAD_BYTES} bytes).`,
    ),
    failed: true,
    status: 'error',
  };
}

function platformError(errorType: string, errorMessage: string): Uint8Array {
  return Buffer.from(JSON.stringify({ errorType, errorMessage }));
}
