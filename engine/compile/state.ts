import { compileJsonataRule, compileJsonPathRule } from '../flow/choice-rule.ts';
import type { DataFlow } from '../flow/data-flow.ts';
import { compileJsonataField, constantField, type Field } from '../flow/field.ts';
import { compileJsonataCatch, compileJsonataFlow } from '../flow/jsonata-flow.ts';
import {
  compilePathField,
  compilePayloadField,
  compileReferenceField,
} from '../flow/jsonpath-field.ts';
import {
  compileJsonPathCatch,
  compileJsonPathFlow,
  type JsonPathStages,
} from '../flow/jsonpath-flow.ts';
import { compileReferencePathField } from '../flow/reference-path.ts';
import type { Json, JsonObject } from '../json.ts';
import { isJsonObject, textOf } from '../json.ts';
import type {
  Batcher,
  Catcher,
  ChoiceState,
  FailState,
  ItemReader,
  Machine,
  MapState,
  ParallelState,
  PassState,
  QueryLanguage,
  Retrier,
  State,
  StateGroup,
  StateType,
  SucceedState,
  TaskState,
  WaitState,
  Writer,
} from '../machine.ts';
import { numberOf } from '../number-as-written.ts';
import { parseResource } from './resource.ts';

/** A state to compile, with its place in the machine. */
export interface StateSource {
  readonly name: string;
  readonly definition: JsonObject;
  /** The query language of the machine; a state can override it. */
  readonly machineLanguage: QueryLanguage;
  readonly compileGroup: (group: JsonObject, language: QueryLanguage) => StateGroup;
}

/** Compiles a valid state with all its fields. */
export function compileState(source: StateSource): State {
  return compilers[typeOf(source.name, source.definition)](source);
}

/** @throws TypeError for a state of an unknown type */
export function assertKnownType(name: string, definition: JsonObject): void {
  typeOf(name, definition);
}

function typeOf(name: string, definition: JsonObject): StateType {
  const type = textOf(definition['Type']);
  if (Object.hasOwn(compilers, type)) return type as StateType;
  throw new TypeError(
    `State '${name}' has no known Type; validate a definition before compiling it.`,
  );
}

const compilers: { readonly [Type in StateType]: (source: StateSource) => State } = {
  Pass: compilePass,
  Task: compileTask,
  Choice: compileChoice,
  Wait: compileWait,
  Succeed: compileSucceed,
  Fail: compileFail,
  Parallel: compileParallel,
  Map: compileMap,
};

function languageOf(source: StateSource): QueryLanguage {
  return source.definition['QueryLanguage'] === 'JSONata' ? 'JSONata' : source.machineLanguage;
}

function named(source: StateSource, stages: JsonPathStages, jsonata: 'none' | 'result') {
  const queryLanguage = languageOf(source);
  const flow: DataFlow =
    queryLanguage === 'JSONata'
      ? compileJsonataFlow(source.definition, jsonata)
      : compileJsonPathFlow(source.definition, stages);
  return { name: source.name, queryLanguage, flow };
}

function nextOf(definition: JsonObject): string | undefined {
  return typeof definition['Next'] === 'string' ? definition['Next'] : undefined;
}

/** A field that is called `Name` in both languages, or `NamePath` in JSONPath. */
function optional(source: StateSource, name: string, pathName = `${name}Path`): Field | undefined {
  const { definition } = source;
  const value = definition[name];
  if (value !== undefined) {
    return languageOf(source) === 'JSONata'
      ? compileJsonataField(name, value)
      : constantField(name, value);
  }
  const path = definition[pathName];
  return typeof path === 'string' ? compilePathField(pathName, path) : undefined;
}

function compilePass(source: StateSource): PassState {
  return {
    type: 'Pass',
    ...named(source, { parameters: true, result: true }, 'none'),
    next: nextOf(source.definition),
    result: languageOf(source) === 'JSONPath' ? source.definition['Result'] : undefined,
  };
}

function compileSucceed(source: StateSource): SucceedState {
  return { type: 'Succeed', ...named(source, { parameters: false, result: false }, 'none') };
}

function compileWait(source: StateSource): WaitState {
  const seconds = optional(source, 'Seconds');
  const timestamp = optional(source, 'Timestamp');
  return {
    type: 'Wait',
    ...named(source, { parameters: false, result: false }, 'none'),
    next: nextOf(source.definition),
    until:
      timestamp === undefined
        ? { kind: 'seconds', field: seconds ?? constantField('Seconds', 0) }
        : { kind: 'timestamp', field: timestamp },
  };
}

