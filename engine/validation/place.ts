import type { Json, JsonObject } from '../json.ts';
import type { Diagnostic, DiagnosticCode } from './diagnostic.ts';

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
  readonly diagnostics: Diagnostic[];
  readonly stateNames: Set<string>;
  readonly labels: Set<string>;
  readonly hasSdkAction: HasSdkAction;
  /** Checks a nested `{StartAt, States}`; handed down so that state types need not know the machine. */
  readonly checkContainer: (container: JsonObject, place: Place) => void;
}

/** Judges one value and reports what is wrong with it. */
export type Check = (value: Json, place: Place) => void;

export function childOf(place: Place, field: string): Place {
  return { ...place, location: `${place.location}/${field}` };
}

export function itemOf(place: Place, index: number): Place {
  return { ...place, location: `${place.location}[${index}]` };
}

/** Reports that the definition breaks AWS's schema, by far the most frequent finding. */
export function refuse(place: Place, message: string): void {
  report(place, 'SCHEMA_VALIDATION_FAILED', message);
}

export function report(place: Place, code: DiagnosticCode, message: string): void {
  place.machine.diagnostics.push({ severity: 'ERROR', code, message, location: locationOf(place) });
}

export function warn(place: Place, code: DiagnosticCode, message: string): void {
  place.machine.diagnostics.push({
    severity: 'WARNING',
    code,
    message,
    location: locationOf(place),
  });
}

function locationOf({ location }: Place): string {
  return location === '' ? '/' : location;
}
