import { isJsonObject, type JsonObject } from '../json.ts';
import { integer, oneOf, text } from './checks.ts';
import type { Diagnostic } from './diagnostic.ts';
import { Findings } from './findings.ts';
import { messages } from './messages.ts';
import {
  type Check,
  childOf,
  type HasSdkAction,
  later,
  type MachineType,
  type Place,
  refuse,
} from './place.ts';
import { checkShape, field, type Shape } from './shape.ts';
import { checkState, languageOf } from './state.ts';
import { commonFields } from './state-fields.ts';
import { checkTransitions } from './transitions.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html */
const maximumTimeoutSeconds = 99_999_999;

const states: Check = (value, place) => {
  if (!isJsonObject(value)) return refuse(place, messages.expectedType('OBJECT'));
  if (Object.keys(value).length === 0) return refuse(place, messages.empty);
  const inside: Place = { ...place, statesFields: [] };
  for (const [name, state] of Object.entries(value)) {
    later(inside, () => checkState(name, state, childOf(inside, name)));
  }
};

const containerShape: Shape = {
  required: ['StartAt', 'States'],
  fields: { Comment: field(text), StartAt: field(text), States: field(states) },
};

const machineShape: Shape = {
  ...containerShape,
  fields: {
    ...containerShape.fields,
    Version: field(oneOf(['1.0'])),
    TimeoutSeconds: field(integer(0, maximumTimeoutSeconds)),
    ...(commonFields['QueryLanguage'] && { QueryLanguage: commonFields['QueryLanguage'] }),
  },
};

/** A validation that yields between pieces of work and returns the diagnostics. */
export type Judging = Generator<undefined, readonly Diagnostic[]>;

/** Checks a whole machine. */
export function checkMachine(
  definition: JsonObject,
  type: MachineType,
  hasSdkAction?: HasSdkAction,
): Judging {
  const place = rootPlace(definition, type, hasSdkAction);
  return place.machine.findings.collect(() => {
    checkShape(machineShape, definition, place);
    checkTransitions(definition, place, true);
  });
}

/** Checks one state as a part of a machine, without its transitions. */
export function checkSingleState(state: JsonObject, name: string, type: MachineType): Judging {
  const place = rootPlace({}, type);
  return place.machine.findings.collect(() =>
    checkState(name, state, { ...place, location: `/States/${name}` }),
  );
}

function checkContainer(container: JsonObject, place: Place): void {
  // Nested states have the machine's language, not that of the enclosing Map or Parallel.
  const inside: Place = { ...place, language: place.machine.language, downgraded: false };
  checkShape(containerShape, container, inside);
  checkTransitions(container, inside, false);
}

function rootPlace(
  definition: JsonObject,
  machineType: MachineType,
  hasSdkAction: HasSdkAction = () => true,
): Place {
  const language = languageOf(definition, 'JSONPath');
  return {
    machine: {
      language,
      findings: new Findings(),
      expressions: new Map(),
      stateNames: new Set(),
      labels: new Set(),
      hasSdkAction,
      checkContainer,
    },
    location: '',
    language,
    downgraded: false,
    statesFields: [],
    machineType,
  };
}
