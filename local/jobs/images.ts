/** One of the SageMaker images that local jobs and endpoints replace. */
interface ContainerImage {
  readonly framework: 'scikit-learn' | 'xgboost';
  /** The version in the tag, for example `1.9-0`. */
  readonly version: string;
  readonly python: string;
  /** Versions of its libraries by distribution name. */
  readonly libraries: Readonly<Record<string, string>>;
}

/**
 * The newest images, whose libraries the managed environment follows.
 * https://github.com/aws/sagemaker-scikit-learn-container and aws/sagemaker-xgboost-container
 */
const IMAGES: readonly ContainerImage[] = [
  {
    framework: 'scikit-learn',
    version: '1.9-0',
    python: '3.12',
    libraries: {
      boto3: '1.43.46',
      numpy: '2.5.1',
      pandas: '2.2.3',
      pyarrow: '25.0.0',
      'scikit-learn': '1.9.0',
      scipy: '1.18.0',
    },
  },
  {
    framework: 'xgboost',
    version: '3.2-0',
    python: '3.12',
    libraries: {
      numpy: '2.1.0',
      pandas: '2.2.3',
      pyarrow: '22.0.0',
      'scikit-learn': '1.8.0',
      scipy: '1.15.0',
      xgboost: '3.2.0',
    },
  },
];

/** One library whose version differs from that of an image. */
export interface LibraryDifference {
  /** For example `scikit-learn 1.9-0`. */
  readonly image: string;
  readonly library: string;
  readonly inImage: string;
  /** Undefined if it is not installed here. */
  readonly here: string | undefined;
}

/** The differences between an environment and the images, including Python itself. */
export function compareWithImages(environment: {
  readonly pythonVersion: string;
  readonly libraries: Readonly<Record<string, string>>;
}): readonly LibraryDifference[] {
  const minor = environment.pythonVersion.split('.').slice(0, 2).join('.');
  const here: Readonly<Record<string, string>> = { ...environment.libraries, python: minor };
  return IMAGES.flatMap((image) =>
    Object.entries({ python: image.python, ...image.libraries })
      .filter(([library, version]) => here[library] !== version)
      .map(([library, inImage]) => ({
        image: `${image.framework} ${image.version}`,
        library,
        inImage,
        here: here[library],
      })),
  );
}
