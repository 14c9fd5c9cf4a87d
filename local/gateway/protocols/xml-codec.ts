import { setOwn } from '../../../engine/index.ts';
import { MalformedXml } from '../errors.ts';
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.ts';
import { parseTimestamp, renderTimestamp } from './timestamps.ts';
import type { XmlElement } from './xml-reader.ts';

/** Reads the value of an element. @throws MalformedXml that names the unreadable element */
export function fromXml(shape: Shape, element: XmlElement): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureFromXml(shape, element);
    case 'list':
      return element.children.map((child) => fromXml(shape.item.shape, child));
    case 'map':
      return mapFromXml(shape, element.children);
    case 'string':
    case 'document':
      return element.text;
    case 'number':
      return numberFromXml(element);
    case 'boolean':
      return booleanFromXml(element);
    case 'blob':
      return Buffer.from(element.text, 'base64');
    case 'timestamp': {
      const date = parseTimestamp(element.text.trim());
      if (date === undefined) throw new MalformedXml(`${element.name} is not a timestamp`);
      return date;
    }
  }
}

function structureFromXml(shape: StructureShape, element: XmlElement): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const value = memberFromXml(member, element);
    if (value !== undefined) result[member.name] = value;
  }
  return result;
}

function memberFromXml(member: Member, parent: XmlElement): unknown {
  const name = member.traits.xmlName ?? member.name;
  if (member.traits.xmlAttribute === 1) return parent.attributes[name];
  const elements = parent.children.filter((child) => child.name === localName(name));
  const [first] = elements;
  if (first === undefined) return undefined;
  const { shape } = member;
  if (member.traits.xmlFlattened === 1) {
    if (shape.kind === 'list') return elements.map((item) => fromXml(shape.item.shape, item));
    if (shape.kind === 'map') return mapFromXml(shape, elements);
  }
  return fromXml(shape, first);
}

function mapFromXml(shape: MapShape, entries: readonly XmlElement[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const keyName = shape.key.traits.xmlName ?? 'key';
  const valueName = shape.value.traits.xmlName ?? 'value';
  for (const entry of entries) {
    const key = entry.children.find((child) => child.name === keyName);
    const value = entry.children.find((child) => child.name === valueName);
    if (key === undefined || value === undefined) continue;
    setOwn(result, key.text, fromXml(shape.value.shape, value));
  }
  return result;
}

function numberFromXml(element: XmlElement): number {
  const text = element.text.trim();
  const value = Number(text);
  if (text === '' || Number.isNaN(value)) throw new MalformedXml(`${element.name} is not a number`);
  return value;
}

function booleanFromXml(element: XmlElement): boolean {
  const text = element.text.trim();
  if (text !== 'true' && text !== 'false' && text !== 'TRUE' && text !== 'FALSE') {
    throw new MalformedXml(`${element.name} is neither true nor false`);
  }
  return text.toLowerCase() === 'true';
}

/** The elements of a structure's members, without an enclosing element. */
export function structureToXml(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
): string {
  let xml = '';
  for (const member of shape.members) {
    const item = value[member.name];
    if (item === undefined || item === null || member.traits.xmlAttribute === 1) continue;
    xml += memberToXml(member, item);
  }
  return xml;
}

function memberToXml(member: Member, value: unknown): string {
  const name = member.traits.xmlName ?? member.name;
  const { shape } = member;
  if (member.traits.xmlFlattened === 1) {
    if (shape.kind === 'list') return listItemsToXml(shape, name, value);
    if (shape.kind === 'map') return mapEntriesToXml(shape, name, value);
  }
  return toXml(shape, name, value, member.traits.xmlNamespace);
}

/** An element named `name` that holds the value. */
export function toXml(
  shape: Shape,
  name: string,
  value: unknown,
  namespace?: readonly [prefix: string, uri: string],
): string {
  const opening = `${name}${namespaceAttribute(namespace)}`;
  switch (shape.kind) {
    case 'structure': {
      const given = value as Readonly<Record<string, unknown>>;
      return `<${opening}${attributes(shape, given, namespace)}>${structureToXml(shape, given)}</${name}>`;
    }
    case 'list':
      return `<${opening}>${listItemsToXml(shape, shape.item.traits.xmlName ?? 'member', value)}</${name}>`;
    case 'map':
      return `<${opening}>${mapEntriesToXml(shape, 'entry', value)}</${name}>`;
    case 'timestamp':
      return `<${opening}>${renderTimestamp(value, shape.format === 'default' ? 'date-time' : shape.format)}</${name}>`;
    case 'blob':
      return `<${opening}>${Buffer.from(value as Uint8Array).toString('base64')}</${name}>`;
    case 'string':
    case 'number':
    case 'boolean':
    case 'document':
      return `<${opening}>${escapeXml(scalarText(value))}</${name}>`;
  }
}

/** Services return the SDK's types, so the value is a string, a number or a boolean. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listItemsToXml(shape: ListShape, name: string, value: unknown): string {
  let xml = '';
  for (const item of value as Iterable<unknown>) xml += toXml(shape.item.shape, name, item);
  return xml;
}

function mapEntriesToXml(shape: MapShape, name: string, value: unknown): string {
  const keyName = shape.key.traits.xmlName ?? 'key';
  const valueName = shape.value.traits.xmlName ?? 'value';
  let xml = '';
  for (const [key, item] of Object.entries(value as object)) {
    if (item === undefined || item === null) continue;
    xml += `<${name}><${keyName}>${escapeXml(key)}</${keyName}>${toXml(shape.value.shape, valueName, item)}</${name}>`;
  }
  return xml;
}

/** @param given the namespace that the element has already: S3's grantees have theirs by member and by shape */
function attributes(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  given: readonly [prefix: string, uri: string] | undefined,
): string {
  let text = '';
  for (const member of shape.members) {
    const item = value[member.name];
    if (member.traits.xmlAttribute !== 1 || item === undefined || item === null) continue;
    text += ` ${member.traits.xmlName ?? member.name}="${escapeXml(scalarText(item))}"`;
  }
  const namespace = shape.traits.xmlNamespace;
  const isGiven = given !== undefined && namespace !== undefined && given[0] === namespace[0];
  return `${isGiven ? '' : namespaceAttribute(namespace)}${text}`;
}

function namespaceAttribute(namespace: readonly [string, string] | undefined): string {
  if (namespace === undefined || !Array.isArray(namespace)) return '';
  const [prefix, uri] = namespace;
  return prefix === '' ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

// oxlint-disable-next-line no-control-regex -- S3 keys can contain control characters
const SPECIAL = /[&<>"\u0000-\u001f\u007f]/g;

/** Control characters become character references, as in S3; otherwise a parser would change `\r`. */
export function escapeXml(text: string): string {
  return text.replaceAll(
    SPECIAL,
    (character) => ENTITIES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}
