import { stripVTControlCharacters } from 'node:util';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  SFNClient,
  StopExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printVersions } from '../../cli/commands/workflow.ts';
import { scriptedConnection } from '../../cli/connection/scripted-connection.testing.ts';
import type { ProjectResources } from '../../cli/project/project-resources.ts';
import { writtenTerminal } from '../../cli/terminal/written-terminal.testing.ts';
import { createStepFunctionsService } from '../../local/services/stepfunctions/index.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';
import { listWorkflowVersions, rollBackWorkflow, startTraining } from '../../operations/index.ts';

/** The way back from a bad definition, gone on the local Step Functions with AWS's own client. */

let runtime: TestRuntime;
let states: SFNClient;

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:abalone-training';
const project = {
  project: 'abalone',
  bucket: 'b',
  incomingPrefix: 'incoming/',
  workflowAlias: 'live',
  trainingStateMachineArn: MACHINE,
  promotionStateMachineArn: `${MACHINE}-of-promotion`,
} as ProjectResources;

const clients = () => ({
  ...scriptedConnection({
    HeadObject: () => ({ ContentLength: 1, ETag: '"e"', VersionId: 'v' }),
  }),
  states,
});

/** What the version is: it waits for a person, and then says its name. */
const definition = (name: string) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 60, Next: 'End' },
      End: { Type: 'Pass', Output: name, End: true },
    },
  });

beforeAll(async () => {
  runtime = await startTestRuntime([createStepFunctionsService]);
  states = new SFNClient(runtime.clientConfig);
  await states.send(
    new CreateStateMachineCommand({
      name: 'abalone-training',
      definition: definition('good'),
      roleArn: 'arn:aws:iam::000000000000:role/r',
      publish: true,
    }),
  );
  await states.send(
    new CreateStateMachineAliasCommand({
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }],
    }),
  );
});

afterAll(() => runtime.stop());

/** As a deployment does. */
async function deploy(name: string): Promise<void> {
  const { stateMachineVersionArn } = await states.send(
    new UpdateStateMachineCommand({
      stateMachineArn: MACHINE,
      definition: definition(name),
      publish: true,
    }),
  );
  await states.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: `${MACHINE}:live`,
      routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
    }),
  );
}

/** As people and the API do. */
const train = () => startTraining(clients(), project, { key: 'data.csv', settings: {} });

async function versionOf(executionArn: string) {
  const [{ status, stateMachineVersionArn }, { definition: text = '' }] = await Promise.all([
    states.send(new DescribeExecutionCommand({ executionArn })),
    states.send(new DescribeStateMachineForExecutionCommand({ executionArn })),
  ]);
  const number = stateMachineVersionArn?.split(':').at(-1);
  return `${status} ${number} ${/good|bad/.exec(text)?.[0]}`;
}

const refusal = (to?: number) =>
  rollBackWorkflow(clients(), project, 'training', { to }).then(
    () => 'done',
    (error: Error) => error.message,
  );

it('takes a workflow back to the definition before: running executions finish on theirs', async () => {
  const before = await train();
  await deploy('bad');
  const onBad = await train();

  const versions = await rollBackWorkflow(clients(), project, 'training', {});
  const after = await train();

  expect(versions.map(({ number, percent }) => [number, percent])).toEqual([
    [2, 0],
    [1, 100],
  ]);
  expect(await Promise.all([before, onBad, after].map(versionOf))).toEqual([
    'RUNNING 1 good',
    'RUNNING 2 bad',
    'RUNNING 1 good',
  ]);
  for (const executionArn of [before, onBad, after]) {
    await states.send(new StopExecutionCommand({ executionArn }));
  }
});

it('gives a version a share first, and shows the shares', async () => {
  await rollBackWorkflow(clients(), project, 'training', { to: 2, percent: 10 });

  const terminal = writtenTerminal();
  printVersions(await listWorkflowVersions(clients(), project, 'training'), terminal);
  const executions = await Promise.all(Array.from({ length: 20 }, train));
  const ran = await Promise.all(executions.map(versionOf));

  expect(
    terminal.lines.map((line) =>
      stripVTControlCharacters(line).replaceAll(/\d{4}-\S+ \S+/g, 'DATE'),
    ),
  ).toEqual([
    '2  DATE  10 % of the executions that start',
    '1  DATE  90 % of the executions that start',
  ]);
  expect(ran.filter((each) => each.includes('good')).length).toBeGreaterThan(10);
});

it('takes a version back to which a deployment has shifted a share', async () => {
  const shares = await rollBackWorkflow(clients(), project, 'training', { to: 1, percent: 60 });
  const versions = await rollBackWorkflow(clients(), project, 'training', {});

  expect(
    [shares, versions].map((all) => all.map(({ number, percent }) => [number, percent])),
  ).toEqual([
    [
      [2, 40],
      [1, 60],
    ],
    [
      [2, 0],
      [1, 100],
    ],
  ]);
});

it('refuses by name what it cannot do, and changes nothing', async () => {
  expect(await Promise.all([refusal(), refusal(1), refusal(9)])).toEqual([
    'training has no version before 1, so there is nothing to go back to; nothing was changed. Its versions are 2, 1.',
    'All executions of training start on version 1 already; nothing was changed.',
    'training has no version 9; nothing was changed. Its versions are 2, 1.',
  ]);
  const { workflowAlias: _alias, ...old } = project;
  await expect(listWorkflowVersions(clients(), old, 'training')).rejects.toThrow(
    /was deployed before workflows had versions/,
  );
  await expect(listWorkflowVersions(clients(), project, 'scoring')).rejects.toThrow(
    'abalone has no workflow "scoring"; nothing was changed. Its workflows are training, promotion.',
  );
});

it('starts the state machine of a stack from before there were aliases', async () => {
  const { workflowAlias: _alias, ...old } = project;

  const executionArn = await startTraining(clients(), old, { key: 'data.csv', settings: {} });

  const { stateMachineAliasArn } = await states.send(
    new DescribeExecutionCommand({ executionArn }),
  );
  expect(stateMachineAliasArn).toBeUndefined();
});
