import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { trainingPatients } from './patients.ts';
import { watchedServing } from './scene.ts';
import { storyServing } from './stage.ts';

/** The project of a story, how the story has it, and what its first model is trained on. */
export interface Scenery {
  readonly project: string;
  /** Settings of the app's context, by their names, that differ from the project's definition. */
  readonly settings: Readonly<
    Record<'serving' | 'monitoring' | 'retraining', Readonly<Record<string, unknown>> | undefined>
  >;
  /** What the synthetic rows are, for people. */
  readonly rows: string;
  /** The synthetic rows, as text of a file. */
  readonly makeData: () => string;
}

/** Patients of hospitals: the real encounters are not downloaded. */
export const patientScenery: Scenery = {
  project: 'adherence',
  settings: {
    serving: watchedServing,
    monitoring: undefined,
    // Only the story of the next visits asks.
    retraining: { triggers: ['schedule'], schedule: { expression: 'rate(365 days)' } },
  },
  rows: 'patients',
  makeData: trainingPatients,
};

/** Few, so that what is learned later counts for more. */
const FIRST_ABALONES = 500;
const FIRST_SEED = 20_261_130;

/** A few sea snails, whose model is trained again. */
export const abaloneScenery: Scenery = {
  project: 'abalone',
  settings: {
    serving: { ...storyServing, ...watchedServing },
    // The story of drift shows that it takes two windows; here one is enough.
    monitoring: { alarm: { drifted: 1, windows: 1 } },
    retraining: {},
  },
  rows: 'abalones',
  makeData: () => generateAbaloneSample(FIRST_SEED, FIRST_ABALONES),
};

/** Trainings that a project may start in a month, in the story of a season. */
export const SEASON_BUDGET = 1;

/** The same, with a budget that a season spends. */
export const seasonScenery: Scenery = {
  ...abaloneScenery,
  settings: {
    ...abaloneScenery.settings,
    retraining: { coolDownHours: 1, maximumPerMonth: SEASON_BUDGET },
  },
};

/** The context of the app for a scenery; texts, as `cdk synth -c` takes them. */
export function contextOf({ project, settings }: Scenery): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, changes]) =>
      changes === undefined ? [] : [[name, JSON.stringify({ [project]: changes })]],
    ),
  );
}
