import { ImageNotPulled, type PulledImage } from '../../../cloud/container-images.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { JobFailure, withLastLines } from '../jobs/failure.ts';
import type { SageMakerState } from '../state.ts';
import { isOwnImage } from './own-image.ts';

/** AWS's reason. https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html */
const NOT_PULLED =
  'ClientError: Cannot pull algorithm container. Either the image does not exist or its permissions are incorrect. (';

export interface JobImage {
  readonly uri: string;
  /** The role of the job, which must be allowed to read the image. */
  readonly principal: Principal;
  readonly stop: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * The image of a job, ready to start; undefined for those of SageMaker, for which this machine's Python stands.
 *
 * @throws JobFailure where it cannot be read or built
 */
export async function pullForJob(
  { cloud }: SageMakerState,
  { principal, say, stop, uri }: JobImage,
): Promise<PulledImage | undefined> {
  if (!isOwnImage(cloud, uri)) return undefined;
  try {
    const image = await cloud.containers.pull(uri, { principal, onProgress: say, signal: stop });
    for (const notice of image.notices) say(notice);
    return image;
  } catch (error) {
    if (!(error instanceof ImageNotPulled)) throw error;
    throw new JobFailure(withLastLines(NOT_PULLED, error.message, ')'));
  }
}
