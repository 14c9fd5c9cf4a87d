import { findImageWays, type ImageWay, type ImageWaysOptions } from './containers/index.ts';
import { readAssembly } from './provision/index.ts';

/** An image of an app, and how its containers will run. */
export interface ReportedImage extends ImageWay {
  /** Its path in the app; the tag where the assembly does not say it. */
  readonly name: string;
}

/**
 * How the images of a synthesized app will run on this machine, each once.
 *
 * @param folder the `cdk.out` folder
 * @throws UnreadableAssembly
 */
export async function describeImages(
  folder: string,
  options: ImageWaysOptions,
): Promise<readonly ReportedImage[]> {
  const all = readAssembly(folder).stacks.flatMap(({ images = [] }) => images);
  const images = [...new Map(all.map((image) => [image.imageTag, image])).values()];
  const ways = await findImageWays(images, options);
  return ways.map((way, index) => {
    const { imageTag = '', name = imageTag } = images[index] ?? {};
    return { ...way, name };
  });
}
