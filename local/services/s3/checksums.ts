import { createHash } from 'node:crypto';
import { Crc32, Crc32c, Crc64NvmeJs } from '@aws-sdk/checksums/crc';
import { InvalidRequest } from './errors.ts';

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** `COMPOSITE` is the checksum of the parts' checksums, `FULL_OBJECT` the checksum of the bytes. */
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';

/** A checksum as it is stored: base64; composite ones end with `-<parts>`. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: ChecksumType;
}

/** The checksum members that S3's inputs and outputs share. */
export interface ChecksumMembers {
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

export const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
];

/** A checksum in progress. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32':
      return wrap(new Crc32());
    case 'CRC32C':
      return wrap(new Crc32c());
    case 'CRC64NVME':
      return wrap(new Crc64NvmeJs());
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return {
        update: (bytes) => void hash.update(bytes),
        digest: async () => hash.digest(),
      };
    }
  }
}

interface SdkChecksum {
  update(bytes: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

function wrap(checksum: SdkChecksum): RunningChecksum {
  return {
    update: (bytes) => checksum.update(bytes),
    digest: async () => Buffer.from(await checksum.digest()),
  };
}

/** The algorithm that a request names, in any letter case. @throws InvalidRequest for an unknown algorithm */
export function parseAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined || name === '') return undefined;
  const found = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
  if (found === undefined) {
    throw new InvalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
    );
  }
  return found;
}

export interface ClaimedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

/** Base64 with the padding of RFC 4648. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const DIGEST_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** The checksum of a body that an input carries, if any. @throws InvalidRequest */
export function claimedChecksum(input: ChecksumMembers): ClaimedChecksum | undefined {
  const [claimed, ...others] = claimedChecksums(input);
  if (claimed === undefined) return undefined;
  if (others.length > 0) {
    throw new InvalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const { algorithm, value } = claimed;
  if (!BASE64.test(value) || Buffer.from(value, 'base64').length !== DIGEST_BYTES[algorithm]) {
    throw new InvalidRequest(
      `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
    );
  }
  return claimed;
}

/** All checksums of an input, not validated. */
export function claimedChecksums(input: ChecksumMembers): readonly ClaimedChecksum[] {
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = input[`Checksum${algorithm}`];
    return value === undefined ? [] : [{ algorithm, value }];
  });
}

/**
 * How the checksum of an upload is computed from its parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#Full-object-checksums
 *
 * @throws InvalidRequest where the algorithm does not have that type, or there is none
 */
export function checksumTypeOf(
  algorithm: ChecksumAlgorithm | undefined,
  asked: string | undefined,
): ChecksumType | undefined {
  if (algorithm === undefined) {
    if (asked === undefined) return undefined;
    throw new InvalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const hasComposite = algorithm !== 'CRC64NVME';
  if (asked === undefined) return hasComposite ? 'COMPOSITE' : 'FULL_OBJECT';
  if (asked !== 'COMPOSITE' && asked !== 'FULL_OBJECT') {
    throw new InvalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  if (asked === 'COMPOSITE' ? !hasComposite : CRC_POLYNOMIALS[algorithm] === undefined) {
    throw unusableType(asked, algorithm);
  }
  return asked;
}

function unusableType(type: ChecksumType, algorithm: ChecksumAlgorithm): InvalidRequest {
  return new InvalidRequest(
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

/** The output members that show a stored checksum. */
export function checksumMembers(
  checksum: StoredChecksum | undefined,
): ChecksumMembers & { readonly ChecksumType?: ChecksumType } {
  if (checksum === undefined) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** The checksum of the parts' checksums. */
export async function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly string[],
): Promise<StoredChecksum> {
  const running = startChecksum(algorithm);
  for (const part of parts) running.update(Buffer.from(part, 'base64'));
  const digest = await running.digest();
  return {
    algorithm,
    value: `${digest.toString('base64')}-${parts.length}`,
    type: 'COMPOSITE',
  };
}

/** Polynomials, bit-reversed as the CRCs are. */
const CRC_POLYNOMIALS: Readonly<Partial<Record<ChecksumAlgorithm, CrcParameters>>> = {
  CRC32: { bits: 32n, polynomial: 0xed_b8_83_20n },
  CRC32C: { bits: 32n, polynomial: 0x82_f6_3b_78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a_6c_93_29_ac_4b_c9_b5n },
};

interface CrcParameters {
  readonly bits: bigint;
  readonly polynomial: bigint;
}

/**
 * Computes the CRC of the whole object from the CRCs of its parts, without reading the object.
 *
 * @throws InvalidRequest for SHA-1 and SHA-256, which cannot be joined (AWS refuses that, too)
 */
export function fullObjectChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): StoredChecksum {
  const parameters = CRC_POLYNOMIALS[algorithm];
  if (parameters === undefined) throw unusableType('FULL_OBJECT', algorithm);
  let whole = 0n;
  for (const part of parts) {
    const crc = BigInt(`0x${Buffer.from(part.checksum, 'base64').toString('hex')}`);
    whole = multiply(whole, powerOfX(BigInt(part.size) * 8n, parameters), parameters) ^ crc;
  }
  const hex = whole.toString(16).padStart(Number(parameters.bits) / 4, '0');
  return { algorithm, value: Buffer.from(hex, 'hex').toString('base64'), type: 'FULL_OBJECT' };
}

/** `x^exponent` modulo the polynomial. In reflected form the highest bit is the coefficient of 1. */
function powerOfX(exponent: bigint, parameters: CrcParameters): bigint {
  const one = 1n << (parameters.bits - 1n);
  let result = one;
  let square = one >> 1n;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = multiply(result, square, parameters);
    square = multiply(square, square, parameters);
  }
  return result;
}

/** Multiplies two polynomials over GF(2) modulo the CRC's, all of them reflected. */
function multiply(a: bigint, b: bigint, { bits, polynomial }: CrcParameters): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = bits - 1n; bit >= 0n; bit -= 1n) {
    if (((a >> bit) & 1n) === 1n) product ^= factor;
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}
