import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** What the CDK's manifests say of an image. */
const imageSchema = z.object({
  displayName: z.string().default(''),
  source: z.object({
    directory: z.string(),
    dockerFile: z.string().default('Dockerfile'),
    dockerBuildTarget: z.string().optional(),
    dockerBuildArgs: z.record(z.string(), z.string()).default({}),
    platform: z.string().optional(),
  }),
  destinations: z.record(
    z.string(),
    z.object({
      repositoryName: z.string(),
      imageTag: z.string(),
      region: z.string().optional(),
      assumeRoleArn: z.string().optional(),
    }),
  ),
});
const manifestSchema = z.object({ dockerImages: z.record(z.string(), imageSchema).default({}) });

/** An image of the app. */
export interface ImageAsset {
  readonly name: string;
  /** Of its sources: the same sources are built once. */
  readonly hash: string;
  readonly source: z.output<typeof imageSchema>['source'];
  /** The folder of its sources. */
  readonly folder: string;
  readonly destinations: readonly z.output<typeof imageSchema>['destinations'][string][];
}

/** The images of all stacks below a folder of the assembly, each once. */
export function findImages(assembly: string): ImageAsset[] {
  const found = new Map<string, ImageAsset>();
  for (const file of listManifests(assembly)) {
    const { dockerImages } = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const [hash, { displayName, source, destinations }] of Object.entries(dockerImages)) {
      found.set(hash, {
        name: displayName,
        hash,
        source,
        folder: join(dirname(file), source.directory),
        destinations: [...(found.get(hash)?.destinations ?? []), ...Object.values(destinations)],
      });
    }
  }
  return [...found.values()];
}

function listManifests(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('assembly-') ? listManifests(path) : [];
    return entry.name.endsWith('.assets.json') ? [path] : [];
  });
}
