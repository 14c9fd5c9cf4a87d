import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A part of the house and what it may import. */
export type Boundaries = Readonly<Record<string, readonly string[]>>;

/** The page with the picture. */
export const ARCHITECTURE_PAGE = 'docs/architecture.md';

/** The picture stands between these lines of the page. */
const BEGIN =
  '<!-- Drawn from .dependency-cruiser.mjs by `npm run docs:architecture`. Do not edit. -->';
const END = '<!-- End of the picture. -->';

/** What a part holds, for its box. */
const SUBJECTS: Readonly<Record<string, string>> = {
  cli: 'the command stepmill',
  engine: 'Amazon States Language',
  events: 'events, keys, contracts',
  handlers: 'Lambda functions',
  infra: 'the CDK app',
  local: 'AWS in one process',
  projects: 'machine learning problems',
  workflows: 'state machines',
};

/** The table that the rules of `npm run check:boundaries` are made of. */
export async function readBoundaries(): Promise<Boundaries> {
  const rules = pathToFileURL(resolve('.dependency-cruiser.mjs')).href;
  const { mayImport } = (await import(rules)) as { readonly mayImport: Boundaries };
  return mayImport;
}

export function drawPicture(boundaries: Boundaries): string {
  const boxes = Object.keys(boundaries).map(
    (part) => `  ${part}["<b>${part}/</b><br/>${SUBJECTS[part] ?? ''}"]`,
  );
  const arrows = Object.entries(boundaries).flatMap(([part, imports]) =>
    imports.map((imported) => `  ${part} --> ${imported}`),
  );
  return ['```mermaid', 'flowchart TD', ...boxes, ...arrows, '```'].join('\n');
}

/** The page with the picture of these boundaries. */
export function redrawPage(page: string, boundaries: Boundaries): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(`${ARCHITECTURE_PAGE} lacks the lines between which its picture stands.`);
  }
  return `${page.slice(0, begin)}${BEGIN}\n${drawPicture(boundaries)}\n${page.slice(end)}`;
}
