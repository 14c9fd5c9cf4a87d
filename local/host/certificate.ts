import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate with its key, both as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 365;

/**
 * A new certificate for the loopback address, signed by itself: who trusts it trusts this key and nothing else.
 * https://datatracker.ietf.org/doc/html/rfc5280#section-4.1
 */
export function createLoopbackCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const content = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(positive(randomBytes(SERIAL_BYTES))),
    SIGNATURE_ALGORITHM,
    NAME,
    validity(Date.now()),
    NAME,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(IS_AUTHORITY, SUBJECT_NAMES)),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = sequence(content, SIGNATURE_ALGORITHM, bits(signature));
  return {
    certificate: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const SERIAL_BYTES = 16;

/** Tags of DER: https://www.itu.int/rec/T-REC-X.690 */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  bytes: 0x04,
  identifier: 0x06,
  text: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context: 0x80,
  constructed: 0x20,
} as const;

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.byteLength), content]);
}

function lengthOf(byteLength: number): Buffer {
  if (byteLength < 0x80) return Buffer.from([byteLength]);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(byteLength);
  return Buffer.concat([Buffer.from([0x82]), bytes]);
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return element(TAG.sequence, ...contents);
}

function explicit(number: number, content: Uint8Array): Buffer {
  return element(TAG.context | TAG.constructed | number, content);
}

function integer(bytes: Uint8Array): Buffer {
  return element(TAG.integer, bytes);
}

/** The first bit is the sign, and the first byte must not be zero. */
function positive(bytes: Buffer): Buffer {
  const [first = 0, ...rest] = bytes;
  return Buffer.from([(first & 0x7f) | 0x40, ...rest]);
}

function bits(bytes: Uint8Array): Buffer {
  return element(TAG.bits, Buffer.from([0]), bytes);
}

function identifier(hex: string): Buffer {
  return element(TAG.identifier, Buffer.from(hex, 'hex'));
}

/** 1.2.840.10045.4.3.2, ecdsa-with-SHA256. */
const SIGNATURE_ALGORITHM = sequence(identifier('2a8648ce3d040302'));

/** 2.5.4.3, the common name. */
const NAME = sequence(
  element(
    TAG.set,
    sequence(identifier('550403'), element(TAG.text, Buffer.from('Stepmill on this machine'))),
  ),
);

/** 2.5.29.19, the basic constraints: some clients trust only an authority. */
const IS_AUTHORITY = sequence(
  identifier('551d13'),
  element(TAG.boolean, Buffer.from([0xff])),
  element(TAG.bytes, sequence(element(TAG.boolean, Buffer.from([0xff])))),
);

/** 2.5.29.17, the names that the certificate is for: 127.0.0.1 and localhost. */
const SUBJECT_NAMES = sequence(
  identifier('551d11'),
  element(
    TAG.bytes,
    sequence(
      element(TAG.context | 7, Buffer.from([127, 0, 0, 1])),
      element(TAG.context | 2, Buffer.from('localhost')),
    ),
  ),
);

/** From the day before, for clocks that are behind. */
function validity(now: number): Buffer {
  return sequence(time(now - DAY_MS), time(now + VALID_DAYS * DAY_MS));
}

function time(instant: number): Buffer {
  const text = `${new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  return element(TAG.generalizedTime, Buffer.from(text));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
