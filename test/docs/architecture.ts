import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The parts or rooms that a part or a room may import. */
export type Imports = Readonly<Record<string, readonly string[]>>;

/** The tables from which the rules of `npm run check:boundaries` are created. */
export interface Boundaries {
  readonly mayImport: Imports;
  readonly roomsOfLocal: Imports;
}

/** The page with the picture. */
export const ARCHITECTURE_PAGE = 'docs/architecture.md';

/** The picture is between these lines of the page. */
const BEGIN =
  '<!-- Drawn from .dependency-cruiser.mjs by `npm run docs:architecture`. Do not edit. -->';
const END = '<!-- End of the picture. -->';

/** The subject of a part or a room, shown in its box. */
const SUBJECTS: Readonly<Record<string, string>> = {
  api: 'the HTTP API as a contract',
  cli: 'the command stepmill',
  console: 'the web application',
  engine: 'Amazon States Language',
  events: 'events, keys, contracts',
  handlers: 'Lambda functions',
  operations: 'what people do with a project',
  infra: 'the CDK app',
  definition: 'what a project may be',
  delivery: 'from a commit to production',
  monitoring: 'Python that watches models',
  projects: 'machine learning problems',
  workflows: 'state machines',
  services: 'S3, Step Functions, SageMaker …',
  provision: 'cdk.out into resources',
  gateway: 'the wire protocols',
  authorization: 'IAM',
  'event-patterns': 'who wants which event',
  builds: 'commands of a build',
  schedules: 'when something is due',
  containers: 'images without an engine',
  jobs: 'Python for containers',
  cloud: 'the one way to call a service',
  store: 'durable tables and logs',
  host: 'clock, random, logs',
  processes: 'child processes',
};

export async function readBoundaries(): Promise<Boundaries> {
  return (await import(pathToFileURL(resolve('.dependency-cruiser.mjs')).href)) as Boundaries;
}

export function drawPicture({ mayImport, roomsOfLocal }: Boundaries): string {
  const parts = Object.keys(mayImport).filter((part) => part !== 'local');
  const rooms = Object.keys(roomsOfLocal).map((room) => drawBox(`local.${room}`, room));
  return [
    '```mermaid',
    'flowchart TD',
    ...parts.map((part) => drawBox(part, part)),
    '  subgraph local["<b>local/</b> AWS in one process"]',
    ...rooms.map((box) => `  ${box}`),
    '  end',
    ...drawArrows(mayImport, ''),
    ...drawArrows(roomsOfLocal, 'local.'),
    '```',
  ].join('\n');
}

function drawBox(id: string, name: string): string {
  return `  ${id}["<b>${name}/</b><br/>${SUBJECTS[name] ?? ''}"]`;
}

function drawArrows(imports: Imports, prefix: string): readonly string[] {
  return Object.entries(imports).flatMap(([from, targets]) =>
    targets.map((to) => `  ${prefix}${from} --> ${prefix}${to}`),
  );
}

/** The page with the picture of these boundaries. */
export function redrawPage(page: string, boundaries: Boundaries): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(`${ARCHITECTURE_PAGE} lacks the lines around its picture.`);
  }
  return `${page.slice(0, begin)}${BEGIN}\n${drawPicture(boundaries)}\n${page.slice(end)}`;
}
