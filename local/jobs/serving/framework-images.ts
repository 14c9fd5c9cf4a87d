/** The images whose serving contract is played here. */
export type ServingFramework = 'sklearn' | 'xgboost';

const REPOSITORIES: Readonly<Record<string, ServingFramework>> = {
  'sagemaker-scikit-learn': 'sklearn',
  'sagemaker-xgboost': 'xgboost',
};

/**
 * Versions AWS has published, in the short form of the tag.
 * https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
 */
const VERSIONS: Readonly<Record<ServingFramework, readonly string[]>> = {
  sklearn: ['0.20.0', '0.23-1', '1.0-1', '1.2-1', '1.4-2', '1.4-2-py312', '1.9-0'],
  xgboost: [
    '0.90-1',
    '0.90-2',
    '1.0-1',
    '1.2-1',
    '1.2-2',
    '1.3-1',
    '1.5-1',
    '1.7-1',
    '3.0-5',
    '3.2-0',
  ],
};

const IMAGE_URI =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|c2s\.ic\.gov|sc2s\.sgov\.gov)\/(?<repository>[a-z0-9/_-]+)(?::(?<tag>[\w.-]+))?(?:@sha256:[0-9a-f]{64})?$/;

/**
 * The framework that an image serves with, or undefined where AWS has no such image or this runtime
 * does not play it. All versions run on the libraries of the one local environment.
 *
 * @example
 * frameworkOfImage('683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0') // 'xgboost'
 */
export function frameworkOfImage(image: string): ServingFramework | undefined {
  const { repository = '', tag = '' } = IMAGE_URI.exec(image)?.groups ?? {};
  const framework = REPOSITORIES[repository];
  if (framework === undefined) return undefined;
  const version = tag.replace(/-cpu-py3$/, '').replace(/-arm64$/, '');
  return VERSIONS[framework].includes(version) ? framework : undefined;
}
