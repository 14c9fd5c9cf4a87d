import type { Properties } from '../resource-type.ts';

/**
 * Replaces the markers that the CDK writes into a source for values that are known at deployment.
 *
 * @param markers their values by name
 * @param config how they are encoded
 * @param finish what becomes of a text with its values
 */
export function replaceMarkers(
  content: Uint8Array,
  markers: Properties,
  config: Properties,
  finish: (text: string) => string,
): Uint8Array {
  const names = Object.keys(markers);
  if (names.length === 0) return content;
  // Every byte is one character, so that files that are not text stay as they are.
  const text = names.reduce(
    (replaced, name) =>
      replaced.replaceAll(bytesOf(name), () => bytesOf(encodeMarker(name, markers[name], config))),
    Buffer.from(content).toString('latin1'),
  );
  return Buffer.from(finish(text), 'latin1');
}

function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function encodeMarker(name: string, value: unknown, config: Properties): string {
  const escapes = String(config['jsonEscape']).toLowerCase() === 'true';
  const encodings = (config['markerEncodings'] ?? {}) as Readonly<Record<string, string>>;
  const encoding = encodings[name] ?? (escapes ? 'UNQUOTED_JSON_VALUE' : 'LITERAL');
  switch (encoding) {
    case 'LITERAL':
      return textOf(name, value, encoding);
    case 'JSON_VALUE':
      return asciiJson(value);
    case 'UNQUOTED_JSON_VALUE':
      return asciiJson(value).replace(/^"(.*)"$/s, '$1');
    case 'YAML_STRING': {
      const text = textOf(name, value, encoding);
      const isPlain = PLAIN_YAML.test(text) && !YAML_WORDS.has(text.toLowerCase());
      return isPlain ? text : asciiJson(text);
    }
    default:
      throw new Error(`Unknown marker encoding: ${encoding}`);
  }
}

const PLAIN_YAML = /^[A-Za-z][A-Za-z0-9._-]*$/;
const YAML_WORDS: ReadonlySet<string> = new Set('y n yes no true false on off null'.split(' '));

function textOf(name: string, value: unknown, encoding: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`Expected a string for ${encoding} encoding for marker ${name}`);
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
