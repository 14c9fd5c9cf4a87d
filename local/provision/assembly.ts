import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { JsonTooDeep, MAXIMUM_JSON_LEVELS, parseJson } from '../../engine/index.ts';
import type { Owner } from '../store/index.ts';
import { dependsOn, orderStacks } from './stack-order.ts';
import type { Assembly, FileAsset, ImageAsset, Stack, Template } from './template.ts';
import { UnreadableAssembly } from './unreadable-assembly.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).optional(),
      displayName: z.string().optional(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const assetManifestSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({
          path: z.string().optional(),
          packaging: z.enum(['file', 'zip']).optional(),
          executable: z.array(z.string()).optional(),
        }),
        destinations: z.record(
          z.string(),
          z.object({ bucketName: z.string(), objectKey: z.string() }),
        ),
      }),
    )
    .optional(),
  dockerImages: z
    .record(
      z.string(),
      z.object({
        displayName: z.string().optional(),
        source: z.object({
          directory: z.string().optional(),
          dockerFile: z.string().optional(),
          dockerBuildTarget: z.string().optional(),
          dockerBuildArgs: z.record(z.string(), z.string()).optional(),
        }),
        destinations: z.record(
          z.string(),
          z.object({ repositoryName: z.string(), imageTag: z.string() }),
        ),
      }),
    )
    .optional(),
});

/** The assembly of a stage is nested in its app's; stages can be nested in stages. */
const ASSEMBLY_DEPTH_LIMIT = 20;

type Artifact = z.infer<typeof manifestSchema>['artifacts'][string];

/**
 * Reads a cloud assembly, nested assemblies (CDK stages) included.
 *
 * @param folder the `cdk.out` folder
 * @param names of the stacks to read; all by default
 * @throws UnreadableAssembly that names the file if the folder has no assembly
 */
export function readAssembly(folder: string, names?: readonly string[]): Assembly {
  const isWanted = (name: string) => names?.includes(name) ?? true;
  return { folder, stacks: orderStacks(readStacks(folder, isWanted), dependsOn) };
}

function readStacks(
  folder: string,
  isWanted: (name: string) => boolean,
  depth = 0,
): readonly Stack[] {
  if (depth > ASSEMBLY_DEPTH_LIMIT) {
    throw new UnreadableAssembly(
      `${folder} is in more than ${ASSEMBLY_DEPTH_LIMIT} nested assemblies, or in itself, so nothing was provisioned.`,
    );
  }
  const manifest = readAs(manifestSchema, join(folder, 'manifest.json'));
  const artifacts = Object.entries(manifest.artifacts);
  const assets = artifacts
    .filter(([, artifact]) => artifact.type === 'cdk:asset-manifest')
    .map(([id, artifact]) => [id, readAssets(folder, artifact)] as const);
  const stacks = artifacts
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .filter(([id, artifact]) => isWanted(artifact.properties?.stackName ?? id))
    .map(([id, artifact]) => readStack(folder, id, artifact, new Map(assets)));
  const nested = artifacts
    .filter(([, artifact]) => artifact.type === 'cdk:cloud-assembly')
    .flatMap(([, artifact]) =>
      readStacks(join(folder, artifact.properties?.directoryName ?? ''), isWanted, depth + 1),
    );
  return [...stacks, ...nested];
}

function readStack(
  folder: string,
  id: string,
  artifact: Artifact,
  assets: ReadonlyMap<string, Assets>,
): Stack {
  const dependencies = artifact.dependencies ?? [];
  const templateFile = artifact.properties?.templateFile ?? `${id}.template.json`;
  return {
    name: artifact.properties?.stackName ?? id,
    id,
    template: readTemplate(join(folder, templateFile)),
    environment: readEnvironment(artifact.environment),
    assets: dependencies.flatMap((dependency) => assets.get(dependency)?.files ?? []),
    images: dependencies.flatMap((dependency) => assets.get(dependency)?.images ?? []),
    dependencies: dependencies.filter((dependency) => !assets.has(dependency)),
  };
}

