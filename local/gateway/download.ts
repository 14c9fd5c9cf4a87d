import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Cloud } from '../cloud.ts';
import type { WireRequest, WireResponse } from './protocol.ts';

/** Answers a link that a service gave out; whoever has it may read, as with a presigned URL. */
export async function download(
  { downloads }: Cloud,
  { method, path }: WireRequest,
): Promise<WireResponse> {
  const found = downloads.find(path);
  if (found === undefined) return refused(403, 'The link has expired, or never was one.');
  if (method !== 'GET' && method !== 'HEAD') return refused(405, 'Links are read only.');
  const size = await stat(found.file).then(
    (file) => file.size,
    () => undefined,
  );
  if (size === undefined) return refused(404, 'What the link led to is no longer there.');
  return {
    status: 200,
    headers: { 'content-type': found.contentType, 'content-length': String(size) },
    body: createReadStream(found.file),
  };
}

function refused(status: number, text: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
