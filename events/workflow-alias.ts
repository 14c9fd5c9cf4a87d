import type { ProjectParameter } from './project-parameter.ts';

/** The alias under which executions of every workflow are started; the machine itself always runs the newest definition. */
export const WORKFLOW_ALIAS = 'live';

/** The ARN that starts a workflow under its alias. */
export function nameLiveWorkflow(stateMachineArn: string): string {
  return `${stateMachineArn}:${WORKFLOW_ALIAS}`;
}

/**
 * What a client starts in place of a project's state machine.
 *
 * @returns the machine itself in a stack that was deployed before there were aliases
 */
export function startableWorkflow(
  { workflowAlias }: Pick<ProjectParameter, 'workflowAlias'>,
  stateMachineArn: string,
): string {
  return workflowAlias === undefined ? stateMachineArn : `${stateMachineArn}:${workflowAlias}`;
}
