/** The stack of the pipeline, and the beginning of what it names. */
export const DELIVERY = 'stepmill-delivery';

/** The stack of an environment with what deliveries need there; no project may have this name. */
export function nameEnvironmentStack(environment: string): string {
  return `stepmill-${environment}-delivery`;
}

/** The role in an environment's account for steps that look at the environment. */
export function nameVisitRole(environment: string): string {
  return `stepmill-${environment}-delivery`;
}

/** The role in an environment's account with which reference trainings are started. */
export function nameReferenceRole(environment: string): string {
  return `stepmill-${environment}-reference`;
}

/** The role of a step, in the pipeline's account. */
export function nameStepRole(step: string): string {
  return `${DELIVERY}-${step.toLowerCase()}`;
}

/**
 * The role in the pipeline's account with which the console of an environment reads the pipeline, and decides on the
 * approval of this environment.
 */
export function nameConsoleRole(environment: string): string {
  return `${DELIVERY}-console-${environment}`;
}

/** The stack of the console of an environment; no project may have this name. */
export function nameConsoleStack(environment: string): string {
  return `stepmill-${environment}-console`;
}

/** The role of the console's API in an environment's account; no project may have this name. */
export function nameApiRole(environment: string): string {
  return `stepmill-${environment}-console`;
}

/** The roles of the CDK's bootstrap stack that deploy an app. */
export const CDK_ROLES = ['deploy', 'file-publishing', 'image-publishing', 'lookup'] as const;

/** The name of a role that `cdk bootstrap` makes, without its account and region. */
export function nameCdkRole(role: string, account: string, region: string): string {
  return `cdk-hnb659fds-${role}-role-${account}-${region}`;
}

/** The repository of an image, in the pipeline's account. */
export function nameRepository(image: string): string {
  return `stepmill/${image}`;
}
