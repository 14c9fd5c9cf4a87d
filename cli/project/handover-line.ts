import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from './project-resources.ts';

/** Where an approved model goes next, and how to decide about it there; undefined where it goes nowhere. */
export function describeHandover(
  { isLocal }: Pick<Connection, 'isLocal'>,
  { project, handover }: Pick<ProjectResources, 'project' | 'handover'>,
): readonly string[] | undefined {
  const to = handover?.to;
  if (to === undefined) return undefined;
  const options = `--environment ${to.environment} --project ${project}`;
  const command = (name: string) =>
    isLocal
      ? `AWS_ACCESS_KEY_ID=${to.account} npx stepmill ${name} ${options}`
      : `npx stepmill ${name} ${options} --aws, with credentials of ${to.account}`;
  return [
    `It is handed over to ${to.environment}, in account ${to.account}, ${to.approval ? 'where it waits for approval' : 'and goes live there'}:`,
    `  ${command(to.approval ? 'approve' : 'status')}`,
  ];
}
