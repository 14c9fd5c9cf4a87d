/**
 * The parts of the house and what each may import. A part's `index.ts` is its face: nothing outside reaches
 * past it, and nothing inside imports it. `docs/architecture.md` explains the parts; its picture is drawn
 * from this table by `npm run docs:architecture`.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const mayImport = {
  api: ['events'],
  cli: ['definition', 'delivery', 'events', 'local', 'operations', 'projects'],
  console: ['api', 'engine'],
  definition: [],
  delivery: [],
  engine: [],
  events: [],
  handlers: ['api', 'events', 'operations'],
  infra: ['api', 'definition', 'delivery', 'engine', 'events', 'projects', 'workflows'],
  local: ['engine'],
  monitoring: ['events'],
  operations: ['events'],
  projects: ['definition'],
  workflows: ['definition', 'events'],
};

/**
 * What the tests of a part may import as well: workflows are tested as `infra/` renders them.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const testsMayImport = {
  definition: ['projects'],
  workflows: ['engine', 'infra', 'projects'],
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
    'schedules',
    'builds',
    'containers',
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
  schedules: [],
  builds: ['jobs', 'host', 'processes'],
  containers: ['jobs', 'cloud', 'store', 'host', 'processes'],
  jobs: ['store', 'host', 'processes'],
  cloud: ['store', 'host', 'processes'],
  store: ['host', 'processes'],
  host: [],
  processes: [],
};

const parts = Object.keys(mayImport);

/** What the rooms of `console/` may import of the others; the app puts pages together, and no page imports another. */
const roomsOfConsole = {
  app: ['pages', 'parts', 'data'],
  pages: ['parts', 'data'],
  parts: ['data'],
  data: [],
};

const TEST_FILE = '\\.(test|testing)\\.tsx?$';

/** A project is a folder with this file; there is no list of them. The sample is for demonstrations and tests. */
const PROJECT_FILES =
  '^projects/([^/]+/(project|sample)\\.ts|tabular/python/hyperparameters\\.json)$';

/** Every part that prints foreign text cleans it with this one module, which imports nothing. */
const CLEANER = '^local/host/visible-text\\.ts$';

const boundaries = parts.flatMap((part) => {
  const production = [part, ...(mayImport[part] ?? [])];
  const tests = [...production, ...(testsMayImport[part] ?? [])];
  return [
    imports(`${part}-imports`, { path: `^${part}/`, pathNot: TEST_FILE }, production),
    imports(`${part}-tests-import`, { path: `^${part}/.*${TEST_FILE}` }, tests),
  ];
});

function imports(name, from, allowed) {
  return {
    name,
    comment: `these files may import only: ${allowed.join(', ')}`,
    severity: 'error',
    from,
    to: {
      path: `^(${parts.join('|')})/`,
      pathNot: `^(${allowed.join('|')})/|${CLEANER}`,
    },
  };
}

const faces = parts.map((part) => ({
  name: `${part}-face`,
  comment: `outside ${part}/ only its index.ts is imported`,
  severity: 'error',
  from: { pathNot: `^(${part}|test)/` },
  to: {
    path: `^${part}/`,
    pathNot: `^${part}/(index\\.ts|[^/]+/index\\.ts)$|\\.testing\\.ts$|${PROJECT_FILES}|${CLEANER}`,
  },
}));

/** The engine runs machines on servers; a page shows what they did. */
const consoleAndEngine = {
  name: 'console-replays-only',
  comment: 'the console imports of the engine only engine/replay/index.ts, which folds histories',
  severity: 'error',
  from: { path: '^console/' },
  to: { path: '^engine/', pathNot: '^engine/replay/index\\.ts$' },
};

const localRooms = Object.entries(roomsOfLocal).map(([room, imports]) => ({
  name: `local-${room}-imports`,
  comment: `local/${room}/ may import of local/ only: ${[room, ...imports].join(', ')}; tests put rooms together`,
  severity: 'error',
  from: { path: `^local/${room}/`, pathNot: '\\.(test|testing)\\.ts$' },
  to: { path: '^local/', pathNot: `^local/(${[room, ...imports].join('|')})/` },
}));

const consoleRooms = Object.entries(roomsOfConsole).map(([room, imports]) => ({
  name: `console-${room}-imports`,
  comment: `console/${room}/ may import of console/ only: ${[room, ...imports].join(', ')}`,
  severity: 'error',
  from: { path: `^console/${room}/`, pathNot: TEST_FILE },
  to: { path: '^console/', pathNot: `^console/(${[room, ...imports].join('|')})/` },
}));

export default {
  forbidden: [
    ...boundaries,
    ...faces,
    ...localRooms,
    ...consoleRooms,
    consoleAndEngine,
    {
      name: 'isolated-pages',
      comment: 'a page of the console imports no other page; what two need is in console/parts',
      severity: 'error',
      from: { path: '^console/pages/([^/]+)/' },
      to: { path: '^console/pages/([^/]+)/', pathNot: '^console/pages/$1/' },
    },
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
      from: { pathNot: '(\\.test|\\.testing|\\.cases)\\.ts$|^test/' },
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
        'what the runtime starts gets an environment of processEnvironment, and ends with it: import local/processes. cli/deploy runs the CDK with the credentials of the person who asked for it, cli/delivery the command line of Docker where a pipeline builds images. Tests start what they like',
      severity: 'error',
      from: {
        path: '.',
        pathNot:
          '^local/processes/(child-process|keeper)\\.ts$|^cli/(deploy/run-cdk|delivery/run-docker)\\.ts$|^cli/terminal/open-browser\\.ts$|\\.(test|testing)\\.ts$|^test/',
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
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
