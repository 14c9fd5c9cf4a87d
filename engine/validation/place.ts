import type { Json, JsonObject } from '../json.ts';
import type { DiagnosticCode } from './diagnostic.ts';
import type { Findings } from './findings.ts';
import type { References } from './jsonata-references.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';
export type MachineType = 'STANDARD' | 'EXPRESS';

/** Whether a service has an action, by their names in an `aws-sdk` resource. */
export type HasSdkAction = (service: string, action: string) => boolean;

/** Fields of `$states` beyond `input` and `context`, which exist everywhere. */
export type StatesField = 'result' | 'errorOutput';

/**
 * Where in a definition the validation stands and what holds there. Checks get a place, report to it
 * and make places for what lies below.
 */
export interface Place {
  readonly machine: MachineContext;
  readonly location: string;
  /** The language of the state in which this place lies. */
  readonly language: QueryLanguage;
  /** A JSONPath state in a JSONata machine: AWS says so once and leaves its fields alone. */
  readonly downgraded: boolean;
  readonly statesFields: readonly StatesField[];
  readonly machineType: MachineType;
}

/** What one run of the validation shares. */
export interface MachineContext {
  readonly language: QueryLanguage;
  readonly findings: Findings;
  /** What is known of expressions that were read, by their text. */
  readonly expressions: Map<string, ReadExpression>;
  readonly stateNames: Set<string>;
  readonly labels: Set<string>;
  readonly hasSdkAction: HasSdkAction;
  /** Checks a nested `{StartAt, States}`; handed down so that state types need not know the machine. */
  readonly checkContainer: (container: JsonObject, place: Place) => void;
}

/** What an expression refers to, or why it is none. */
export type ReadExpression =
  | { readonly references: References; readonly error?: undefined }
  | { readonly error: string };

/** Judges one value and reports what is wrong with it. */
export type Check = (value: Json, place: Place) => void;

export function childOf(place: Place, field: string): Place {
  return { ...place, location: `${place.location}/${field}` };
}

export function itemOf(place: Place, index: number): Place {
  return { ...place, location: `${place.location}[${index}]` };
}

/** Leaves a check for later; what it reports stands where it was left. */
export function later(place: Place, check: () => void): void {
  place.machine.findings.later(check);
}

/** Reports that the definition breaks AWS's schema, by far the most frequent finding. */
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
