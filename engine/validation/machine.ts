import { isJsonObject, type JsonObject } from '../json.ts';
import { MAXIMUM_FIELD_SECONDS } from '../limits.ts';
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
  type ReadExpressions,
  refuse,
} from './place.ts';
import { checkShape, field, type Shape } from './shape.ts';
import { checkState, languageOf } from './state.ts';
import { commonFields } from './state-fields.ts';
import { checkTransitions } from './transitions.ts';

const states: Check = (value, place) => {
  if (!isJsonObject(value)) return refuse(place, messages.expectedType('OBJECT'));
  if (Object.keys(value).length === 0) return refuse(place, messages.empty);
  const inside: Place = { ...place, statesFields: [] };
  for (const [name, state] of Object.entries(value)) {
    later(inside, () => checkState(name, state, childOf(inside, name)));
  }
};

const containerShape: Shape = {
  // AWS lists them in this order.
  required: ['States', 'StartAt'],
  fields: { Comment: field(text), StartAt: field(text), States: field(states) },
};

const machineShape: Shape = {
  ...containerShape,
  fields: {
    ...containerShape.fields,
    Version: field(oneOf(['1.0'])),
    TimeoutSeconds: field(integer(0, MAXIMUM_FIELD_SECONDS)),
    ...(commonFields['QueryLanguage'] && { QueryLanguage: commonFields['QueryLanguage'] }),
  },
};

/** A validation that yields between pieces of work and returns the diagnostics. */
export type Judging = Generator<undefined, readonly Diagnostic[]>;

/** What a check needs to know beside the definition. */
export interface CheckOptions {
  readonly type?: MachineType;
  readonly hasSdkAction?: HasSdkAction;
  readonly expressions?: ReadExpressions;
}

/** Checks a whole machine. */
export function checkMachine(definition: JsonObject, options: CheckOptions): Judging {
  const place = rootPlace(definition, options);
  return place.machine.findings.collect(() => {
    checkShape(machineShape, definition, place);
    checkTransitions(definition, place, true);
  });
}

/** Checks one state as a part of a machine, without its transitions. */
export function checkSingleState(state: JsonObject, name: string, options: CheckOptions): Judging {
  const place = rootPlace({}, options);
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
  { type = 'STANDARD', hasSdkAction = () => true, expressions = new Map() }: CheckOptions,
): Place {
  const language = languageOf(definition, 'JSONPath');
  return {
    machine: {
      language,
      findings: new Findings(),
      expressions,
      stateNames: new Set(),
      labels: new Set(),
      hasSdkAction,
      checkContainer,
    },
    location: '',
    language,
    downgraded: false,
    statesFields: [],
    machineType: type,
  };
}
