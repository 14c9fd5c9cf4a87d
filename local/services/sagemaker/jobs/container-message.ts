import { closeSync, readSync } from 'node:fs';
import { type ContainerFolder, openContainerFile } from '../../../jobs/index.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';

/** The first kilobyte of a file that a container may write; undefined if it wrote no regular file. */
export function readContainerMessage(
  folder: ContainerFolder,
  containerPath: string,
): string | undefined {
  const bytes = readBeginning(folder.path, folder.host(containerPath));
  return bytes === undefined || bytes.length === 0 ? undefined : decode(bytes);
}

function readBeginning(root: string, file: string): Buffer | undefined {
  const descriptor = openContainerFile(root, file);
  if (descriptor === undefined) return undefined;
  try {
    const buffer = Buffer.alloc(MAX_MESSAGE_BYTES);
    return buffer.subarray(0, readSync(descriptor, buffer));
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Drops a character that the limit splits, and replaces bytes that are not UTF-8. */
function decode(bytes: Buffer): string {
  const decoder = new TextDecoder();
  const text = decoder.decode(bytes, { stream: bytes.length === MAX_MESSAGE_BYTES });
  return text.trim();
}
