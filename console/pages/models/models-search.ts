import type { Schemas } from '../../../api/client/index.ts';

type ApprovalStatus = Schemas['ApprovalStatus'];

export const STATUSES = [
  'PendingManualApproval',
  'Approved',
  'Rejected',
] as const satisfies readonly ApprovalStatus[];

/** What of the models is shown. */
export interface ModelsSearch {
  readonly project?: string;
  readonly status?: ApprovalStatus;
}

/** Reads the query of the page's address; what it does not know is left out. */
export function readModelsSearch({
  project,
  status,
}: Readonly<Record<string, unknown>>): ModelsSearch {
  const known = STATUSES.find((each) => each === status);
  return {
    ...(typeof project === 'string' ? { project } : {}),
    ...(known === undefined ? {} : { status: known }),
  };
}
