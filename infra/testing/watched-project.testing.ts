import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { readDefinition, sharedStack } from './project-stack.testing.ts';

/** Abalone with everything that a project need not have. */
export const watchedAbalone = defineProject({
  ...(abalone as ProjectInput),
  scoring: {
    schedule: {
      expression: 'cron(0 6 * * ? *)',
      timeZone: 'Europe/Berlin',
      file: 'daily.csv',
    },
  },
  monitoring: { schedule: { expression: 'rate(6 hours)' }, windowHours: 6 },
});

/** The definition of one of its workflows. */
export function watchedDefinition(workflow: string): string {
  return readDefinition(sharedStack(watchedAbalone).stack, workflow);
}
