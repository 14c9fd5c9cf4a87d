import type { Json, JsonObject } from '../json.ts';
import type { DiagnosticCode } from './diagnostic.ts';
import type { Findings } from './findings.ts';
import type { References } from './jsonata-references.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';
export type MachineType = 'STANDARD' | 'EXPRESS';

/** Whether a service has an action, by their names in an `aws-sdk` resource. */
export type HasSdkAction = (service: string, action: string) => boolean;

/** Fields of `$states` other than `input` and `context`, which always exist. */
export type StatesField = 'result' | 'errorOutput';

/**
 * A place in a definition and the rules that apply there. Checks report to their place and create the places of
 * nested values.
 */
export interface Place {
  readonly machine: MachineContext;
  readonly location: string;
  /** The query language of the state that contains this place. */
  readonly language: QueryLanguage;
  /** A JSONPath state in a JSONata machine: AWS reports it once and does not check its fields. */
  readonly downgraded: boolean;
  readonly statesFields: readonly StatesField[];
  readonly machineType: MachineType;
}

/** The data that all checks of one validation share. */
export interface MachineContext {
  readonly language: QueryLanguage;
  readonly findings: Findings;
  readonly expressions: ReadExpressions;
  readonly stateNames: Set<string>;
  readonly labels: Set<string>;
  readonly hasSdkAction: HasSdkAction;
  /** Checks a nested `{StartAt, States}`; passed here so that state types need not import the machine. */
  readonly checkContainer: (container: JsonObject, place: Place) => void;
}

/** The references of an expression, or its syntax error. */
export type ReadExpression =
  | { readonly references: References; readonly error?: undefined }
  | { readonly error: string };

/** The expressions that were parsed, by their text. */
export type ReadExpressions = Map<string, ReadExpression>;

/** Checks one value and reports its errors. */
export type Check = (value: Json, place: Place) => void;

export function childOf(place: Place, field: string): Place {
  return { ...place, location: `${place.location}/${field}` };
}

export function itemOf(place: Place, index: number): Place {
  return { ...place, location: `${place.location}[${index}]` };
}

/** Defers a check; its diagnostics are placed where it was deferred. */
export function later(place: Place, check: () => void): void {
  place.machine.findings.later(check);
}

/** Reports a violation of AWS's schema, the most frequent kind of diagnostic. */
export function refuse(place: Place, message: string): void {
  report(place, 'SCHEMA_VALIDATION_FAILED', message);
}

export function report(place: Place, code: DiagnosticCode, message: string): void {
  place.machine.findings.add({ severity: 'ERROR', code, message, location: locationOf(place) });
}

export function warn(place: Place, code: DiagnosticCode, message: string): void {
  place.machine.findings.add({ severity: 'WARNING', code, message, location: locationOf(place) });
}

function locationOf({ location }: Place): string {
  return location === '' ? '/' : location;
}
