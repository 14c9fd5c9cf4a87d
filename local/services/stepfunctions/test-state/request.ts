import type { MockInput, TestStateInput } from '@aws-sdk/client-sfn';
import { type Json, type JsonObject, parseDocument } from '../../../../engine/index.ts';
import { parseDefinition, parseStateDefinition } from '../definition.ts';
import { InvalidDefinition, InvalidExecutionInput, ValidationException } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { isJsonObject, textOf } from '../json-value.ts';
import { checkRoleArn } from '../role.ts';
import { readContext } from './context-object.ts';
import { checkMockResult } from './mock-result.ts';

/** A validated TestState request. */
export interface TestedState {
  /** The name in the context object; AWS uses a fixed one for a state without a name. */
  readonly name: string;
  readonly state: JsonObject;
  /** Of the machine the state comes from. */
  readonly queryLanguage: string | undefined;
  readonly input: Json;
  readonly variables: JsonObject | undefined;
  readonly context: JsonObject | undefined;
  readonly mock: TestMock | undefined;
  /** The mocked data of a Map's ItemReader. */
  readonly readerData: string | undefined;
  /** The nearest Map around a state of a machine. */
  readonly enclosingMap: JsonObject | undefined;
}

export type TestMock =
  | {
      readonly kind: 'result';
      readonly result: Json;
      /** On a Map: the mocked number of failed iterations. */
      readonly failures?: number;
    }
  | {
      readonly kind: 'error';
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

/** AWS's name for a state without one. */
const NAMELESS_STATE = 'StateName';

const MOCKABLE: readonly unknown[] = ['Task', 'Map', 'Parallel'];

export async function readRequest(request: TestStateInput): Promise<TestedState> {
  if (request.roleArn !== undefined) checkRoleArn(request.roleArn);
  await checkDefinition(request);
  const { enclosingMap, name, queryLanguage, state } = findState(request);
  if (request.mock === undefined) checkUnmocked(request, state);
  else checkMocked(request, request.mock, state);
  const input = parseJsonText(request.input ?? '{}');
  if (!input.valid) throw new InvalidExecutionInput(input.problem);
  return {
    name,
    state,
    queryLanguage,
    input: input.value,
    variables: readVariables(request.variables),
    context:
      request.context === undefined
        ? undefined
        : readContext(request.context, {
            hasToken: waits(textOf(state['Resource'])),
          }),
    mock: request.mock === undefined ? undefined : readMock(request.mock, state),
    readerData: request.stateConfiguration?.mapItemReaderData,
    enclosingMap,
  };
}

type FoundState = Pick<TestedState, 'name' | 'state' | 'queryLanguage' | 'enclosingMap'>;

/** @throws InvalidDefinition */
async function checkDefinition({ definition = '', stateName }: TestStateInput): Promise<void> {
  if (stateName === undefined) await parseStateDefinition(definition);
  else await parseDefinition(definition, 'STANDARD');
}

/** The given state, or the state with that name in a state machine. */
function findState({ definition = '', stateName }: TestStateInput): FoundState {
  const parsed = parseDocument(definition) as JsonObject;
  const language = parsed['QueryLanguage'];
  const queryLanguage = typeof language === 'string' ? language : undefined;
  if (stateName === undefined) {
    return { name: NAMELESS_STATE, state: parsed, queryLanguage, enclosingMap: undefined };
  }
  const found = searchState(parsed, stateName, undefined);
  if (found === undefined) throw notFound();
  return { name: NAMELESS_STATE, queryLanguage, ...found };
}

function notFound(): ValidationException {
  return new ValidationException('State not found in definition');
}

/** State names are unique in the whole machine, so nested ones can be tested too. */
function searchState(
  group: JsonObject,
  name: string,
  enclosingMap: JsonObject | undefined,
): Pick<TestedState, 'state' | 'enclosingMap'> | undefined {
  const { States: states } = group;
  if (!isJsonObject(states)) return undefined;
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isJsonObject(own)) return { state: own, enclosingMap };
  for (const state of Object.values(states)) {
    if (!isJsonObject(state)) continue;
    const map = state['Type'] === 'Map' ? state : enclosingMap;
    for (const inner of groupsOf(state)) {
      const found = searchState(inner, name, map);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The groups of states in a state. */
function groupsOf(state: JsonObject): readonly JsonObject[] {
  const branches = Array.isArray(state['Branches']) ? (state['Branches'] as readonly Json[]) : [];
  return [...branches, state['ItemProcessor'] ?? null, state['Iterator'] ?? null].filter(
    isJsonObject,
  );
}

/** Whether a task integration waits for an event that cannot occur in a test. */
function waits(resource: string): boolean {
  return /\.(sync(:2)?|waitForTaskToken)$/.test(resource);
}

/**
 * What needs a mock.
 * https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
 */
function checkUnmocked(request: TestStateInput, state: JsonObject): void {
  const { stateConfiguration: configuration = {}, context } = request;
  refuseUnmocked('RetrierRetryCount', configuration.retrierRetryCount);
  refuseUnmocked('ErrorCausedByState', configuration.errorCausedByState);
  refuseUnmocked('MapIterationFailureCount', configuration.mapIterationFailureCount);
  refuseUnmocked('MapItemReaderData', configuration.mapItemReaderData);
  refuseUnmocked('Context', context);
  const type = textOf(state['Type']);
  if (type === 'Map' || type === 'Parallel') {
    throw new InvalidDefinition(
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (type !== 'Task') return;
  const resource = textOf(state['Resource']);
  const [pattern] = /\.(sync(:2)?|waitForTaskToken)$/.exec(resource) ?? [];
  if (pattern !== undefined) {
    refuseUnmocked(`the '${pattern}' service integration pattern`, resource);
  }
  if (resource.includes(':activity:')) refuseUnmocked('Activity tasks', resource);
  if (request.roleArn === undefined) {
    throw new ValidationException('RoleArn must be specified when testing a Task state');
  }
}

function refuseUnmocked(what: string, given: unknown): void {
  if (given === undefined) return;
  throw new ValidationException(`TestState does not support ${what} when a mock is not specified.`);
}

function checkMocked(request: TestStateInput, mock: MockInput, state: JsonObject): void {
  const type = textOf(state['Type']);
  if (request.revealSecrets === true) {
    throw new ValidationException(
      'TestState does not support RevealSecrets when a mock is specified.',
    );
  }
  if ((mock.result === undefined) === (mock.errorOutput === undefined)) {
    throw new ValidationException(
      'A test mock should have only one of the following fields: [result, errorOutput].',
    );
  }
  if (!MOCKABLE.includes(type)) {
    throw new ValidationException(`State type '${type}' is not supported when a mock is specified`);
  }
  if (mock.errorOutput !== undefined && type !== 'Task') {
    checkErrorSource(request.stateConfiguration?.errorCausedByState, state);
  }
}

/** The error of a Map or Parallel comes from a state in it. */
function checkErrorSource(name: string | undefined, state: JsonObject): void {
  if (name === undefined) {
    throw new ValidationException(
      'ErrorCausedByState must be specified when mocking an error of a Map or Parallel state.',
    );
  }
  const found = groupsOf(state).some((group) => searchState(group, name, undefined) !== undefined);
  if (!found) throw notFound();
}

function readMock(mock: MockInput, state: JsonObject): TestMock {
  if (mock.errorOutput !== undefined) {
    return { kind: 'error', error: mock.errorOutput.error, cause: mock.errorOutput.cause };
  }
  const parsed = parseJsonText(mock.result ?? '');
  if (!parsed.valid) throw new ValidationException('Mocked result must be valid JSON');
  const result = parsed.value;
  checkResultShape(state, result);
  if (state['Type'] === 'Task') {
    const resource = textOf(state['Resource']).replace(/^arn:[^:]+:states:::/, '');
    checkMockResult(resource, result, mock.fieldValidationMode);
  }
  return { kind: 'result', result };
}

function checkResultShape(state: JsonObject, result: Json): void {
  const writer = state['ResultWriter'];
  if (state['Type'] === 'Map' && isJsonObject(writer) && writer['Resource'] !== undefined) {
    if (!isJsonObject(result))
      throw new ValidationException('Mocked result must be a JSON object.');
    return;
  }
  if (state['Type'] !== 'Map' && state['Type'] !== 'Parallel') return;
  if (!Array.isArray(result)) throw new ValidationException('Mocked result must be an array.');
  const branches = state['Branches'];
  if (Array.isArray(branches) && branches.length !== result.length) {
    throw new ValidationException(
      'Mocked result must contain the same number of items as number of Parallel branches.',
    );
  }
}

function readVariables(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const parsed = parseJsonText(text);
  if (!parsed.valid || !isJsonObject(parsed.value)) {
    throw new ValidationException('Variables must be a valid JSON object.');
  }
  return parsed.value;
}