/** `aws://<account>/<region>`; the CDK writes `unknown-account` and `unknown-region` for what the app leaves open. */
function readEnvironment(text = ''): Partial<Owner> {
  const [, accountId = '', region = ''] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(text) ?? [];
  return {
    ...(/^\d{12}$/.test(accountId) && { accountId }),
    ...(/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region) && { region }),
  };
}

/** The CDK writes a stack without resources without this member. */
function readTemplate(path: string): Template {
  const template = readJson(path);
  const isObject = typeof template === 'object' && template !== null && !Array.isArray(template);
  return (isObject ? { Resources: {}, ...template } : template) as Template;
}

/** What an asset manifest names. */
interface Assets {
  readonly files: readonly FileAsset[];
  readonly images: readonly ImageAsset[];
}

function readAssets(folder: string, artifact: Artifact): Assets {
  const file = artifact.properties?.file;
  if (file === undefined) return { files: [], images: [] };
  const manifest = readAs(assetManifestSchema, join(folder, file));
  return { files: readFiles(folder, manifest), images: readImages(folder, manifest) };
}

type AssetManifest = z.infer<typeof assetManifestSchema>;

/** An image that a program of the app builds has no folder, and is not published. */
function readImages(folder: string, { dockerImages = {} }: AssetManifest): readonly ImageAsset[] {
  return Object.entries(dockerImages).flatMap(([id, { displayName, source, destinations }]) => {
    const { directory, dockerBuildArgs, dockerBuildTarget, dockerFile = 'Dockerfile' } = source;
    if (directory === undefined) return [];
    const recipe = {
      dockerfile: dockerFile,
      buildArguments: dockerBuildArgs ?? {},
      ...(dockerBuildTarget !== undefined && { target: dockerBuildTarget }),
    };
    return Object.values(destinations).map((destination) => ({
      id,
      ...(displayName !== undefined && { name: displayName }),
      folder: join(folder, directory),
      recipe,
      ...destination,
    }));
  });
}

function readFiles(folder: string, { files = {} }: AssetManifest): readonly FileAsset[] {
  return Object.entries(files).flatMap(([id, { source, destinations }]) =>
    source.path === undefined
      ? []
      : Object.values(destinations).map((destination) => ({
          id,
          path: join(folder, source.path ?? ''),
          packaging: source.packaging ?? 'file',
          ...destination,
        })),
  );
}

/** @throws UnreadableAssembly that names the first invalid member */
function readAs<Output>(schema: z.ZodType<Output>, path: string): Output {
  const read = schema.safeParse(readJson(path));
  if (read.success) return read.data;
  const [first] = read.error.issues;
  const place = first === undefined ? '' : `/${first.path.join('/')}: ${first.message}`;
  throw new UnreadableAssembly(
    `${path} is not what "npx cdk synth" writes (${place}), so nothing was provisioned.`,
  );
}

/** The same path. A pipe or a device could be read for ever. @throws if it is no file or missing */
export function regularFile(path: string): string {
  if (statSync(path).isFile()) return path;
  throw new UnreadableAssembly(`${path} is not a file, so nothing was provisioned.`);
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(regularFile(path), 'utf8');
  } catch (cause) {
    throw new UnreadableAssembly(
      `${path} cannot be read, so nothing was provisioned. Run "npx cdk synth" to write it.`,
      { cause },
    );
  }
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof JsonTooDeep) {
      throw new UnreadableAssembly(
        `${path} is nested deeper than ${MAXIMUM_JSON_LEVELS} levels, so nothing was provisioned.`,
        { cause },
      );
    }
    throw new UnreadableAssembly(
      `${path} is not JSON, so nothing was provisioned. Delete the folder and run "npx cdk synth" again.`,
      { cause },
    );
  }
}
