import { createCipheriv, createDecipheriv } from 'node:crypto';

/** The beginning of every ciphertext of this runtime; the last byte is the version of the format. */
const MAGIC = Buffer.from('SMK\u0001', 'latin1');
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Two bytes each for the length of the ARN and the number of the material. */
const NUMBERS_BYTES = 4;

export type EncryptionContext = Readonly<Record<string, string>>;

/** What names the key of a ciphertext. */
interface CiphertextHeader {
  readonly keyArn: string;
  /** The position of the material among those of the key. */
  readonly material: number;
}

interface Ciphertext extends CiphertextHeader {
  readonly header: Buffer;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly content: Buffer;
}

/** Encrypts, and binds the header and the context to the content. */
export function seal(
  { keyArn, material }: CiphertextHeader,
  secret: Buffer,
  nonce: Buffer,
  { plaintext, context }: { readonly plaintext: Uint8Array; readonly context: EncryptionContext },
): Buffer {
  const arn = Buffer.from(keyArn);
  const numbers = Buffer.alloc(NUMBERS_BYTES);
  numbers.writeUInt16BE(arn.length, 0);
  numbers.writeUInt16BE(material, 2);
  const header = Buffer.concat([MAGIC, numbers, arn]);
  const cipher = createCipheriv(ALGORITHM, secret, nonce).setAAD(boundTo(header, context));
  const content = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, nonce, cipher.getAuthTag(), content]);
}

/** @returns undefined for what this runtime did not write */
export function readCiphertext(bytes: Uint8Array | undefined): Ciphertext | undefined {
  const all = Buffer.from(bytes ?? []);
  const start = MAGIC.length + NUMBERS_BYTES;
  if (all.length < start || !all.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const arnEnd = start + all.readUInt16BE(MAGIC.length);
  const contentStart = arnEnd + NONCE_BYTES + TAG_BYTES;
  if (all.length <= contentStart) return undefined;
  return {
    keyArn: all.subarray(start, arnEnd).toString(),
    material: all.readUInt16BE(MAGIC.length + 2),
    header: all.subarray(0, arnEnd),
    nonce: all.subarray(arnEnd, arnEnd + NONCE_BYTES),
    tag: all.subarray(arnEnd + NONCE_BYTES, contentStart),
    content: all.subarray(contentStart),
  };
}

/** @returns undefined where ciphertext, context and secret do not belong together */
export function open(
  { header, nonce, tag, content }: Ciphertext,
  secret: Buffer,
  context: EncryptionContext,
): Buffer | undefined {
  const decipher = createDecipheriv(ALGORITHM, secret, nonce)
    .setAAD(boundTo(header, context))
    .setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The order of the pairs of a context does not count. */
function boundTo(header: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}
