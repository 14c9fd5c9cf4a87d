import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Project } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { createStack, sharedStack } from '../testing/project-stack.testing.ts';
import { retrainedAbalone } from '../testing/watched-project.testing.ts';
import { accessOfMachine } from './check-permissions.ts';
import { type CheckedMachine, findStates, readMachine } from './check-states.ts';
import { TemplateResolver } from './template.ts';

const place = { account: '123456789012', partition: 'aws', region: 'eu-west-1' };

const withTrials: Project = {
  ...abalone,
  registry: { ...abalone.registry, packaging: 'single-container' },
  serving: {
    ...abalone.serving,
    trial: { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'promote' },
  },
};

let machines: ReadonlyMap<string, CheckedMachine>;

beforeAll(() => {
  machines = new Map([
    ...readMachines(createStack(withTrials).stack),
    ...readMachines(sharedStack(retrainedAbalone).stack, 'abalone-retraining'),
  ]);
}, 300_000);

/** The state machines of a stack, or the one of this name. */
function readMachines(stack: Stack, name?: string): readonly (readonly [string, CheckedMachine])[] {
  const resolver = new TemplateResolver(Template.fromStack(stack).toJSON() as never, place);
  return resolver
    .resources('AWS::StepFunctions::StateMachine')
    .filter((resource) => name === undefined || resource.name === name)
    .map((resource) => [resource.name, readMachine(resource)]);
}

function machineOf(name: string): CheckedMachine {
  const machine = machines.get(name);
  if (machine?.visits === undefined) throw new Error(`${name}: ${machine?.problem ?? 'unknown'}`);
  return machine;
}

/** The recorded transitions of states whose names match: from, error, to. */
function waysOut(machine: string, states: RegExp): readonly string[] {
  return (machineOf(machine).visits ?? []).flatMap(({ state, answer, outcome }) => {
    if (!states.test(state) || (answer?.kind === 'error' && answer.error === 'Stepmill.Check')) {
      return [];
    }
    const error = answer?.kind === 'error' ? ` (${answer.error})` : '';
    return [`${state}${error} > ${outcome.kind === 'left' ? outcome.next : outcome.kind}`];
  });
}

const CONDITION = 'DynamoDB.ConditionalCheckFailedException';
const UNKNOWN = 'Sfn.ExecutionDoesNotExistException';

describe('the recorded transitions of', () => {
  it.each([
    ['abalone-training', 'dataset', 'Wait for uploads to settle', 'Duplicate'],
    ['abalone-training', 'content', 'Keep dataset', 'Duplicate'],
    ['abalone-promotion', 'endpoint', 'Gather approvals', 'Wait for claim on endpoint'],
  ])('%s go through every answer to a claim on a %s', (machine, thing, taken, held) => {
    const ways = waysOut(
      machine,
      new RegExp(
        `^(Claim|Read claim on|Look up owner of|Does owner keep claim on|Take over claim on) ${thing}`,
      ),
    );

    expect(new Set(ways)).toEqual(
      new Set([
        `Claim ${thing} > ${taken}`,
        `Claim ${thing} (${CONDITION}) > Read claim on ${thing}`,
        `Read claim on ${thing} > Is claim on ${thing} ours?`,
        `Look up owner of ${thing} > Does owner keep claim on ${thing}?`,
        `Look up owner of ${thing} (${UNKNOWN}) > retried`,
        `Look up owner of ${thing} (${UNKNOWN}) > Does owner keep claim on ${thing}?`,
        `Does owner keep claim on ${thing}? > ${held}`,
        `Does owner keep claim on ${thing}? > Take over claim on ${thing}`,
        `Take over claim on ${thing} > ${taken}`,
      ]),
    );
  });

  it.each([
    ['the clock of a trial', 'abalone-trial'],
    ['a decision to train again', 'abalone-retraining'],
  ])('%s go through every state', (_what, name) => {
    const { definition, visits } = machineOf(name);
    const visited = new Set(visits?.map(({ state }) => state));

    const missed = findStates(JSON.parse(definition))
      .map(([state]) => state)
      .filter((state) => !visited.has(state));

    expect(missed).toEqual([]);
  });

  it('a promotion put a model on trial beside the live one', () => {
    const visited = machineOf('abalone-promotion').visits?.map(({ state }) => state);

    expect(visited).toContain('Create trial config');
    expect(visited).toContain('On trial');
  });
});

describe('the access that is needed', () => {
  const states = 'arn:aws:states:eu-west-1:123456789012';

  it.each([
    ['abalone-training', 'states:DescribeExecution', `${states}:execution:abalone-training:other`],
    [
      'abalone-promotion',
      'states:DescribeExecution',
      `${states}:execution:abalone-promotion:other`,
    ],
    ['abalone-trial', 'states:StartExecution', `${states}:stateMachine:abalone-promotion`],
  ])('by %s is %s on %s', (machine, action, resource) => {
    const needed = accessOfMachine(machineOf(machine), place);

    expect(needed.filter((access) => access.action === action)).toEqual([{ action, resource }]);
  });

  it.each([
    ['abalone-training', ['content#', 'dataset#']],
    ['abalone-promotion', ['endpoint#']],
  ])('by %s names the claims that it is on', (machine, prefixes) => {
    const needed = accessOfMachine(machineOf(machine), place);
    const keys = needed.flatMap(({ action, context = [] }) =>
      action.startsWith('dynamodb:')
        ? context.flatMap(({ ContextKeyValues: values = [] }) => values)
        : [],
    );

    const found = new Set(keys.map((key) => key.slice(0, key.indexOf('#') + 1)));
    expect([...found].toSorted()).toEqual(prefixes);
  });
});
