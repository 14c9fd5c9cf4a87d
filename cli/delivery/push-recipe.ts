import { PutImageCommand } from '@aws-sdk/client-ecr';
import { renderRecipeImage } from '../../local/index.ts';
import { type TaggedImage, uploadLayer } from './copy-image.ts';
import type { ImageAsset } from './image-assets.ts';

/** What registries call a manifest of OCI. */
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** Pushes an image to a local registry as its recipe, which is built when a container starts: `local/containers`. */
export async function pushRecipe(
  { folder, source }: ImageAsset,
  { client, repository }: Pick<TaggedImage, 'client' | 'repository'>,
  tags: readonly string[],
): Promise<void> {
  const { dockerBuildArgs, dockerBuildTarget, dockerFile } = source;
  const recipe = {
    dockerfile: dockerFile,
    buildArguments: dockerBuildArgs,
    ...(dockerBuildTarget !== undefined && { target: dockerBuildTarget }),
  };
  const { blobs, manifest } = renderRecipeImage({ folder, recipe });
  for (const { content, digest } of blobs) {
    await uploadLayer({ client, repository }, digest, [content]);
  }
  for (const imageTag of tags) {
    await client.send(
      new PutImageCommand({
        repositoryName: repository,
        imageTag,
        imageManifest: manifest,
        imageManifestMediaType: OCI_MANIFEST,
      }),
    );
  }
}