function compileFail(source: StateSource): FailState {
  return {
    type: 'Fail',
    ...named(source, { parameters: false, result: false }, 'none'),
    error: failField(source, 'Error'),
    cause: failField(source, 'Cause'),
  };
}

function failField(source: StateSource, name: string): Field | undefined {
  const path = source.definition[`${name}Path`];
  if (typeof path === 'string') return compileReferenceField(`${name}Path`, path);
  return optional(source, name);
}

function compileChoice(source: StateSource): ChoiceState {
  const { definition } = source;
  const rules = objectsOf(definition['Choices']);
  return {
    type: 'Choice',
    ...named(source, { parameters: false, result: false }, 'none'),
    rules:
      languageOf(source) === 'JSONata'
        ? rules.map(compileJsonataRule)
        : rules.map((rule) => compileJsonPathRule(rule)),
    default: typeof definition['Default'] === 'string' ? definition['Default'] : undefined,
  };
}

function compileTask(source: StateSource): TaskState {
  const { definition } = source;
  return {
    type: 'Task',
    ...named(source, { parameters: true, result: true }, 'result'),
    ...compileHandling(source),
    resource: parseResource(textOf(definition['Resource'])),
    timeoutSeconds: optional(source, 'TimeoutSeconds'),
    heartbeatSeconds: optional(source, 'HeartbeatSeconds'),
    roleArn: compileRole(source),
  };
}

function compileRole(source: StateSource): Field | undefined {
  const credentials = source.definition['Credentials'];
  if (!isJsonObject(credentials)) return undefined;
  const role = credentials['RoleArn'];
  const path = credentials['RoleArn.$'];
  if (typeof path === 'string') return compileReferenceField('RoleArn.$', path);
  if (role === undefined) return undefined;
  return languageOf(source) === 'JSONata'
    ? compileJsonataField('Credentials/RoleArn', role)
    : constantField('RoleArn', role);
}

function compileParallel(source: StateSource): ParallelState {
  return {
    type: 'Parallel',
    ...named(source, { parameters: true, result: true }, 'result'),
    ...compileHandling(source),
    branches: objectsOf(source.definition['Branches']).map((branch) =>
      source.compileGroup(branch, source.machineLanguage),
    ),
  };
}

function compileItems(source: StateSource): Field | undefined {
  const { ItemsPath: path } = source.definition;
  const isPath = typeof path === 'string' && languageOf(source) === 'JSONPath';
  return isPath ? compileReferencePathField('ItemsPath', path) : optional(source, 'Items');
}

function compileMap(source: StateSource): MapState {
  const { definition } = source;
  const processor = objectOf(definition['ItemProcessor'] ?? definition['Iterator']);
  const config = objectOf(processor['ProcessorConfig']);
  return {
    type: 'Map',
    ...named(mapSource(source), { parameters: true, result: true }, 'result'),
    ...compileHandling(source),
    mode: config['Mode'] === 'DISTRIBUTED' ? 'DISTRIBUTED' : 'INLINE',
    executionType: config['ExecutionType'] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    processor: compileProcessor(source, processor),
    items: compileItems(source),
    itemSelector: compileSelector(source),
    itemReader: compileReader(source),
    itemBatcher: compileBatcher(source),
    resultWriter: compileWriter(source),
    maxConcurrency: optional(source, 'MaxConcurrency'),
    toleratedFailureCount: optional(source, 'ToleratedFailureCount'),
    toleratedFailurePercentage: optional(source, 'ToleratedFailurePercentage'),
    label: typeof definition['Label'] === 'string' ? definition['Label'] : undefined,
  };
}

/** In a Map, `Parameters` is the old name of `ItemSelector`: it applies to items, not to the state's input. */
function mapSource(source: StateSource): StateSource {
  const { Parameters: _, ...definition } = source.definition;
  return { ...source, definition };
}

function compileProcessor(source: StateSource, processor: JsonObject): Machine {
  return {
    ...source.compileGroup(processor, source.machineLanguage),
    queryLanguage: source.machineLanguage,
    timeoutSeconds: undefined,
    definition: processor,
  };
}

