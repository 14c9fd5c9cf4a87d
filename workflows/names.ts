/** The environment whose names carry no prefix. */
export const DEFAULT_ENVIRONMENT = 'dev';

/** The steps that run as SageMaker jobs. */
export const jobSteps = ['prepare', 'train', 'evaluate', 'compare'] as const;
export type JobStep = (typeof jobSteps)[number];

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
  readonly trialStateMachine: string;
  /** The variant that serves the live model. */
  readonly variant: string;
  /** The variant beside it while a model is on trial. */
  readonly challenger: string;
  /** `<endpoint>-v<version>-…`: models and endpoint configs. */
  readonly releasePrefix: string;
  readonly jobPrefix: (step: JobStep) => string;
}

/** Names for one project in one environment. */
export function nameParts(environment: string, project: string, modelPackageGroup: string): Names {
  const prefix = environment === DEFAULT_ENVIRONMENT ? '' : `${environment}--`;
  const qualified = `${prefix}${project}`;
  return {
    project,
    environment,
    qualified,
    trainingStateMachine: `${qualified}-training`,
    promotionStateMachine: `${qualified}-promotion`,
    trialStateMachine: `${qualified}-trial`,
    modelPackageGroup: `${prefix}${modelPackageGroup}`,
    endpoint: qualified,
    variant: 'AllTraffic',
    challenger: 'Challenger',
    releasePrefix: `${qualified}-v`,
    jobPrefix: (step) => `${qualified}-${step}-`,
  };
}
