import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { JsonTooDeep, maximumJsonDepth, parseJson } from '../../engine/index.ts';

/** A CloudFormation template as `cdk synth` writes it. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Mapping>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string | number;
}

export type Mapping = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Export?: { readonly Name: unknown };
  readonly Condition?: string;
}

/** A file or folder that the app needs in S3 before its resources are created. */
export interface FileAsset {
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  /** With unresolved `${AWS::AccountId}` and `${AWS::Region}`. */
  readonly bucketName: string;
  readonly objectKey: string;
}

export interface Stack {
  readonly name: string;
  readonly template: Template;
  readonly assets: readonly FileAsset[];
  /** Stacks that must be provisioned first. */
  readonly dependencies: readonly string[];
}

/** The output of `cdk synth` in `cdk.out`. */
export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly Stack[];
}

/** The folder has no readable cloud assembly. The message names the file and the fix. */
export class UnreadableAssembly extends Error {
  override readonly name = 'UnreadableAssembly';
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
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
});

/** The assembly of a stage is nested in its app's; stages can be nested in stages. */
const ASSEMBLY_DEPTH_LIMIT = 20;

type Artifact = z.infer<typeof manifestSchema>['artifacts'][string];

/**
 * Reads a cloud assembly, nested assemblies (CDK stages) included.
 *
 * @param folder the `cdk.out` folder
 * @throws UnreadableAssembly that names the file if the folder has no assembly
 */
export function readAssembly(folder: string): Assembly {
  return { folder, stacks: orderStacks(readStacks(folder)) };
}

function readStacks(folder: string, depth = 0): readonly Stack[] {
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
    .map(([id, artifact]) => readStack(folder, id, artifact, new Map(assets)));
  const nested = artifacts
    .filter(([, artifact]) => artifact.type === 'cdk:cloud-assembly')
    .flatMap(([, artifact]) =>
      readStacks(join(folder, artifact.properties?.directoryName ?? ''), depth + 1),
    );
  return [...stacks, ...nested];
}

function readStack(
  folder: string,
  id: string,
  artifact: Artifact,
  assets: ReadonlyMap<string, readonly FileAsset[]>,
): Stack {
  const dependencies = artifact.dependencies ?? [];
  const templateFile = artifact.properties?.templateFile ?? `${id}.template.json`;
  return {
    name: artifact.properties?.stackName ?? id,
    template: readJson(join(folder, templateFile)) as Template,
    assets: dependencies.flatMap((dependency) => assets.get(dependency) ?? []),
    dependencies: dependencies.filter((dependency) => !assets.has(dependency)),
  };
}

function readAssets(folder: string, artifact: Artifact): readonly FileAsset[] {
  const file = artifact.properties?.file;
  if (file === undefined) return [];
  const { files = {} } = readAs(assetManifestSchema, join(folder, file));
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

/** Dependencies first. @throws UnreadableAssembly for a cycle, which the CDK never writes */
function orderStacks(stacks: readonly Stack[]): readonly Stack[] {
  const ordered: Stack[] = [];
  const visit = (stack: Stack, before: readonly Stack[]) => {
    if (ordered.includes(stack)) return;
    if (before.includes(stack)) {
      throw new UnreadableAssembly(
        `The stack ${stack.name} depends on itself, so nothing was provisioned.`,
      );
    }
    for (const other of stacks) {
      if (stack.dependencies.includes(other.name)) visit(other, [...before, stack]);
    }
    ordered.push(stack);
  };
  for (const stack of stacks) visit(stack, []);
  return ordered;
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

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
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
        `${path} is nested deeper than ${maximumJsonDepth} levels, so nothing was provisioned.`,
        { cause },
      );
    }
    throw new UnreadableAssembly(
      `${path} is not JSON, so nothing was provisioned. Delete the folder and run "npx cdk synth" again.`,
      { cause },
    );
  }
}
