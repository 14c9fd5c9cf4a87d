import ts from 'typescript';

/** Where the probes note which functions ran: a set of names in the process of the tests. */
export const REACHED = '__stepmillReached';

/** The text of a file with a probe in each function that holds one of these places, and in the module. */
export function addProbes(file: string, source: string, places: readonly number[]): string {
  const tree = parse(source);
  const bodies = new Set(places.map((place) => bodyAround(tree, place)));
  const insertions = [...bodies].flatMap((body) => probesOf(file, tree, body));
  return insertions
    .toSorted((one, other) => other.at - one.at)
    .reduce(
      (text, { at, inserted }) => text.slice(0, at) + inserted + text.slice(at),
      `${source}\n;${probe(nameOf(file, undefined))};\n`,
    );
}

/** The name under which the probe of a place is noted: that of the innermost function around it. */
export function probeName(file: string, source: string, place: number): string {
  return nameOf(file, bodyAround(parse(source), place));
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
}

/** Parameters with their default values belong to the function as its body does. */
function bodyAround(tree: ts.SourceFile, place: number): ts.ConciseBody | undefined {
  let found: ts.ConciseBody | undefined;
  const visit = (node: ts.Node): void => {
    if (place < node.getStart(tree) || place >= node.getEnd()) return;
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) found = node.body;
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

interface Insertion {
  readonly at: number;
  readonly inserted: string;
}

function probesOf(
  file: string,
  tree: ts.SourceFile,
  body: ts.ConciseBody | undefined,
): readonly Insertion[] {
  if (body === undefined) return [];
  const noted = probe(nameOf(file, body));
  const start = body.getStart(tree);
  if (ts.isBlock(body)) return [{ at: start + 1, inserted: `${noted};` }];
  return [
    { at: start, inserted: `(${noted}, (` },
    { at: body.getEnd(), inserted: '))' },
  ];
}

function probe(name: string): string {
  return `globalThis.${REACHED}?.add(${JSON.stringify(name)})`;
}

function nameOf(file: string, body: ts.ConciseBody | undefined): string {
  return body === undefined ? file : `${file}:${body.pos}`;
}
