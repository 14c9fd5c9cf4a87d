import { SaxesParser } from 'saxes';
import { SharedTime } from '../../host/shared-time.ts';
import { MalformedXml } from '../errors.ts';

/** An element as it was read; names without their namespace prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The direct text content, unchanged: keys can begin or end with spaces. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** AWS's configurations are at most ten levels deep. */
const NESTING_LIMIT = 64;

/** DeleteObjects of 1,000 keys has 4,002; CompleteMultipartUpload of 10,000 parts with checksums 90,001. */
const ELEMENTS_LIMIT = 100_000;

/** S3's grants have two. */
const ATTRIBUTES_LIMIT = 64;

/** How much is read before other work gets a turn. */
const SLICE_CHARACTERS = 65_536;

/**
 * Reads a document. Document type declarations, and so entity expansion, are refused.
 *
 * @throws MalformedXml
 */
export async function readXmlDocument(source: string): Promise<XmlElement> {
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let attributes = 0;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new MalformedXml(error.message);
  });
  parser.on('doctype', () => {
    throw new MalformedXml('document type declarations are not allowed');
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > ATTRIBUTES_LIMIT) throw new MalformedXml('an element has too many attributes');
  });
  parser.on('opentag', (tag) => {
    attributes = 0;
    elements += 1;
    if (elements > ELEMENTS_LIMIT) throw new MalformedXml('it has too many elements');
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
  const time = new SharedTime();
  for (let at = 0; at < source.length; at += SLICE_CHARACTERS) {
    parser.write(source.slice(at, at + SLICE_CHARACTERS));
    await time.share();
  }
  parser.close();
  if (root === undefined) throw new MalformedXml('the document is empty');
  return root;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
