/** 53 bits, so that collisions among a hundred thousand rows are very unlikely. */
const HIGH_BITS = 2 ** 32;

/** A hash of a text, from 0 up to 1. Not for secrets. */
export function hashOf(text: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (HIGH_BITS * (2097151 & low) + (high >>> 0)) / 2 ** 53;
}

/** A copy that does not keep the longer text in memory of which it was a part. */
export function ownCopy(text: string): string {
  return text.length < SLICED ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}

/** V8 copies shorter parts of a text. */
const SLICED = 13;
