import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Decompresses bytes as they are read. A failure of either stream reaches the reader. */
export function gunzip(source: Readable): Readable {
  const unzipped = createGunzip();
  pipeline(source, unzipped, () => {});
  // A failure that comes before or after its reader would end the runtime.
  return unzipped.on('error', () => {});
}
