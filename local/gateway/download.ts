import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CloudDirectory } from '../cloud/cloud.ts';
import type { WireRequest, WireResponse } from './protocol.ts';

/** Serves a download link of a service. As with a presigned URL, the link itself is the permission. */
export async function download(
  clouds: CloudDirectory,
  { method, path }: WireRequest,
): Promise<WireResponse> {
  const found = clouds
    .all()
    .map(({ downloads }) => downloads.find(path))
    .find((file) => file !== undefined);
  if (found === undefined) return refused(403, 'This link is unknown or has expired.');
  if (method !== 'GET' && method !== 'HEAD')
    return refused(405, 'This link takes GET and HEAD only.');
  const size = await stat(found.file).then(
    (file) => file.size,
    () => undefined,
  );
  if (size === undefined) return refused(404, 'The file behind this link was deleted.');
  return {
    status: 200,
    headers: { 'content-type': found.contentType, 'content-length': String(size) },
    body: createReadStream(found.file),
  };
}

function refused(status: number, text: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
