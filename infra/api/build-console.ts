import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

/** What the built console depends on: the lock file stands for all of node_modules. */
const SOURCES = ['console', 'api/client', 'api/rules', 'engine', 'package-lock.json'];
const NOT_A_SOURCE = /\.test\.tsx?$/;
const NOT_A_FOLDER = new Set(['dist', 'node_modules']);

/** A folder of the app, and what the sources of its console are now. */
interface Sources {
  readonly app: string;
  readonly digest: string;
}

/**
 * Builds the console, where its sources have changed since the last time. Several processes may do so at once.
 *
 * @param app the folder of the app; one without a console has nothing to build
 */
export async function buildConsole(app: string): Promise<void> {
  const configFile = join(app, 'console', 'vite.config.ts');
  if (!existsSync(configFile)) return;
  const sources = { app, digest: digestOfSources(app) };
  if (isBuilt(sources)) return;
  const { build } = await import('vite');
  mkdirSync(join(app, '.stepmill'), { recursive: true });
  const draft = mkdtempSync(join(app, '.stepmill', 'console-'));
  try {
    await build({ configFile, build: { outDir: resolve(draft, 'new'), emptyOutDir: true } });
    // Where another process has built the same, it may read it now.
    if (!isBuilt(sources)) publish(sources, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function isBuilt({ app, digest }: Sources): boolean {
  const memory = memoryOf(app);
  return (
    existsSync(join(distOf(app), 'index.html')) &&
    existsSync(memory) &&
    readFileSync(memory, 'utf8') === digest
  );
}

/** Puts the new build in the place of the former, which moves into the draft's folder. */
function publish({ app, digest }: Sources, draft: string): void {
  const dist = distOf(app);
  if (existsSync(dist)) renameSync(dist, join(draft, 'former'));
  renameSync(join(draft, 'new'), dist);
  writeFileSync(memoryOf(app), digest);
}

function distOf(app: string): string {
  return join(app, 'console', 'dist');
}

/** The file with the digest of the sources that the console was built of. */
function memoryOf(app: string): string {
  return join(app, '.stepmill', 'built-console');
}

function digestOfSources(app: string): string {
  const digest = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => listFiles(app, source))) {
    digest.update(`${file}\n`).update(
      createHash('sha256')
        .update(readFileSync(join(app, file)))
        .digest(),
    );
  }
  return digest.digest('hex');
}

function listFiles(app: string, path: string): readonly string[] {
  if (!existsSync(join(app, path))) return [];
  if (path.endsWith('.json')) return [path];
  return readdirSync(join(app, path), { withFileTypes: true })
    .filter((entry) =>
      entry.isDirectory() ? !NOT_A_FOLDER.has(entry.name) : !NOT_A_SOURCE.test(entry.name),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      return entry.isDirectory() ? listFiles(app, inner) : [inner];
    });
}
