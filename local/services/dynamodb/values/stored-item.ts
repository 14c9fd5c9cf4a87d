import type { AttributeValue, Item } from './attribute-value.ts';

type Stored = readonly [type: string, value: unknown];

/** An item as text for the store: attributes may have names that objects would take for their own. */
export function packItem(item: Item): string {
  return JSON.stringify(packMap(item));
}

export function unpackItem(text: string): Item {
  return unpackMap(JSON.parse(text) as readonly (readonly [string, Stored])[]);
}

function packMap(map: Item): readonly (readonly [string, Stored])[] {
  return Array.from(map, ([name, value]) => [name, pack(value)]);
}

function pack(value: AttributeValue): Stored {
  switch (value.type) {
    case 'B':
      return ['B', value.value.toString('base64')];
    case 'BS':
      return ['BS', value.value.map((bytes) => bytes.toString('base64'))];
    case 'L':
      return ['L', value.value.map(pack)];
    case 'M':
      return ['M', packMap(value.value)];
    case 'S':
    case 'N':
    case 'BOOL':
    case 'NULL':
    case 'SS':
    case 'NS':
      return [value.type, value.value];
  }
}

function unpackMap(entries: readonly (readonly [string, Stored])[]): Item {
  return new Map(entries.map(([name, stored]) => [name, unpack(stored)]));
}

function unpack([type, value]: Stored): AttributeValue {
  switch (type) {
    case 'B':
      return { type, value: Buffer.from(value as string, 'base64') };
    case 'BS':
      return { type, value: (value as string[]).map((text) => Buffer.from(text, 'base64')) };
    case 'L':
      return { type, value: (value as Stored[]).map(unpack) };
    case 'M':
      return { type, value: unpackMap(value as readonly (readonly [string, Stored])[]) };
    default:
      return { type, value } as AttributeValue;
  }
}

/** The same text for equal values. Maps are sorted here; the members of sets are already sorted. */
export function canonicalText(value: AttributeValue): string {
  switch (value.type) {
    case 'S':
    case 'N':
    case 'BOOL':
    case 'NULL':
      return `${value.type} ${value.value}`;
    default:
      return JSON.stringify(pack(inOrder(value)));
  }
}

function inOrder(value: AttributeValue): AttributeValue {
  if (value.type === 'L') return { type: 'L', value: value.value.map(inOrder) };
  if (value.type !== 'M') return value;
  const entries = Array.from(value.value, ([name, member]) => [name, inOrder(member)] as const);
  return { type: 'M', value: new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
