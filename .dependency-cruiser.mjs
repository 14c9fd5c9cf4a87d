/**
 * The parts of the house and what each may import. A part's `index.ts` is its face: nothing outside reaches
 * past it, and nothing inside imports it. `docs/architecture.md` explains the parts; its picture is drawn
 * from this table by `npm run docs:architecture`.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const mayImport = {
  cli: ['events', 'local', 'projects'],
  definition: [],
  engine: [],
  events: [],
  handlers: ['events'],
  infra: ['definition', 'engine', 'events', 'projects', 'workflows'],
  local: ['engine'],
  projects: ['definition'],
  workflows: ['definition', 'events'],
};

/**
 * The rooms of `local/` and what each may import of the others. `local/runtime.ts` creates and connects
 * them. They are in the picture too.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const roomsOfLocal = {
  services: [
    'provision',
    'authorization',
    'event-patterns',
    'jobs',
    'cloud',
    'store',
    'host',
    'processes',
  ],
  provision: ['cloud', 'store'],
  gateway: ['cloud', 'store', 'host'],
  authorization: ['cloud'],
  'event-patterns': [],
  jobs: ['store', 'host', 'processes'],
  cloud: ['store', 'host', 'processes'],
  store: ['host', 'processes'],
  host: [],
  processes: [],
};

const parts = Object.keys(mayImport);

/** Every part that prints foreign text cleans it with this one module, which imports nothing. */
const CLEANER = '^local/host/visible-text\\.ts$';

const boundaries = parts.map((part) => ({
  name: `${part}-imports`,
  comment: `${part}/ may import only: ${[part, ...(mayImport[part] ?? [])].join(', ')}`,
  severity: 'error',
  from: { path: `^${part}/` },
  to: {
    path: `^(${parts.join('|')})/`,
    pathNot: `^(${[part, ...(mayImport[part] ?? [])].join('|')})/|${CLEANER}`,
  },
}));

const faces = parts.map((part) => ({
  name: `${part}-face`,
  comment: `outside ${part}/ only its index.ts is imported`,
  severity: 'error',
  from: { pathNot: `^(${part}|test)/` },
  to: { path: `^${part}/`, pathNot: `^${part}/(index\\.ts|[^/]+/index\\.ts)$|${CLEANER}` },
}));

const localRooms = Object.entries(roomsOfLocal).map(([room, imports]) => ({
  name: `local-${room}-imports`,
  comment: `local/${room}/ may import of local/ only: ${[room, ...imports].join(', ')}; tests put rooms together`,
  severity: 'error',
  from: { path: `^local/${room}/`, pathNot: '\\.(test|testing)\\.ts$' },
  to: { path: '^local/', pathNot: `^local/(${[room, ...imports].join('|')})/` },
}));

export default {
  forbidden: [
    ...boundaries,
    ...faces,
    ...localRooms,
    {
      name: 'no-cycles',
      comment: 'no file imports, directly or by others, a file that imports it; types count',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$' },
      to: { circular: true },
    },
    {
      name: 'testing-is-for-tests',
      comment: '`*.testing.ts` supports tests; production code may not import it',
      severity: 'error',
      from: { pathNot: '(\\.test|\\.testing|\\.cases)\\.ts$|^test/|^infra/testing/' },
      to: { path: '\\.testing\\.ts$' },
    },
    {
      name: 'isolated-services',
      comment: 'a service reaches another only through cloud.call; tests put services together',
      severity: 'error',
      from: { path: '^local/services/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^local/services/([^/]+)/', pathNot: '^local/services/$1/' },
    },
    {
      name: 'pure-engine',
      comment: 'the engine touches no service, file, network or clock',
      severity: 'error',
      from: { path: '^engine/', pathNot: '\\.(test|testing|bench)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'one-place-starts-processes',
      comment:
        'what the runtime starts gets an environment of processEnvironment, and ends with it: import local/processes. Tests start what they like',
      severity: 'error',
      from: {
        path: '.',
        pathNot: '^local/processes/(child-process|keeper)\\.ts$|\\.test\\.ts$|^test/',
      },
      to: { path: '^(node:)?(child_process|cluster)$' },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      from: {},
      // `aws-lambda` is types only; there is no package of that name to load.
      to: { couldNotResolve: true, pathNot: '^aws-lambda$' },
    },
  ],
  required: [],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
