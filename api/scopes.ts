/** The identifier of the resource server in Cognito; a token's scope is `stepmill/read`. */
export const RESOURCE_SERVER = 'stepmill';

/** What a client may be given. Scopes limit clients; groups say what a person may do. */
export const scopes = {
  read: 'See projects, data, executions, models and endpoints',
  predict: 'Ask live models for predictions',
  train: 'Upload data; start, stop and redrive executions',
  approve: 'Approve and reject models, roll back, end trials',
} as const;

export type Scope = keyof typeof scopes;

/** What a person may be. A person can be in several groups, and none includes another. */
export const groups = {
  viewer: 'Sees everything and asks live models',
  operator: 'Sees everything, asks live models, uploads data and runs trainings',
  approver: 'Sees everything, asks live models and decides which model is live',
} as const;

export type Group = keyof typeof groups;

/** All groups. */
export const anyGroup = Object.keys(groups) as readonly Group[];

/** A scope as tokens name it. */
export function nameScope(scope: Scope): string {
  return `${RESOURCE_SERVER}/${scope}`;
}
