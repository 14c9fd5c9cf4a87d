import { createHash } from 'node:crypto';
import type { KeyAttributes } from './table-record.ts';
import { type AttributeValue, byteText, type Item } from './values/attribute-value.ts';
import { decimalOrder, parseDecimal } from './values/decimal.ts';

/** A range of the order: from the first text up to the second one, which is not included. */
export interface OrderRange {
  readonly from: string;
  readonly to: string;
}

/** Ends a sort key. A zero byte inside a key is followed by the highest byte, so that it sorts after the end. */
const END = '\0\u0001';
const AFTER_END = '\0\u0002';
/** Sorts after every byte. */
const LAST = '\uffff';

/**
 * Text that sorts as DynamoDB sorts: by the hash of the partition key, then by the sort key. Items of an
 * index may share both; their place in the table distinguishes them.
 */
export function orderOf(item: Item, key: KeyAttributes, place = ''): string {
  const partition = item.get(key.partition);
  const sort = key.sort === undefined ? undefined : item.get(key.sort);
  if (partition === undefined) throw new Error(`an item without ${key.partition}`);
  return `${partitionOrder(partition)}${sort === undefined ? '' : escaped(sort)}${END}${place}`;
}

/** The length of the hash in hexadecimal digits. */
export function partitionOrder(value: AttributeValue): string {
  return createHash('md5').update(value.type).update(keyText(value), 'latin1').digest('hex');
}

/** The number of digits of the hash that determine the segment of a scan. */
const SEGMENT_DIGITS = 8;

/** The range of hashes in a segment of a parallel scan. */
export function segmentRange(segment: number, segments: number): OrderRange {
  const share = (part: number) =>
    part === segments
      ? LAST
      : Math.ceil((16 ** SEGMENT_DIGITS * part) / segments)
          .toString(16)
          .padStart(SEGMENT_DIGITS, '0');
  return { from: share(segment), to: share(segment + 1) };
}

export function partitionRange(partition: AttributeValue): OrderRange {
  const order = partitionOrder(partition);
  return { from: order, to: order + LAST };
}

export type SortOperator = '=' | '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'begins_with';

/** The range of sort keys in a partition that satisfy a condition. */
export function sortRange(
  partition: AttributeValue,
  operator: SortOperator,
  first: AttributeValue,
  second: AttributeValue = first,
): OrderRange {
  const whole = partitionRange(partition);
  const at = whole.from + escaped(first);
  switch (operator) {
    case '=':
      return { from: at + END, to: at + AFTER_END };
    case '<':
      return { from: whole.from, to: at };
    case '<=':
      return { from: whole.from, to: at + AFTER_END };
    case '>':
      return { from: at + AFTER_END, to: whole.to };
    case '>=':
      return { from: at, to: whole.to };
    case 'BETWEEN':
      return { from: at, to: whole.from + escaped(second) + AFTER_END };
    case 'begins_with':
      return { from: at, to: at + LAST };
  }
}

function escaped(value: AttributeValue): string {
  return keyText(value).replaceAll('\0', '\0\u00ff');
}

/** The value of a key as bytes that sort like the values. */
export function keyText(value: AttributeValue): string {
  switch (value.type) {
    case 'S':
      return byteText(Buffer.from(value.value));
    case 'N':
      return decimalOrder(parseDecimal(value.value));
    case 'B':
      return byteText(value.value);
    default:
      throw new Error(`${value.type} cannot be a key`);
  }
}
