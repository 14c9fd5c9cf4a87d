import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import type { Connection } from '../connection/connection.ts';

/** The media types of a request and its answer. */
export interface MediaTypes {
  readonly contentType: string;
  readonly accept: string;
}

const csv: MediaTypes = { contentType: 'text/csv', accept: 'text/csv' };

/** Sends rows to an endpoint; gives the body of the answer. */
export async function predict(
  { sagemakerRuntime }: Connection,
  endpointName: string,
  body: string,
  types: MediaTypes = csv,
): Promise<string> {
  const { Body } = await sagemakerRuntime.send(
    new InvokeEndpointCommand({
      EndpointName: endpointName,
      ContentType: types.contentType,
      Accept: types.accept,
      Body: body,
    }),
  );
  return Buffer.from(Body ?? []).toString('utf8');
}
