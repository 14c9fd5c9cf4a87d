import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runToEnd } from '../../local/processes/index.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { UserError } from '../terminal/user-error.ts';

/** The accounts of the story. */
export const ACCOUNTS = {
  pipeline: '000011112222',
  dev: '111111111111',
  prod: '333333333333',
} as const;
export const REGION = 'us-east-1';
/** Watched after each deployment, on the runtime's clock. */
export const BAKE_MINUTES = 5;

/** What an app of one project is made of. */
const PARTS = [
  ...['biome.json', 'build.mjs', 'cdk.json', 'package.json', 'package-lock.json'],
  ...['api', 'definition', 'delivery', 'engine', 'events', 'handlers', 'images', 'infra'],
  ...['local/host', 'monitoring', 'operations', 'workflows'],
  ...['projects/abalone', 'projects/sample-random.ts', 'projects/tabular'],
];
const NOT_COPIED = /\.test\.tsx?$|^(?:__pycache__|__snapshots__|node_modules|dist)$/;

/** Few, so that the reference training is short. */
const REFERENCE_ROWS = 800;
const SEED = 20_261_130;
const PATIENCE_MS = 60_000;

/** The repository of a team: this app with one project, and with two environments and a pipeline. */
export interface DeliveredApp {
  readonly folder: string;
  /** Replaces a text of a file. @throws UserError where the file does not have it */
  edit(path: string, text: string, by: string): void;
  commit(message: string): string;
}

/**
 * @param tools what the steps find installed
 * @throws UserError where the app's sources are not here, or git is not
 */
export function makeDeliveredApp(folder: string, tools: string): DeliveredApp {
  const missing = PARTS.find((part) => !existsSync(part));
  if (missing !== undefined) {
    throw new UserError(
      `This story makes a repository of the app, and there is no ${missing} here; nothing was started. Run it in a clone of Stepmill.`,
    );
  }
  for (const part of PARTS) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    cpSync(part, join(folder, part), {
      recursive: true,
      filter: (path) => !NOT_COPIED.test(basename(path)),
    });
  }
  writeFileSync(join(folder, '.gitignore'), 'node_modules\ndist\ncdk.out\n.stepmill\n');
  writeFileSync(join(folder, 'stepmill.config.ts'), renderConfig(tools));
  mkdirSync(join(folder, 'reference'));
  const rows = generateAbaloneSample(SEED, REFERENCE_ROWS);
  writeFileSync(join(folder, 'reference', 'abalone.csv'), rows);
  symlinkSync(tools, join(folder, 'node_modules'));
  namePackage(join(folder, 'package.json'));
  const git = (...args: readonly string[]) => runGit(folder, args);
  git('init', '--quiet', '--initial-branch', 'main');
  const app: DeliveredApp = {
    folder,
    edit(path, text, by) {
      const file = join(folder, path);
      const before = readFileSync(file, 'utf8');
      const count = before.split(text).length - 1;
      if (count !== 1) {
        throw new UserError(
          `The story changes "${text}" in ${path}, which has to be there once; it is there ${count} times.`,
        );
      }
      writeFileSync(file, before.replace(text, by));
    },
    commit(message) {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
  app.edit('projects/abalone/project.ts', '  gate: {', `${SERVING}  gate: {`);
  app.commit('Deliver to two accounts');
  return app;
}

/** Containers, so that there is an image to deliver, which is built when a model goes live. */
const SERVING = "  serving: { type: 'container', taskCount: 1 },\n";

/** In place of `npm ci`, what is installed here is linked. */
const renderConfig = (tools: string) => `import { defineConfig } from './definition/index.ts';

export default defineConfig({
  environments: {
    dev: { account: '${ACCOUNTS.dev}', region: '${REGION}', promotesTo: 'prod', console: false },
    prod: {
      account: '${ACCOUNTS.prod}',
      region: '${REGION}',
      console: false,
      window: {
        days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'],
        fromHour: 0,
        untilHour: 24,
        timeZone: 'UTC',
      },
    },
  },
  pipeline: {
    account: '${ACCOUNTS.pipeline}',
    region: '${REGION}',
    source: {
      connection: 'arn:aws:codeconnections:${REGION}:${ACCOUNTS.pipeline}:connection/story',
      repository: 'team/models',
    },
    references: { abalone: 'reference/abalone.csv' },
    install: 'ln -sfn "${tools}" node_modules',
    checks: ['npx biome check projects workflows'],
    bakeMinutes: ${BAKE_MINUTES},
  },
});
`;

/** The team's own: under this package's name, npx would install the repository itself, and build it, for each step. */
function namePackage(file: string): void {
  const {
    bin: _bin,
    scripts,
    ...others
  } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly bin: unknown;
    readonly scripts: { readonly build: string };
  };
  const own = { ...others, name: 'models', scripts: { build: scripts.build } };
  writeFileSync(file, JSON.stringify(own));
}

function runGit(folder: string, args: readonly string[]): string {
  const person = ['-c', 'user.name=A story', '-c', 'user.email=story@example.org'];
  const { errors, output, status } = runToEnd(
    'git',
    ['-C', folder, ...person, '-c', 'commit.gpgsign=false', ...args],
    PATIENCE_MS,
  );
  if (status === 0) return output.trim();
  throw new UserError(`git ${args[0]} failed, so the story was not played. ${errors.trim()}`);
}
