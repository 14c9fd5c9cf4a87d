import { closeSync, openSync, readSync } from 'node:fs';
import { MAX_MESSAGE_BYTES } from './limits.ts';

/** The first kilobyte of a file that a container may write; undefined if it wrote none. */
export function readContainerMessage(file: string): string | undefined {
  const bytes = readBeginning(file);
  return bytes === undefined || bytes.length === 0 ? undefined : decode(bytes);
}

function readBeginning(file: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
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
