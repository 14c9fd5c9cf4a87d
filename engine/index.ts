import { compileMachine } from './compile/machine.ts';
import { Execution } from './execution/execution.ts';
import type { ExecutionIdentity, Host } from './host.ts';
import type { Json, JsonObject } from './json.ts';
import type { InspectionStage, Machine } from './machine.ts';
import { type Diagnostic, type ValidationOptions, validate } from './validation/index.ts';

export { Execution } from './execution/execution.ts';

/** What {@link parse} makes of a definition. */
export type Parsed =
  | { readonly machine: Machine; readonly diagnostics: readonly Diagnostic[] }
  | { readonly machine: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Judges a definition as AWS does, and makes it ready to run if nothing is wrong with it. */
export function parse(definition: string, options: ValidationOptions = {}): Parsed {
  const diagnostics = validate(definition, options);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'ERROR')) {
    return { machine: undefined, diagnostics };
  }
  return { machine: compileMachine(JSON.parse(definition) as JsonObject), diagnostics };
}

export interface RunOptions extends ExecutionIdentity {
  readonly inspect?: (stage: InspectionStage, value: Json) => void;
}

/** Starts an execution. */
export function run(machine: Machine, input: Json, host: Host, options: RunOptions): Execution {
  const { inspect, ...identity } = options;
  const execution = new Execution({
    machine,
    host,
    identity,
    input,
    startedAt: host.clock.now(),
    inspect,
  });
  execution.begin();
  return execution;
}
