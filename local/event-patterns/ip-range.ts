/** Addresses as numbers; IPv4 and IPv6 never compare equal. */
export interface IpRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The largest number that Java's `Integer.parseInt` accepts. */
const INTEGER_LIMIT = 2_147_483_647;

/** @throws Error with AWS's message, which has no position */
export function parseCidr(cidr: string): IpRange {
  const [address, mask, ...rest] = cidr.replace(/\/+$/, '').split('/');
  if (address === undefined || mask === undefined || rest.length > 0) {
    throw new Error("Malformed CIDR, one '/' required");
  }
  const maskBits = /^[+-]?\d+$/.test(mask) ? Number(mask) : Number.NaN;
  if (!(Math.abs(maskBits) <= INTEGER_LIMIT)) {
    throw new Error('Malformed CIDR, mask bits must be an integer');
  }
  if (maskBits < 0) throw new Error('Malformed CIDR, mask bits must not be negative');
  const base = parseAddress(address);
  if (base === undefined) {
    throw new Error(
      `${looksLikeAddress(address) ? 'Invalid' : 'Nonstandard'} IP address: ${address}`,
    );
  }
  if (maskBits >= base.bits) {
    throw new Error(`IPv${base.bits === 32 ? 4 : 6} mask bits must be < ${base.bits}`);
  }
  const size = 1n << BigInt(base.bits - maskBits);
  // As on AWS, the range begins at the given address, not at the network's first one.
  return { bits: base.bits, first: base.value, last: base.value | (size - 1n) };
}

/** Whether the text is an IPv4 or IPv6 address within the range. */
export function isInRange(text: string, range: IpRange): boolean {
  const address = parseAddress(text);
  if (address === undefined || address.bits !== range.bits) return false;
  return address.value >= range.first && address.value <= range.last;
}

/** The range of a single address, if the text is one: other spellings match too, as on AWS. */
export function singleAddress(text: string): IpRange | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  return { bits: address.bits, first: address.value, last: address.value };
}

const VERSION_4 = /^\d+\.\d+\.\d+\.\d+$/;
const VERSION_6 = /^[\da-fA-F:]*:[\da-fA-F:]*$/;

function looksLikeAddress(text: string): boolean {
  return VERSION_4.test(text) || VERSION_6.test(text);
}

function parseAddress(text: string): Address | undefined {
  if (VERSION_4.test(text)) return parseVersion4(text);
  return VERSION_6.test(text) ? parseVersion6(text) : undefined;
}

function parseVersion4(text: string): Address | undefined {
  let value = 0n;
  for (const part of text.split('.')) {
    if (Number(part) > 255) return undefined;
    value = value * 256n + BigInt(part);
  }
  return { bits: 32, value };
}

function parseVersion6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (all.some((group) => !/^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  let value = 0n;
  for (const group of all) value = value * 65_536n + BigInt(`0x${group}`);
  return { bits: 128, value };
}
