import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { withFileLock } from '../../jobs/file-lock.ts';
import {
  type Dockerfile,
  type IgnoreRule,
  parseDockerfile,
  readIgnoreFile,
} from '../dockerfile/index.ts';
import { type BasePython, findBasePython } from './base-python.ts';
import { type BuildOptions, dockerfilePath } from './build-options.ts';
import { hashContext, listContext } from './context-files.ts';
import { ensureEnvironment, PackagesNotInstalled } from './image-environment.ts';
import { ImageRoots } from './image-roots.ts';
import type { ImageConfig, ImagePlan } from './plan.ts';
import { planImage } from './plan-image.ts';
import { RecipeFailed } from './refusal.ts';

/** An image that is ready to start. */
export interface Image {
  /** Of its content: the Dockerfile, its arguments, the build context and the Python. */
  readonly digest: string;
  /** The folder that containers see as `/`, without what belongs to the system. */
  readonly root: string;
  readonly config: ImageConfig;
  /** The virtual environment of its packages; undefined for an image without Python. */
  readonly environment: string | undefined;
  /** Further folders that its processes read: the installation of Python. */
  readonly prefixes: readonly string[];
  /** What differs from the image in a container engine. */
  readonly notices: readonly string[];
}

const RECORD = 'image.json';
const RECIPE_VERSION = 1;
const SHOWN_DIGEST = 32;

/**
 * Builds an image without a container engine, or finds it if nothing has changed since it was built. A failed build
 * leaves nothing.
 *
 * @throws DockerfileError, RecipeRefused with the lines that need an engine, RecipeFailed with the line that failed
 * @example
 * const image = await buildImage({ context: 'images/predictor-http', folder: '.stepmill/containers', pythonFolder });
 */
export async function buildImage(options: BuildOptions): Promise<Image> {
  const source = readSource(options);
  const plan = planImage(source.dockerfile, options);
  const python = await pythonFor(plan, source.dockerfile, options);
  const digest = digestOf(options, source, python);
  const images = resolve(options.folder, 'images');
  const place = join(images, digest.slice('sha256:'.length, SHOWN_DIGEST + 'sha256:'.length));
  const ready = readReady(place);
  if (ready !== undefined) return ready;
  mkdirSync(images, { recursive: true });
  const build = async () =>
    readReady(place) ?? (await buildAt(place, { options, plan, python, source, digest }));
  return withFileLock(`${place}.lock`, build, options.signal);
}

interface Source {
  readonly dockerfile: Dockerfile;
  readonly text: string;
  readonly isIgnored: IgnoreRule;
}

function readSource(options: BuildOptions): Source {
  const path = dockerfilePath(options);
  if (!existsSync(path)) {
    throw new RecipeFailed(1, `${path} does not exist, so there is no image to run`);
  }
  const text = readFileSync(path, 'utf8');
  return { text, dockerfile: parseDockerfile(text), isIgnored: readIgnored(path, options.context) };
}

/** A file beside the Dockerfile with its name comes before that of the context. */
function readIgnored(dockerfile: string, context: string): IgnoreRule {
  const files = [`${dockerfile}.dockerignore`, join(context, '.dockerignore')];
  const found = files.find((file) => existsSync(file));
  return readIgnoreFile(found === undefined ? '' : readFileSync(found, 'utf8'));
}

/** One Python for all stages: that of the stage which is run. */
async function pythonFor(
  plan: ImagePlan,
  dockerfile: Dockerfile,
  options: BuildOptions,
): Promise<BasePython | undefined> {
  const base = plan.stages[plan.target]?.base;
  if (base?.python === undefined) return undefined;
  try {
    return await findBasePython(base, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RecipeFailed(dockerfile.stages[plan.target]?.from.line ?? 1, error.message);
  }
}

function digestOf(options: BuildOptions, source: Source, python: BasePython | undefined): string {
  const { buildArguments = {}, context, dockerfile = 'Dockerfile', target = null } = options;
  const parts = [
    RECIPE_VERSION,
    source.text,
    dockerfile,
    target,
    Object.entries(buildArguments)
      .map((pair) => pair.join('='))
      .sort(),
  ];
  const hash = createHash('sha256').update(JSON.stringify(parts));
  hash.update(JSON.stringify([python?.interpreter, python?.version, python?.libraries]));
  hashContext(hash, context, listContext(context, source.isIgnored));
  return `sha256:${hash.digest('hex')}`;
}

function readReady(place: string): Image | undefined {
  let image: Image;
  try {
    image = JSON.parse(readFileSync(join(place, RECORD), 'utf8'));
  } catch {
    return undefined;
  }
  const { environment } = image;
  const isWhole = environment === undefined || existsSync(join(environment, 'bin', 'python3'));
  return isWhole ? image : undefined;
}

interface Build {
  readonly options: BuildOptions;
  readonly plan: ImagePlan;
  readonly python: BasePython | undefined;
  readonly source: Source;
  readonly digest: string;
}

async function buildAt(place: string, build: Build): Promise<Image> {
  const { digest, options, plan, python } = build;
  const building = `${place}.${randomUUID().slice(0, 8)}.building`;
  try {
    const roots = new ImageRoots({ ...build, folder: building, isIgnored: build.source.isIgnored });
    const { installations, locations, root } = await roots.build();
    const environment =
      python === undefined
        ? undefined
        : await ensureEnvironment({
            ...options,
            folder: resolve(options.folder, 'environments'),
            python,
            installations,
          });
    if (environment !== undefined) {
      const own = locations.filter((location) => python?.prefixes.includes(location) !== true);
      linkPython(root, environment.folder, own);
    }
    const config = plan.stages[plan.target]?.config;
    if (config === undefined) throw new Error('The target has no plan.');
    const image: Image = {
      digest,
      root: join(place, 'root'),
      config,
      environment: environment?.folder,
      prefixes: [
        ...(python?.prefixes ?? []),
        ...(python?.libraries === undefined ? [] : [python.libraries]),
      ],
      notices: python?.notice === undefined ? [] : [python.notice],
    };
    const whole = `${building}.whole`;
    mkdirSync(whole);
    renameSync(root, join(whole, 'root'));
    writeFileSync(join(whole, RECORD), JSON.stringify(image));
    rmSync(place, { recursive: true, force: true });
    renameSync(whole, place);
    return image;
  } catch (error) {
    if (error instanceof PackagesNotInstalled) {
      throw new RecipeFailed(
        error.line,
        `pip did not install the packages, and nothing of them is kept. It said:\n${error.output}`,
      );
    }
    throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
    rmSync(`${building}.whole`, { recursive: true, force: true });
  }
}

/**
 * Programs name the Python of the image by its path: `/usr/local/bin/python`, `/opt/venv/bin/gunicorn`. Where the
 * machine's own Python has the same path, it stays.
 */
function linkPython(root: string, environment: string, locations: readonly string[]): void {
  for (const location of locations) {
    const bin = join(root, location, 'bin');
    if (existsSync(bin)) continue;
    mkdirSync(join(root, location), { recursive: true });
    symlinkSync(join(environment, 'bin'), bin);
  }
}
