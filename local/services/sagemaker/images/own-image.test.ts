import { beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import { type ContainerImages, ImageNotPulled } from '../../../cloud/container-images.ts';
import { RECIPE_CONFIG_TYPE } from '../../../cloud/image-recipe.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import type { SageMakerState } from '../state.ts';
import { isOwnImage, resolveImage } from './own-image.ts';
import { pullForJob } from './pull-for-job.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const REPOSITORY = '000000000000.dkr.ecr.us-east-1.amazonaws.com/team/model';
const SKLEARN = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER_DIGEST = `sha256:${'b'.repeat(64)}`;

let asked: object[];
let found: () => object;
let pull: ContainerImages['pull'];
let cloud: Cloud;

beforeEach(() => {
  asked = [];
  found = () => ({ images: [{ imageId: { imageDigest: DIGEST } }] });
  pull = () => Promise.reject(new Error('no image was pulled'));
  cloud = createTestCloud(
    [
      () => ({
        name: 'ecr',
        operations: {
          BatchGetImage: {
            permissions: () => [],
            run(input) {
              asked.push(input);
              return found();
            },
          },
        },
        accessDenied: (message) => new ServiceError('AccessDeniedException', message),
      }),
    ],
    { containers: () => ({ pull: (uri, options) => pull(uri, options) }) },
  );
});

const job = (uri: string) => {
  const said: string[] = [];
  const image = pullForJob({ cloud } as SageMakerState, {
    uri,
    principal: ACCOUNT,
    stop: new AbortController().signal,
    say: (line) => said.push(line),
  });
  return { image, said };
};

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms.html
describe('an image', () => {
  it.each([
    [`${REPOSITORY}:v1`, true],
    [REPOSITORY, true],
    [`${REPOSITORY}@${DIGEST}`, true],
    [SKLEARN, false],
    [`${REPOSITORY}:v1`.replace('000000000000', '111111111111'), false],
    [`${REPOSITORY}:v1`.replace('us-east-1', 'us-west-2'), false],
    ['docker.io/library/python:3.12', false],
    [REPOSITORY.replace('team/model', 'sagemaker-scikit-learn:1.9-0-cpu-py3'), false],
  ])('%s is one of this account: %s', (image, expected) => {
    expect(isOwnImage(cloud, image)).toBe(expected);
  });

  it.each([
    [`${REPOSITORY}:v1`, { imageTag: 'v1' }],
    [REPOSITORY, { imageTag: 'latest' }],
    [`${REPOSITORY}@${OTHER_DIGEST}`, { imageDigest: OTHER_DIGEST }],
    [`${REPOSITORY}:v1@${OTHER_DIGEST}`, { imageDigest: OTHER_DIGEST }],
  ])('%s is kept by the digest that ECR has for it', async (image, imageId) => {
    const resolved = await resolveImage(cloud, ACCOUNT, image);

    expect(resolved).toBe(`${REPOSITORY}@${DIGEST}`);
    expect(asked).toEqual([
      { registryId: '000000000000', repositoryName: 'team/model', imageIds: [imageId] },
    ]);
  });

  it.each([SKLEARN, 'docker.io/library/python:3.12'])('%s stays as it is', async (image) => {
    expect(await resolveImage(cloud, ACCOUNT, image)).toBe(image);
    expect(asked).toEqual([]);
  });

  it('that ECR does not have is refused', async () => {
    found = () => ({ images: [], failures: [{}] });

    await expect(resolveImage(cloud, ACCOUNT, REPOSITORY)).rejects.toMatchObject({
      code: 'ValidationException',
      message: `Requested image ${REPOSITORY} not found.`,
    });
  });

  // https://github.com/aws/amazon-sagemaker-feedback/issues/180 and https://github.com/mlflow/mlflow/issues/13834
  it.each(['manifest', 'index'])('of OCI is refused, unless it is a recipe: %s', async (kind) => {
    const imageManifestMediaType = `application/vnd.oci.image.${kind}.v1+json`;
    const image = { imageId: { imageDigest: DIGEST }, imageManifestMediaType };
    found = () => ({ images: [image] });

    await expect(resolveImage(cloud, ACCOUNT, REPOSITORY)).rejects.toMatchObject({
      code: 'ValidationException',
      message: `Unsupported manifest media type ${imageManifestMediaType} for image ${REPOSITORY}. Ensure that valid manifest media type is used for specified image.`,
    });
    found = () => ({
      images: [{ ...image, imageManifest: JSON.stringify({ artifactType: RECIPE_CONFIG_TYPE }) }],
    });
    expect(await resolveImage(cloud, ACCOUNT, REPOSITORY)).toBe(`${REPOSITORY}@${DIGEST}`);
  });

  it('that the role may not read is refused with the reason', async () => {
    found = () => {
      throw new ServiceError('AccessDeniedException', 'not allowed');
    };

    await expect(resolveImage(cloud, ACCOUNT, REPOSITORY)).rejects.toMatchObject({
      code: 'ValidationException',
      message: `Could not access the ECR image ${REPOSITORY}. Please ensure that the repository exists and that the execution role has permissions to read it. (AccessDeniedException: not allowed)`,
    });
  });
});

describe('the image of a job', () => {
  it('of SageMaker is not pulled: Python stands for it', async () => {
    expect(await job(SKLEARN).image).toBeUndefined();
  });

  it('is pulled as the role, and what happens and what differs is in the log', async () => {
    const pulled = { uri: REPOSITORY, notices: ['no GPU'] } as never;
    const principals: unknown[] = [];
    pull = async (_, { onProgress, principal }) => {
      principals.push(principal);
      onProgress?.('building');
      return pulled;
    };

    const { image, said } = job(REPOSITORY);

    expect(await image).toBe(pulled);
    expect(principals).toEqual([ACCOUNT]);
    expect(said).toEqual(['building', 'no GPU']);
  });

  // https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
  it('that cannot be pulled fails the job in AWS’s words', async () => {
    const long = 'x'.repeat(2_000);
    pull = () => Promise.reject(new ImageNotPulled({ problem: 'Missing', uri: REPOSITORY }, long));

    const failure = await job(REPOSITORY).image.catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'JobFailure' });
    const { message } = failure as Error;
    expect(message).toMatch(
      /^ClientError: Cannot pull algorithm container\. Either the image does not exist or its permissions are incorrect\. \(…x+\)$/,
    );
    expect(message).toHaveLength(1_024);
  });

  it('any other error is ours', async () => {
    await expect(job(REPOSITORY).image).rejects.toThrow('no image was pulled');
  });
});
