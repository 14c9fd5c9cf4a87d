import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';

/** The media types of a request and its answer. */
export interface MediaTypes {
  readonly contentType: string;
  readonly accept: string;
}

const csv: MediaTypes = { contentType: 'text/csv', accept: 'text/csv' };

/**
 * Sends rows to an endpoint; gives the body of the answer.
 *
 * @param inferenceId names the request in what is captured of it. @default none
 * @throws UserError if no model is live
 */
export async function predict(
  { sagemakerRuntime }: Connection,
  endpointName: string,
  body: string,
  types: MediaTypes = csv,
  inferenceId?: string,
): Promise<string> {
  const { Body } = await sagemakerRuntime
    .send(
      new InvokeEndpointCommand({
        EndpointName: endpointName,
        ContentType: types.contentType,
        Accept: types.accept,
        InferenceId: inferenceId,
        Body: body,
      }),
    )
    .catch((error: unknown) => explainMissing(error, endpointName));
  return Buffer.from(Body ?? []).toString('utf8');
}

/** SageMaker has one error for everything that it refuses. */
function explainMissing(error: unknown, endpointName: string): never {
  const isMissing =
    error instanceof Error &&
    error.name === 'ValidationError' &&
    /not found|could not find/i.test(error.message);
  if (!isMissing) throw error;
  throw new UserError(
    `${endpointName} does not exist yet: no model is live, so nothing was asked. Approve a version with: stepmill approve; without one, upload data first: stepmill upload.`,
  );
}