function compileSelector(source: StateSource): Field | undefined {
  const { definition } = source;
  const selector = definition['ItemSelector'] ?? definition['Parameters'];
  if (selector === undefined) return undefined;
  return payloadOf(source, 'ItemSelector', selector);
}

function payloadOf(source: StateSource, name: string, value: Json): Field {
  return languageOf(source) === 'JSONata'
    ? compileJsonataField(name, value)
    : compilePayloadField(name, value);
}

function argumentsOf(source: StateSource, place: JsonObject, prefix: string): Field | undefined {
  const args = place['Arguments'];
  const parameters = place['Parameters'];
  if (args !== undefined) return payloadOf(source, `${prefix}/Arguments`, args);
  return parameters === undefined
    ? undefined
    : payloadOf(source, `${prefix}/Parameters`, parameters);
}

function compileReader(source: StateSource): ItemReader | undefined {
  const reader = source.definition['ItemReader'];
  if (!isJsonObject(reader)) return undefined;
  const config = objectOf(reader['ReaderConfig']);
  return {
    resource: textOf(reader['Resource']),
    arguments: argumentsOf(source, reader, 'ItemReader'),
    readerConfig: Object.fromEntries(
      Object.entries(config).map(([key, value]) => readerField(source, key, value)),
    ),
  };
}

/** `MaxItemsPath` becomes the field `MaxItems`. */
function readerField(source: StateSource, key: string, value: Json): readonly [string, Field] {
  if (key === 'MaxItemsPath') return ['MaxItems', compilePathField(key, textOf(value))];
  const name = `ItemReader/ReaderConfig/${key}`;
  return [
    key,
    languageOf(source) === 'JSONata' ? compileJsonataField(name, value) : constantField(key, value),
  ];
}

function compileBatcher(source: StateSource): Batcher | undefined {
  const batcher = source.definition['ItemBatcher'];
  if (!isJsonObject(batcher)) return undefined;
  const place = { ...source, definition: batcher, machineLanguage: languageOf(source) };
  const input = batcher['BatchInput'];
  return {
    maxItemsPerBatch: batcherField(place, 'MaxItemsPerBatch'),
    maxInputBytesPerBatch: batcherField(place, 'MaxInputBytesPerBatch'),
    batchInput:
      input === undefined ? undefined : payloadOf(source, 'ItemBatcher/BatchInput', input),
  };
}

function batcherField(place: StateSource, name: string): Field | undefined {
  const value = place.definition[name];
  if (value === undefined || place.machineLanguage !== 'JSONata') return optional(place, name);
  return compileJsonataField(`ItemBatcher/${name}`, value);
}

function compileWriter(source: StateSource): Writer | undefined {
  const writer = source.definition['ResultWriter'];
  if (!isJsonObject(writer)) return undefined;
  const { Resource: resource, WriterConfig: config } = writer;
  return {
    resource: typeof resource === 'string' ? resource : undefined,
    arguments: argumentsOf(source, writer, 'ResultWriter'),
    writerConfig: isJsonObject(config) ? config : undefined,
  };
}

function compileHandling(source: StateSource) {
  const { definition } = source;
  return {
    next: nextOf(definition),
    retriers: objectsOf(definition['Retry']).map(compileRetrier),
    catchers: objectsOf(definition['Catch']).map((catcher, index) =>
      compileCatcher(source, catcher, index),
    ),
  };
}

function compileRetrier(retrier: JsonObject): Retrier {
  return {
    errorEquals: textsOf(retrier['ErrorEquals']),
    intervalSeconds: numberOf(retrier['IntervalSeconds']) ?? 1,
    maxAttempts: numberOf(retrier['MaxAttempts']) ?? 3,
    backoffRate: numberOf(retrier['BackoffRate']) ?? 2,
    maxDelaySeconds: numberOf(retrier['MaxDelaySeconds']),
    jitter: retrier['JitterStrategy'] === 'FULL',
  };
}

function compileCatcher(source: StateSource, catcher: JsonObject, index: number): Catcher {
  return {
    errorEquals: textsOf(catcher['ErrorEquals']),
    next: textOf(catcher['Next']),
    flow:
      languageOf(source) === 'JSONata'
        ? compileJsonataCatch(catcher, index)
        : compileJsonPathCatch(catcher),
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value)
    ? (value as readonly Json[]).filter((item) => isJsonObject(item))
    : [];
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
