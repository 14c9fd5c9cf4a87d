/**
 * Validates a CBOR body before it is decoded: the decoder recurses for every level,
 * trusts every length, and builds numbers of any size.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8949
 */

/** The deepest AWS input has a dozen levels; tags count as levels too. */
const NESTING_LIMIT = 128;

/** As for JSON: see `json-codec.ts`. */
const ITEMS_LIMIT = 500_000;

/** Numbers of 1,024 bits; no member of AWS's is larger than 64. */
const BIGNUM_BYTES = 128;

const UNSIGNED_BIGNUM_TAG = 2;
const NEGATIVE_BIGNUM_TAG = 3;

/** Major types: the three upper bits of an item's first byte. */
const BYTES = 2;
const TEXT = 3;
const LIST = 4;
const MAP = 5;
const TAG = 6;

const INDEFINITE = 31;
const BREAK = 0xff;

/** The length of an indefinite-length item. */
const TO_BREAK = -1;

/** An item that is open. */
interface Open {
  /** The number of remaining items; Infinity until a break. */
  left: number;
  readonly isBignum: boolean;
}

/** @returns the reason to refuse the body; undefined if it can be decoded */
export function problemOfCbor(body: Uint8Array): string | undefined {
  return new Scan(body).run();
}

class Scan {
  readonly #body: Uint8Array;
  readonly #view: DataView;
  readonly #open: Open[] = [];
  #at = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  }

  run(): string | undefined {
    for (let items = 0; items < ITEMS_LIMIT; items += 1) {
      const problem = this.#item();
      if (problem !== undefined) return problem;
      while (this.#open.at(-1)?.left === 0) this.#open.pop();
      const parent = this.#open.at(-1);
      if (parent === undefined) return undefined;
      parent.left -= 1;
    }
    return `it has more than ${ITEMS_LIMIT} items`;
  }

  #item(): string | undefined {
    const first = this.#body[this.#at];
    if (first === undefined) return 'it ends too early';
    this.#at += 1;
    if (first === BREAK) return this.#break();
    const length = this.#length(first & 31);
    if (length === undefined) return 'an item has no length';
    return length === TO_BREAK ? this.#enterOpenEnded(first >> 5) : this.#enter(first >> 5, length);
  }

  /** Reads the number after an item's first byte. */
  #length(info: number): number | undefined {
    if (info < 24) return info;
    if (info === INDEFINITE) return TO_BREAK;
    const from = this.#at;
    const bytes = 2 ** (info - 24);
    this.#at += bytes;
    if (info > 27 || this.#at > this.#body.length) return undefined;
    if (bytes === 1) return this.#view.getUint8(from);
    if (bytes === 2) return this.#view.getUint16(from);
    return bytes === 4 ? this.#view.getUint32(from) : Number(this.#view.getBigUint64(from));
  }

  #enter(major: number, length: number): string | undefined {
    switch (major) {
      case BYTES:
      case TEXT:
        return this.#skip(length);
      case LIST:
        return this.#push(length);
      case MAP:
        return this.#push(length * 2);
      case TAG:
        return this.#push(1, length === UNSIGNED_BIGNUM_TAG || length === NEGATIVE_BIGNUM_TAG);
      default:
        return undefined;
    }
  }

  #skip(length: number): string | undefined {
    if (this.#open.at(-1)?.isBignum === true && length > BIGNUM_BYTES) {
      return `a number has more than ${BIGNUM_BYTES} bytes`;
    }
    this.#at += length;
    return this.#at > this.#body.length ? 'a text is longer than the body' : undefined;
  }

  #push(left: number, isBignum = false): string | undefined {
    if (this.#open.length >= NESTING_LIMIT) {
      return `it is nested deeper than ${NESTING_LIMIT} levels`;
    }
    // Every item has at least one byte.
    if (left !== Number.POSITIVE_INFINITY && left > this.#body.length - this.#at) {
      return 'a collection is longer than the body';
    }
    this.#open.push({ left, isBignum });
    return undefined;
  }

  #enterOpenEnded(major: number): string | undefined {
    if (major < BYTES || major > MAP) return 'an item has no length';
    // A number in chunks could have any size.
    if (this.#open.at(-1)?.isBignum === true) return 'a number has no length';
    return this.#push(Number.POSITIVE_INFINITY);
  }

  #break(): string | undefined {
    const open = this.#open.at(-1);
    if (open?.left !== Number.POSITIVE_INFINITY) return 'an end stands where nothing is open';
    open.left = 0;
    return undefined;
  }
}
