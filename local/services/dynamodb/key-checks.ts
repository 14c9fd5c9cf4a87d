import { ValidationException } from './errors.ts';
import { ITEM_BYTES, PARTITION_KEY_BYTES, SORT_KEY_BYTES } from './limits.ts';
import { type KeyAttributes, namesOf, type TableRecord, typeOf } from './table-record.ts';
import { type AttributeValue, type Item, itemBytes, valueBytes } from './values/attribute-value.ts';

/** @throws ValidationException if these are not exactly the key attributes of the table */
export function checkKey(table: TableRecord, key: Item): void {
  const names = namesOf(table.key);
  const isWhole =
    key.size === names.length && names.every((name) => key.get(name)?.type === typeOf(table, name));
  if (!isWhole) {
    throw new ValidationException('The provided key element does not match the schema');
  }
  checkKeyValues(table.key, key);
}

/** @throws ValidationException where the item cannot be one of the table */
export function checkItem(table: TableRecord, item: Item): void {
  for (const name of namesOf(table.key)) {
    const value = item.get(name);
    if (value === undefined) throw invalid(`Missing the key ${name} in the item`);
    const expected = typeOf(table, name);
    if (value.type !== expected) {
      throw invalid(`Type mismatch for key ${name} expected: ${expected} actual: ${value.type}`);
    }
  }
  checkKeyValues(table.key, item);
  checkIndexKeys(table, item, 'A value specified for a secondary index key is not supported.');
}

/** @throws ValidationException where an index could not take the item */
export function checkIndexKeys(table: TableRecord, item: Item, emptyValue: string): void {
  for (const index of table.indexes) {
    for (const name of namesOf(index.key)) {
      const value = item.get(name);
      if (value === undefined) continue;
      const expected = typeOf(table, name);
      if (value.type !== expected) {
        throw invalid(
          `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${value.type} IndexName: ${index.name}`,
        );
      }
      const empty = emptyKind(value);
      if (empty !== undefined) {
        throw new ValidationException(
          `One or more parameter values are not valid. ${emptyValue} The AttributeValue for a key attribute cannot contain an empty ${empty} value. IndexName: ${index.name}, IndexKey: ${name}`,
        );
      }
    }
    checkKeySizes(index.key, item);
  }
}

/** @throws ValidationException if a key is empty */
export function checkKeyValues(key: KeyAttributes, item: Item): void {
  for (const name of namesOf(key)) {
    const value = item.get(name);
    const empty = value === undefined ? undefined : emptyKind(value);
    if (empty !== undefined) {
      throw new ValidationException(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${name}`,
      );
    }
  }
  checkKeySizes(key, item);
}

function emptyKind(value: AttributeValue): 'string' | 'binary' | undefined {
  if (value.type === 'S' && value.value === '') return 'string';
  return value.type === 'B' && value.value.length === 0 ? 'binary' : undefined;
}

function checkKeySizes(key: KeyAttributes, item: Item): void {
  const bytes = (name: string | undefined) => {
    const value = name === undefined ? undefined : item.get(name);
    return value === undefined ? 0 : valueBytes(value);
  };
  // The missing space is AWS's.
  if (bytes(key.partition) > PARTITION_KEY_BYTES) {
    throw invalid(
      `Size of hashkey has exceeded the maximum size limit of${PARTITION_KEY_BYTES} bytes`,
    );
  }
  if (bytes(key.sort) > SORT_KEY_BYTES) {
    throw invalid(
      `Aggregated size of all range keys has exceeded the size limit of ${SORT_KEY_BYTES} bytes`,
    );
  }
}

/** @throws ValidationException */
export function checkItemSize(item: Item, what: 'Item size' | 'Item size to update'): void {
  if (itemBytes(item) > ITEM_BYTES) {
    throw new ValidationException(`${what} has exceeded the maximum allowed size`);
  }
}

function invalid(message: string): ValidationException {
  return new ValidationException(`One or more parameter values were invalid: ${message}`);
}
