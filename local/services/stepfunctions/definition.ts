import {
  type Diagnostic,
  describeRefusal,
  type Machine,
  parse,
  validate,
} from '../../../engine/index.ts';
import { InvalidDefinition } from './errors.ts';
import { findVariableReferences } from './variable-references.ts';

type MachineType = 'STANDARD' | 'EXPRESS';

/** Everything AWS finds in a definition, warnings included. */
export function diagnose(definition: string, type: MachineType): readonly Diagnostic[] {
  return validate(definition, { type, severity: 'WARNING' });
}

/** @throws InvalidDefinition as CreateStateMachine does */
export function parseDefinition(definition: string, type: MachineType): void {
  const diagnostics = validate(definition, { type });
  if (diagnostics.length > 0) {
    throw new InvalidDefinition(describeRefusal(definition, diagnostics));
  }
}

/** How many compiled definitions are kept: executions of one machine share one. */
const keptMachines = 200;

const compiled = new Map<string, Machine>();

/** A definition that was accepted, ready to run. */
export function compileDefinition(definition: string): Machine {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const { diagnostics, machine } = parse(definition);
  if (machine === undefined) {
    throw new InvalidDefinition(describeRefusal(definition, diagnostics));
  }
  compiled.set(definition, machine);
  const [oldest] = compiled.keys();
  if (compiled.size > keptMachines && oldest !== undefined) compiled.delete(oldest);
  return machine;
}

/** Which variables each state reads. */
export function variableReferences(definition: string): Record<string, string[]> {
  return findVariableReferences(JSON.parse(definition));
}
