import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { sharedDefinition, sharedStack } from './project-stack.testing.ts';

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
  return sharedDefinition(watchedAbalone, workflow);
}

/** The same, whose labels are there when a window ends. */
const promptAbalone = defineProject({
  ...(watchedAbalone as ProjectInput),
  monitoring: { schedule: { expression: 'rate(6 hours)' }, windowHours: 6, labelHours: 0 },
});

/** The stack of it. */
export function promptStack(): ReturnType<typeof sharedStack>['stack'] {
  return sharedStack(promptAbalone).stack;
}

/** The same, retrained automatically, whoever asks. */
export const retrainedAbalone = defineProject({
  ...(watchedAbalone as ProjectInput),
  retraining: {
    triggers: ['drift', 'quality', 'labels', 'schedule'],
    schedule: { expression: 'rate(7 days)' },
    minimumNewRows: 200,
    coolDownHours: 24,
    maximumPerMonth: 4,
  },
});

/** The same, whose datasets are folders, and whose label is derived from the next row of a group. */
export const retrainedFolders = defineProject({
  ...(retrainedAbalone as ProjectInput),
  problem: 'binary',
  gate: { bounds: [{ metric: 'auc', minimum: 0.6 }] },
  dataset: {
    ...(retrainedAbalone as ProjectInput).dataset,
    label: 'shrinks',
    layout: 'folder',
    marker: '_SUCCESS',
  },
  target: {
    derived: {
      type: 'dropped-by-next',
      groupBy: 'sex',
      orderBy: 'length',
      columns: ['height'],
      absent: ['0'],
    },
  },
});

/** The definition of one of its workflows. */
export function retrainedDefinition(workflow: string): string {
  return sharedDefinition(retrainedAbalone, workflow);
}
