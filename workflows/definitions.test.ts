import { describe, expect, it } from 'vitest';
import { type InstanceServing, type Project, type Trial } from '../definition/index.ts';
import { computedProjects } from '../infra/testing/computed-projects.testing.ts';
import { abaloneDefinition, sharedDefinition } from '../infra/testing/project-stack.testing.ts';
import { abaloneInContainers, abaloneOnLambda } from '../infra/testing/served-projects.testing.ts';
import {
  retrainedDefinition,
  watchedDefinition,
} from '../infra/testing/watched-project.testing.ts';
import { abalone } from '../projects/abalone/project.ts';

const print = (value: unknown): string => JSON.stringify(value, undefined, 2);

it.each(['Training', 'Promotion', 'UnclaimedUploads'])(
  'The definition of %s is the recorded one',
  async (workflow) => {
    const definition: unknown = JSON.parse(abaloneDefinition(workflow));

    await expect(print(definition)).toMatchFileSnapshot(`__snapshots__/${workflow}.asl.txt`);
  },
);

it.each(['Scoring', 'Monitoring'])('The definition of %s is the recorded one', async (workflow) => {
  const definition: unknown = JSON.parse(watchedDefinition(workflow));

  await expect(print(definition)).toMatchFileSnapshot(`__snapshots__/${workflow}.asl.txt`);
});

it('The definition of Retraining is the recorded one', async () => {
  const definition: unknown = JSON.parse(retrainedDefinition('Retraining'));

  await expect(print(definition)).toMatchFileSnapshot('__snapshots__/Retraining.asl.txt');
});

interface Definition {
  readonly States: Readonly<Record<string, object>>;
}

/** What a definition has in another way than one that is recorded whole: its states, and null for one that it lacks. */
function differencesOf(definition: string, recorded: string): object {
  const { States: own, ...top } = JSON.parse(definition) as Definition;
  const { States: other, ...otherTop } = JSON.parse(recorded) as Definition;
  const names = [...new Set([...Object.keys(own), ...Object.keys(other)])].toSorted();
  const differing = names.filter((name) => print(own[name]) !== print(other[name]));
  return {
    ...(print(top) === print(otherTop) ? {} : top),
    States: Object.fromEntries(differing.map((name) => [name, own[name] ?? null])),
  };
}

const single: Project = {
  ...abalone,
  registry: { ...abalone.registry, packaging: 'single-container' },
};
const { serving } = abalone;

const trying = (trial: Trial, more: Partial<InstanceServing> = {}): Project => ({
  ...single,
  serving: { ...serving, trial, ...more },
});

const autoscaling = {
  minimumInstances: 1,
  maximumInstances: 4,
  invocationsPerInstance: 100,
  scaleInCooldownSeconds: 300,
  scaleOutCooldownSeconds: 60,
};
const abTrial = trying(
  { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'promote' },
  { autoscaling },
);
const shadowTrial = trying({
  type: 'shadow',
  percent: 50,
  timeLimitHours: 2,
  whenTimeIsUp: 'withdraw',
});

const variants: readonly (readonly [name: string, project: Project])[] = [
  ['ab-trial', abTrial],
  ['shadow-trial', shadowTrial],
  [
    'without-alarms',
    {
      ...abalone,
      serving: {
        ...serving,
        alarms: {
          errorPercent: null,
          p99LatencyMilliseconds: null,
          wrongAnswers: null,
          errorIncreasePercent: null,
          named: [],
        },
      },
    },
  ],
  [
    'serverless',
    {
      ...single,
      serving: {
        type: 'serverless',
        memoryMb: 2048,
        maxConcurrency: 5,
        provisionedConcurrency: 1,
        keepPrevious: 3,
        gatherSeconds: 5,
        pollSeconds: 15,
      },
    },
  ],
  ['lambda', abaloneOnLambda],
  ['container', abaloneInContainers],
];

describe('a project that is retrained automatically', () => {
  it.each([
    ['Training', abaloneDefinition],
    ['Monitoring', watchedDefinition],
  ] as const)('changes these states of %s', async (workflow, recorded) => {
    const differences = differencesOf(retrainedDefinition(workflow), recorded(workflow));

    await expect(print(differences)).toMatchFileSnapshot(
      `__snapshots__/${workflow}-retraining.asl.txt`,
    );
  });
});

it.each(Object.entries(computedProjects))(
  'A project that trains on %s changes these states of Training',
  async (name, project) => {
    const definition = sharedDefinition(project, 'Training');
    const onSageMaker = { ...project, compute: { type: 'sagemaker' }, oneJob: false } as const;
    const recorded = sharedDefinition(onSageMaker, 'Training');
    const differences = differencesOf(definition, recorded);

    await expect(print(differences)).toMatchFileSnapshot(`__snapshots__/Training-${name}.asl.txt`);
  },
);

describe('a project with other serving', () => {
  it.each(variants)('changes these states of Promotion: %s', async (name, project) => {
    const definition = sharedDefinition(project, 'Promotion');
    const differences = differencesOf(definition, abaloneDefinition('Promotion'));

    await expect(print(differences)).toMatchFileSnapshot(`__snapshots__/Promotion-${name}.asl.txt`);
  });

  it('has the recorded clock of a trial', async () => {
    const ab = sharedDefinition(abTrial, 'Trial');
    const shadow = sharedDefinition(shadowTrial, 'Trial');

    await expect(print(JSON.parse(ab))).toMatchFileSnapshot('__snapshots__/Trial.asl.txt');
    await expect(print(differencesOf(shadow, ab))).toMatchFileSnapshot(
      '__snapshots__/Trial-shadow-trial.asl.txt',
    );
  });
});
