import { ContainerFailure } from '../hosting/failures.ts';
import { JobFailure } from '../jobs/failure.ts';
import { RecordFailure } from './data-processing/record-failure.ts';
import { PayloadTooLarge } from './mini-batches.ts';

/** A file of the input could not be predicted. */
export interface FileFailure {
  /** Whose fault it is, in AWS's words. */
  readonly kind: 'ClientError' | 'AlgorithmError';
  readonly message: string;
  /** The model's answer with an error. */
  readonly answer?: string;
}

/** The failure of a file; errors of this runtime are thrown. */
export function failureOf(error: unknown): FileFailure {
  if (error instanceof ContainerFailure) return modelFailure(error);
  if (error instanceof PayloadTooLarge || error instanceof RecordFailure) {
    return { kind: 'ClientError', message: error.message };
  }
  if (error instanceof JobFailure) {
    return { kind: 'ClientError', message: error.message.replace(/^ClientError: /, '') };
  }
  if (isZipError(error)) {
    return { kind: 'ClientError', message: `Failed to decompress the object: ${error.message}` };
  }
  throw error;
}

function isZipError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

/** AWS's messages: https://github.com/aws/amazon-sagemaker-examples/issues/1620 and 3948 */
function modelFailure({ status, message }: ContainerFailure): FileFailure {
  if (status === 0) {
    return {
      kind: 'AlgorithmError',
      message: 'Unable to get response from algorithm',
      answer: message,
    };
  }
  const isClients = status >= 400 && status < 500;
  return isClients
    ? { kind: 'ClientError', message: `ClientError: ${status}`, answer: message }
    : {
        kind: 'AlgorithmError',
        message: `Bad HTTP status received from algorithm: ${status}`,
        answer: message,
      };
}
