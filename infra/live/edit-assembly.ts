import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Replacement } from './app-assets.ts';

const MANIFEST = 'manifest.json';
/** The file with the whole tree of constructs, which is only for people. */
const TREE = 'Tree';

interface Artifact {
  /** The artifacts that are deployed before it. */
  readonly dependencies?: readonly string[];
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

/** What changes in the templates of stacks. */
export interface DigestChanges {
  /** The digests of handlers, in the stacks that use them. */
  readonly handlers: readonly Replacement[];
  /** By stack: the digests that only it has; none for some stacks. */
  readonly stacks: ReadonlyMap<string, readonly Replacement[]>;
  /** Stacks that are synthesized, and so may use handlers as well. */
  readonly synthesized: readonly string[];
}

interface Edit {
  readonly stack: string;
  readonly all: readonly Replacement[];
  readonly former: string;
}

/**
 * Replaces the digests of assets in the templates of stacks, as a synthesis would: nothing else in them
 * depends on the contents of handlers and scripts.
 *
 * @returns the stacks whose templates have changed; undefined if no template has a former digest, so that
 *   all must be synthesized
 */
export function replaceDigests(
  assembly: string,
  { handlers, stacks, synthesized }: DigestChanges,
): readonly string[] | undefined {
  const edits = [...stacks].map(([stack, own]): Edit => {
    const former = readTemplate(assembly, stack);
    return {
      stack,
      former,
      all: [...handlers.filter(([digest]) => former.includes(digest)), ...own],
    };
  });
  const others = synthesized.map((stack) => readTemplate(assembly, stack));
  const isKnown =
    edits.every(({ all, former }) => all.every(([digest]) => former.includes(digest))) &&
    handlers.every(([digest]) =>
      [...edits.map(({ former }) => former), ...others].some((text) => text.includes(digest)),
    );
  if (!isKnown) return undefined;
  const changing = edits.filter(({ all }) => all.length > 0);
  writeEdits(assembly, changing);
  return changing.map(({ stack }) => stack);
}

function readTemplate(assembly: string, stack: string): string {
  const file = templateOf(assembly, stack);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function templateOf(assembly: string, stack: string): string {
  return join(assembly, `${stack}.template.json`);
}

function writeEdits(assembly: string, edits: readonly Edit[]): void {
  let manifest = readFileSync(join(assembly, MANIFEST), 'utf8');
  for (const { stack, all, former } of edits) {
    const template = replaceAll(former, all);
    const ofTemplate = [digestOf(former), digestOf(template)] as const;
    const assets = join(assembly, `${stack}.assets.json`);
    writeFileSync(templateOf(assembly, stack), template);
    writeFileSync(assets, replaceAll(readFileSync(assets, 'utf8'), [...all, ofTemplate]));
    manifest = replaceAll(manifest, [...all, ofTemplate]);
  }
  writeFileSync(join(assembly, MANIFEST), manifest);
}

function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce(
    (replaced, [former, current]) => replaced.replaceAll(former, current),
    text,
  );
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A file or folder that templates expect in S3, as the runtime reads it from an assembly. */
export interface AssetFile {
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  readonly bucketName: string;
  readonly objectKey: string;
}

interface AssetManifest {
  readonly files: Readonly<Record<string, AssetEntry>>;
}

interface AssetEntry {
  readonly source: { readonly path: string; readonly packaging: AssetFile['packaging'] };
  readonly destinations: Readonly<Record<string, Pick<AssetFile, 'bucketName' | 'objectKey'>>>;
}

/** The assets of stacks that replace former ones, each once. */
export function replacedAssets(
  assembly: string,
  replacements: ReadonlyMap<string, readonly Replacement[]>,
): readonly AssetFile[] {
  const found = [...replacements].flatMap(([stack, all]) => {
    const text = readFileSync(join(assembly, `${stack}.assets.json`), 'utf8');
    const { files } = JSON.parse(replaceAll(text, all)) as AssetManifest;
    const isNew = (entry: AssetEntry) =>
      all.some(([, digest]) => entry.source.path.includes(digest));
    return Object.entries(files)
      .filter(([, entry]) => isNew(entry))
      .flatMap(([id, { source, destinations }]) =>
        Object.values(destinations).map(({ bucketName, objectKey }) => ({
          id,
          path: resolve(assembly, source.path),
          packaging: source.packaging,
          bucketName,
          objectKey,
        })),
      );
  });
  return [...new Map(found.map((asset) => [asset.objectKey, asset])).values()];
}

/** Copies assets that an assembly does not have. */
export function copyAssets(from: string, assembly: string): void {
  if (!existsSync(from)) return;
  for (const name of readdirSync(from)) {
    if (!name.startsWith('asset.') || existsSync(join(assembly, name))) continue;
    cpSync(join(from, name), join(assembly, name), { recursive: true });
  }
}

/** Whether an assembly has a stack. */
export function hasStack(assembly: string, stack: string): boolean {
  return readManifest(assembly).artifacts[stack] !== undefined;
}

/** Replaces stacks by those of a smaller assembly with the same names. */
export function mergeStacks(from: string, assembly: string): void {
  copyAssets(from, assembly);
  for (const name of readdirSync(from, { withFileTypes: true })) {
    if (!name.isFile() || name.name === MANIFEST || name.name === 'tree.json') continue;
    cpSync(join(from, name.name), join(assembly, name.name));
  }
  const { [TREE]: _tree, ...artifacts } = readManifest(from).artifacts;
  const manifest = readManifest(assembly);
  const merged = Object.entries(artifacts).map(([id, artifact]) => [
    id,
    withDependencies(artifact, manifest.artifacts[id]),
  ]);
  writeManifest(assembly, {
    ...manifest,
    artifacts: { ...manifest.artifacts, ...Object.fromEntries(merged) },
  });
}

/** A stack also depends on stacks that the smaller assembly does not have. */
function withDependencies(artifact: Artifact, former: Artifact | undefined): Artifact {
  const { dependencies } = artifact;
  if (dependencies === undefined || former?.dependencies === undefined) return artifact;
  const all = new Set([...former.dependencies, ...dependencies]);
  return { ...artifact, dependencies: [...all] };
}

/** Removes stacks from an assembly, with the lists of their assets. */
export function removeStacks(assembly: string, stacks: readonly string[]): void {
  const manifest = readManifest(assembly);
  const gone = new Set(stacks.flatMap((stack) => [stack, `${stack}.assets`]));
  const artifacts = Object.entries(manifest.artifacts)
    .filter(([id]) => !gone.has(id))
    .map(([id, artifact]) => [id, withoutDependencies(artifact, gone)]);
  writeManifest(assembly, { ...manifest, artifacts: Object.fromEntries(artifacts) });
}

function withoutDependencies(artifact: Artifact, gone: ReadonlySet<string>): Artifact {
  const { dependencies } = artifact;
  if (dependencies === undefined) return artifact;
  return { ...artifact, dependencies: dependencies.filter((id) => !gone.has(id)) };
}

function readManifest(assembly: string): Manifest {
  return JSON.parse(readFileSync(join(assembly, MANIFEST), 'utf8')) as Manifest;
}

function writeManifest(assembly: string, manifest: Manifest): void {
  writeFileSync(join(assembly, MANIFEST), JSON.stringify(manifest, undefined, 2));
}
