import { HASH_LENGTH, JOB_NAME_LENGTH, JOB_SUFFIX_LENGTH } from './jsonata.ts';

/** The environment whose names carry no prefix. */
export const DEFAULT_ENVIRONMENT = 'dev';

/** The steps that run as SageMaker jobs. */
export const jobSteps = ['prepare', 'train', 'evaluate', 'compare'] as const;
export type JobStep = (typeof jobSteps)[number];

/** The steps of the workflows that a project need not have. */
export const watchingSteps = ['score', 'explain', 'measure', 'monitor', 'baseline'] as const;
export type WatchingStep = (typeof watchingSteps)[number];

/**
 * The names of a project's parts. Those of another environment than the default one begin with
 * `<environment>--`; projects cannot have two hyphens in a row, so no two names are the same.
 */
export interface Names {
  readonly project: string;
  readonly environment: string;
  /** `abalone`, `staging--abalone`. */
  readonly qualified: string;
  readonly trainingStateMachine: string;
  readonly promotionStateMachine: string;
  readonly modelPackageGroup: string;
  readonly endpoint: string;
  /** The function that serves models on Lambda. */
  readonly servingFunction: string;
  readonly trialStateMachine: string;
  readonly unclaimedUploadsStateMachine: string;
  readonly scoringStateMachine: string;
  readonly monitoringStateMachine: string;
  readonly retrainingStateMachine: string;
  readonly handoverStateMachine: string;
  /** The event bus on which approvals of another environment arrive. */
  readonly handoverBus: string;
  /** The repository of the images that model packages name: `abalone/models`, `staging/abalone/models`. */
  readonly imageRepository: string;
  /** The variant that serves the live model. */
  readonly variant: string;
  /** The variant beside it while a model is on trial. */
  readonly challenger: string;
  /** `<endpoint>-v<version>-…`: models and endpoint configs. */
  readonly releasePrefix: string;
  readonly jobPrefix: (step: JobStep | WatchingStep) => string;
}

/**
 * Names for one project in one environment.
 *
 * @throws Error naming every name that AWS would refuse in its longest form
 */
export function nameParts(environment: string, project: string, modelPackageGroup: string): Names {
  const prefix = environment === DEFAULT_ENVIRONMENT ? '' : `${environment}--`;
  const qualified = `${prefix}${project}`;
  const names: Names = {
    project,
    environment,
    qualified,
    trainingStateMachine: `${qualified}-training`,
    promotionStateMachine: `${qualified}-promotion`,
    trialStateMachine: `${qualified}-trial`,
    unclaimedUploadsStateMachine: `${qualified}-unclaimed-uploads`,
    scoringStateMachine: `${qualified}-scoring`,
    monitoringStateMachine: `${qualified}-monitoring`,
    retrainingStateMachine: `${qualified}-retraining`,
    handoverStateMachine: `${qualified}-handover`,
    handoverBus: `${qualified}-handover`,
    // A repository's name has no two hyphens in a row.
    imageRepository: `${environment === DEFAULT_ENVIRONMENT ? '' : `${environment}/`}${project}/models`,
    modelPackageGroup: `${prefix}${modelPackageGroup}`,
    endpoint: qualified,
    servingFunction: `${qualified}-serving`,
    variant: 'AllTraffic',
    challenger: 'Challenger',
    releasePrefix: `${qualified}-v`,
    jobPrefix: (step) => `${qualified}-${step}-`,
  };
  const faults = findLongNames(names);
  if (faults.length > 0) {
    throw new Error(
      `The names of ${qualified} do not fit: ${faults.join('; ')}. Shorten the project's name or the environment's.`,
    );
  }
  return names;
}

/** Versions of a package that names have room for. */
const LARGEST_VERSION = 9_999_999_999;
/** Of an execution's hash in a job's name; where two are the same, the retry has another name. */
const SHORTEST_HASH = 10;

interface NameKind {
  readonly what: string;
  /** In characters. */
  readonly limit: number;
  /** Where AWS says so. */
  readonly source: string;
  /** The names in their longest form. */
  readonly longest: (names: Names) => readonly string[];
}

const api = 'https://docs.aws.amazon.com/sagemaker/latest/APIReference';
const hash = 'f'.repeat(HASH_LENGTH);
const releaseOf = (names: Names) => `${names.releasePrefix}${LARGEST_VERSION}-${hash}`;

/** Every kind of name that grows with the project's or the environment's. */
const nameKinds: readonly NameKind[] = [
  {
    what: 'a SageMaker job',
    limit: JOB_NAME_LENGTH,
    source: `${api}/API_CreateProcessingJob.html`,
    longest: (names) =>
      [...jobSteps, ...watchingSteps].map(
        (step) =>
          `${names.jobPrefix(step)}${hash.slice(0, SHORTEST_HASH)}${'-'.padEnd(JOB_SUFFIX_LENGTH, 'z')}`,
      ),
  },
  {
    what: 'a model and an endpoint config',
    limit: 63,
    source: `${api}/API_CreateEndpointConfig.html`,
    longest: (names) => [releaseOf(names)],
  },
  {
    what: 'the endpoint',
    limit: 63,
    source: `${api}/API_CreateEndpoint.html`,
    longest: (names) => [names.endpoint],
  },
  {
    what: 'the model package group',
    limit: 63,
    source: `${api}/API_CreateModelPackageGroup.html`,
    longest: (names) => [names.modelPackageGroup],
  },
  {
    what: 'a state machine',
    limit: 80,
    source:
      'https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html',
    longest: (names) => [
      names.trainingStateMachine,
      names.promotionStateMachine,
      names.trialStateMachine,
      names.unclaimedUploadsStateMachine,
      names.scoringStateMachine,
      names.monitoringStateMachine,
      names.retrainingStateMachine,
      names.handoverStateMachine,
    ],
  },
  {
    what: 'an execution that ends a trial',
    limit: 80,
    source:
      'https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html',
    longest: (names) => [`${releaseOf(names)}-withdraw`],
  },
  {
    what: 'a function',
    limit: 64,
    source: 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html',
    longest: (names) => [names.servingFunction],
  },
  {
    what: 'an alarm',
    limit: 255,
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
    longest: (names) => [`${names.endpoint}-rollback-error-increase`],
  },
  {
    what: 'the stack',
    limit: 128,
    source:
      'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html',
    longest: (names) => [`stepmill-${names.environment}-${names.project}`],
  },
];

function findLongNames(names: Names): string[] {
  return nameKinds.flatMap(({ what, limit, source, longest }) =>
    longest(names)
      .filter((name) => name.length > limit)
      .map(
        (name) => `${what} may have ${limit} characters, ${name} has ${name.length} (${source})`,
      ),
  );
}
