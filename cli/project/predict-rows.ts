import { type AskedPlace, askLiveModel, NoLiveModel } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';

/** The media types of a request and its answer. */
export interface MediaTypes {
  readonly contentType: string;
  readonly accept: string;
}

const csv: MediaTypes = { contentType: 'text/csv', accept: 'text/csv' };

/**
 * Sends rows to the live model of a project; gives the body of the answer.
 *
 * @param inferenceId names the request in what is captured of it. @default none
 * @throws UserError if no model is live
 */
export async function predict(
  connection: Connection,
  place: AskedPlace,
  body: string,
  types: MediaTypes = csv,
  inferenceId?: string,
): Promise<string> {
  const request = { body, ...types, ...(inferenceId === undefined ? {} : { inferenceId }) };
  try {
    return (await askLiveModel(connection, place, request)).text;
  } catch (error) {
    if (!(error instanceof NoLiveModel)) throw error;
    throw new UserError(
      `${place.endpointName} does not exist yet: no model is live, so nothing was asked. Approve a version with: npx stepmill approve. After a change of serving.type, approve again the one that was live: npx stepmill approve VERSION. Without a version, upload data first: npx stepmill upload.`,
    );
  }
}
