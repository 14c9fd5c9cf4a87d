import { SaxesParser } from 'saxes';
import { MalformedXml } from '../errors.ts';

/** An element as it was read; names without their namespace prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, as it stands: keys may begin or end with spaces. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** AWS's configurations are at most ten levels deep. */
const NESTING_LIMIT = 64;

/**
 * Reads a document. Document type declarations, and with them entities that expand, are refused.
 *
 * @throws MalformedXml
 */
export function readXmlDocument(source: string): XmlElement {
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new MalformedXml(error.message);
  });
  parser.on('doctype', () => {
    throw new MalformedXml('document type declarations are not allowed');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= NESTING_LIMIT) throw new MalformedXml('elements are nested too deeply');
    open.push({ name: localName(tag.name), attributes: tag.attributes, children: [], text: '' });
  });
  const addText = (text: string) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(source).close();
  if (root === undefined) throw new MalformedXml('the document is empty');
  return root;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
