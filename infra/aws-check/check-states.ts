import { isDeepStrictEqual } from 'node:util';
import {
  type SFNClient,
  TestStateCommand,
  type TestStateCommandInput,
  type TestStateCommandOutput,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { executionIdentity } from '../simulation/index.ts';
import type { RecordedVisit } from './recorded-visits.ts';
import { type CheckResult, judgeError } from './report.ts';
import { recordVisits } from './scenarios.ts';
import type { ResolvedResource } from './template.ts';

type State = Readonly<Record<string, unknown>>;

const VALIDATE = 'ValidateStateMachineDefinition';
const TEST = 'TestState';
const TASK_LIKE: ReadonlySet<unknown> = new Set(['Task', 'Map', 'Parallel']);

/** Functions whose value changes with every evaluation. */
const CHANGING = /\$(uuid|random|now|millis)\(/;

/** A state machine's definition with its references resolved. */
export interface CheckedMachine {
  readonly name: string;
  readonly definition: string;
  /** The inputs and results of its states in this process; undefined if it cannot run. */
  readonly visits: readonly RecordedVisit[] | undefined;
  readonly problem: string | undefined;
}

/** Runs a state machine of the template in this process. */
export function readMachine({ name, properties }: ResolvedResource): CheckedMachine {
  const definition = String(properties['DefinitionString']);
  try {
    return { name, definition, visits: recordVisits(name, definition), problem: undefined };
  } catch (error) {
    return { name, definition, visits: undefined, problem: String(error) };
  }
}

/** Lets Step Functions validate a whole definition. */
export async function checkDefinition(
  client: SFNClient,
  { name, definition }: CheckedMachine,
): Promise<CheckResult> {
  try {
    const command = new ValidateStateMachineDefinitionCommand({ definition, severity: 'WARNING' });
    const { diagnostics = [], result } = await client.send(command);
    const note = diagnostics
      .map(({ code, location, message }) => `${code}: ${message} at ${location ?? '/'}`)
      .join('; ');
    return result === 'OK' && diagnostics.length === 0
      ? { check: VALIDATE, subject: name, status: 'ok' }
      : { check: VALIDATE, subject: name, status: 'FINDING', note: note || String(result) };
  } catch (error) {
    return judgeError(VALIDATE, name, error);
  }
}

/**
 * Lets Step Functions run each state that was visited in this process on the same input and variables,
 * tasks with the answer they had here, so that nothing is called, and compares what it makes of them.
 */
export async function checkStates(
  client: SFNClient,
  machine: CheckedMachine,
): Promise<readonly CheckResult[]> {
  const { definition, name, problem, visits } = machine;
  if (visits === undefined) {
    return [
      problem === undefined
        ? { check: TEST, subject: name, status: 'left out', note: 'no recorded tasks for it' }
        : { check: TEST, subject: name, status: 'FINDING', note: `does not run: ${problem}` },
    ];
  }
  const states = new Map(findStates(JSON.parse(definition)));
  const results: CheckResult[] = [];
  for (const visit of visits) {
    const state = states.get(visit.state);
    if (state === undefined) continue;
    const result = await checkVisit(client, machine, state, visit);
    results.push(result);
    if (result.status === 'not available') return results;
  }
  const visited = new Set(visits.map(({ state }) => state));
  const missed = [...states.keys()].filter((state) => !visited.has(state));
  if (missed.length > 0) {
    results.push({
      check: TEST,
      subject: name,
      status: 'left out',
      note: `${missed.length} of ${states.size} states were not reached by any recorded execution: ${missed.join(', ')}`,
    });
  }
  return results;
}

async function checkVisit(
  client: SFNClient,
  { name }: CheckedMachine,
  state: State,
  visit: RecordedVisit,
): Promise<CheckResult> {
  const subject = `${name} / ${visit.state}${wayOf(visit)}`;
  const reason = reasonToLeaveOut(state, visit);
  if (reason !== undefined) return { check: TEST, subject, status: 'left out', note: reason };
  try {
    const answer = await client.send(new TestStateCommand(requestOf(state, visit)));
    const differences = compare(state, visit, answer);
    return differences.length === 0
      ? { check: TEST, subject, status: 'ok' }
      : { check: TEST, subject, status: 'FINDING', note: differences.join('; ') };
  } catch (error) {
    return judgeError(TEST, subject, error);
  }
}

function wayOf({ answer, outcome }: RecordedVisit): string {
  const failed = answer?.kind === 'error' ? ` after ${answer.error}` : '';
  return outcome.kind === 'left'
    ? `${failed} > ${outcome.next ?? 'end'}`
    : `${failed} ${outcome.kind}`;
}

/** Why AWS cannot be asked to run a state alone as it ran here. */
function reasonToLeaveOut(state: State, { answer }: RecordedVisit): string | undefined {
  const { Type: type } = state;
  if (type === 'Wait') return 'it would wait';
  if (type === 'Map' || type === 'Parallel') return 'its states are tested one by one';
  if (type === 'Task') return answer === undefined ? 'it was never answered' : undefined;
  return JSON.stringify(state).includes('$states.context')
    ? 'it reads the context, which TestState takes only with a mock'
    : undefined;
}

function requestOf(state: State, visit: RecordedVisit): TestStateCommandInput {
  const { answer, input, retries, variables } = visit;
  const request: TestStateCommandInput = {
    definition: JSON.stringify({ QueryLanguage: 'JSONata', ...state }),
    input: JSON.stringify(input),
    variables: JSON.stringify(variables),
    inspectionLevel: 'DEBUG',
  };
  if (!TASK_LIKE.has(state['Type']) || answer === undefined) return request;
  const mock =
    answer.kind === 'result'
      ? { result: JSON.stringify(answer.result), fieldValidationMode: 'PRESENT' as const }
      : { errorOutput: { error: answer.error, cause: answer.cause } };
  return {
    ...request,
    mock,
    context: JSON.stringify(contextOf(visit)),
    ...(answer.kind === 'error' ? { stateConfiguration: { retrierRetryCount: retries } } : {}),
  };
}

/** The context object in this process. */
function contextOf({ enteredAt, execution, retries, state }: RecordedVisit) {
  const { executionArn, executionName, roleArn, stateMachineArn, stateMachineName } =
    executionIdentity;
  return {
    Execution: {
      Id: executionArn,
      Input: execution.input,
      Name: executionName,
      RedriveCount: 0,
      RoleArn: roleArn,
      StartTime: execution.startedAt,
    },
    StateMachine: { Id: stateMachineArn, Name: stateMachineName },
    State: { Name: state, EnteredTime: enteredAt, RetryCount: retries },
  };
}

/** The differences between AWS's result and that of this process. */
function compare(
  state: State,
  { answer, outcome, task }: RecordedVisit,
  given: TestStateCommandOutput,
): readonly string[] {
  const differences: string[] = [];
  const expect = (what: string, here: unknown, there: unknown) => {
    // Documents of the engine hold numbers as they were written.
    const plain = here === undefined ? undefined : JSON.parse(JSON.stringify(here));
    if (isDeepStrictEqual(plain, there)) return;
    differences.push(`${what} is ${shorten(there)}, here ${shorten(plain)}`);
  };
  if (outcome.kind === 'retried') expect('status', 'RETRIABLE', given.status);
  else if (outcome.kind === 'failed') {
    expect('status', 'FAILED', given.status);
    expect('error', outcome.error, given.error);
  } else {
    expect('status', answer?.kind === 'error' ? 'CAUGHT_ERROR' : 'SUCCEEDED', given.status);
    expect('nextState', outcome.next, given.nextState);
    if (!CHANGING.test(JSON.stringify(state))) {
      expect('output', outcome.output, parseText(given.output));
    }
  }
  const { afterArguments } = given.inspectionData ?? {};
  if (task !== undefined && afterArguments !== undefined && !CHANGING.test(JSON.stringify(state))) {
    expect('arguments', task, parseText(afterArguments));
  }
  return differences;
}

function parseText(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

const SHOWN_CHARACTERS = 200;

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** Every state by its name, including those of a Map or a Parallel. */
export function findStates(value: unknown): readonly (readonly [string, State])[] {
  if (typeof value !== 'object' || value === null) return [];
  const { States: own } = value as { readonly States?: Readonly<Record<string, State>> };
  const here = typeof own === 'object' && own !== null ? Object.entries(own) : [];
  const inner = here.flatMap(([, { Branches: branches, ItemProcessor: processor }]) =>
    [...(Array.isArray(branches) ? branches : []), processor].flatMap((group) => findStates(group)),
  );
  return [...here, ...inner];
}
