import type { ListedStatus, Workflow } from '../../data/executions.ts';

export const WORKFLOWS = [
  'training',
  'promotion',
  'trial',
  'scoring',
  'monitoring',
  'retraining',
] as const satisfies readonly Workflow[];

export const STATUSES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
] as const satisfies readonly ListedStatus[];

/** Which executions are shown. */
export interface ExecutionsSearch {
  /** @default the first project */
  readonly project?: string;
  /** @default training */
  readonly workflow?: Workflow;
  readonly status?: ListedStatus;
  /** @default 1 */
  readonly page?: number;
}

/** Reads the query of the page's address; what it does not know is left out. */
export function readExecutionsSearch({
  project,
  workflow,
  status,
  page,
}: Readonly<Record<string, unknown>>): ExecutionsSearch {
  const knownWorkflow = WORKFLOWS.find((each) => each === workflow);
  const knownStatus = STATUSES.find((each) => each === status);
  return {
    ...(typeof project === 'string' ? { project } : {}),
    ...(knownWorkflow === undefined ? {} : { workflow: knownWorkflow }),
    ...(knownStatus === undefined ? {} : { status: knownStatus }),
    ...(typeof page === 'number' && page > 1 ? { page: Math.floor(page) } : {}),
  };
}
