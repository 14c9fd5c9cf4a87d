import { type ImageReference, parseImageReference } from './image-reference.ts';

/** A base image that this machine can stand in for. */
export interface BaseImage {
  /** For the user: what stands in. */
  readonly description: string;
  /** The version of Python, for example `3.12`; undefined for an image without one. */
  readonly python: string | undefined;
  /** Has the libraries of the runtime's own environment, as SageMaker's images have theirs. */
  readonly hasLibraries: boolean;
  /** What the image has installed itself, as requirements. */
  readonly packages: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingFolder: string;
  /** Files of the image that its command needs. */
  readonly files: readonly BaseFile[];
}

export interface BaseFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

const STANDARD_PATH = '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin';

const EMPTY: BaseImage = {
  description: 'an empty folder',
  python: undefined,
  hasLibraries: false,
  packages: [],
  environment: { PATH: STANDARD_PATH },
  entrypoint: [],
  command: [],
  workingFolder: '/',
  files: [],
};

/** Versions that the pinned libraries have wheels for. */
const PYTHON_VERSIONS = ['3.11', '3.12', '3.13'] as const;

/** The same images in other registries. */
const PYTHON_REGISTRIES: readonly string[] = ['docker.io', 'public.ecr.aws', 'mirror.gcr.io'];

/** What the user can do about a base image that has no stand-in. */
export const KNOWN_BASES =
  'python:3.11 to 3.13 with any suffix, public.ecr.aws/lambda/python:3.11 to 3.13, SageMaker’s scikit-learn and XGBoost images, scratch';

/**
 * The stand-in for a base image.
 *
 * @returns undefined for an image that only a container engine can run
 */
export function findBaseImage(name: string): BaseImage | undefined {
  if (name === 'scratch') return EMPTY;
  const reference = parseImageReference(name);
  return findPython(reference) ?? findLambda(reference) ?? findSageMaker(reference);
}

/** https://hub.docker.com/_/python */
function findPython({ registry, repository, tag }: ImageReference): BaseImage | undefined {
  const isPython = repository === 'python' || repository === 'docker/library/python';
  if (!PYTHON_REGISTRIES.includes(registry) || !isPython) return undefined;
  const python = versionOf(tag);
  if (python === undefined) return undefined;
  return {
    ...EMPTY,
    description: `Python ${python}`,
    python,
    environment: { PATH: STANDARD_PATH, LANG: 'C.UTF-8' },
    command: ['python3'],
  };
}

/** Starts the handler that CMD names. https://docs.aws.amazon.com/lambda/latest/dg/python-image.html */
const LAMBDA_ENTRYPOINT = `#!/bin/sh
exec python3 -m awslambdaric "$@"
`;

function findLambda({ registry, repository, tag }: ImageReference): BaseImage | undefined {
  if (registry !== 'public.ecr.aws' || repository !== 'lambda/python') return undefined;
  const python = versionOf(tag);
  if (python === undefined) return undefined;
  return {
    ...EMPTY,
    description: `Python ${python} with Lambda's runtime interface client`,
    python,
    packages: ['awslambdaric', 'boto3'],
    environment: {
      PATH: `/var/lang/bin:${STANDARD_PATH}:/opt/bin`,
      LANG: 'en_US.UTF-8',
      LAMBDA_TASK_ROOT: '/var/task',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      PYTHONPATH: '/var/task:/opt/python',
    },
    entrypoint: ['/lambda-entrypoint.sh'],
    workingFolder: '/var/task',
    files: [{ path: '/lambda-entrypoint.sh', content: LAMBDA_ENTRYPOINT, mode: 0o755 }],
  };
}

const SAGEMAKER_REPOSITORIES: readonly string[] = ['sagemaker-scikit-learn', 'sagemaker-xgboost'];
const ECR_REGISTRY = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** The runtime's own environment follows these images: docs/python.md names the differences. */
function findSageMaker({ registry, repository }: ImageReference): BaseImage | undefined {
  if (!ECR_REGISTRY.test(registry) || !SAGEMAKER_REPOSITORIES.includes(repository))
    return undefined;
  return {
    ...EMPTY,
    description: 'the Python environment of SageMaker jobs on this machine',
    python: '3.12',
    hasLibraries: true,
    environment: {
      PATH: STANDARD_PATH,
      SM_MODEL_DIR: '/opt/ml/model',
      SM_INPUT: '/opt/ml/input',
    },
  };
}

/** `3.12`, `3.12.4`, `3.12-slim-bookworm`; a tag without a version changes its meaning over time. */
function versionOf(tag: string): string | undefined {
  const [, version] = /^(3\.\d+)(?:\.\d+)?(?:[-.].*)?$/.exec(tag) ?? [];
  return PYTHON_VERSIONS.find((known) => known === version);
}
