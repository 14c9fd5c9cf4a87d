import {
  compile,
  type Diagnostic,
  describeRefusal,
  type Machine,
  parse,
  validateInTurns,
} from '../../../engine/index.ts';
import { doInTurns, SharedTime } from '../../host/shared-time.ts';
import { InvalidDefinition } from './errors.ts';
import { hasSdkAction } from './integrations/sdk-services.ts';
import { findVariableReferences } from './variable-references.ts';

type MachineType = 'STANDARD' | 'EXPRESS';

/** AWS's diagnostics of a definition, including warnings. */
export async function diagnose(
  definition: string,
  type: MachineType,
): Promise<readonly Diagnostic[]> {
  const judging = validateInTurns(definition, { type, severity: 'WARNING', hasSdkAction });
  return doInTurns(judging, new SharedTime());
}

/** @throws InvalidDefinition as CreateStateMachine does */
export async function parseDefinition(definition: string, type: MachineType): Promise<void> {
  const judging = validateInTurns(definition, { type, hasSdkAction });
  const diagnostics = await doInTurns(judging, new SharedTime());
  if (diagnostics.length > 0) {
    throw new InvalidDefinition(describeRefusal(definition, diagnostics));
  }
}

/** The number of cached definitions: the executions of a machine share one. */
const MACHINES_KEPT = 200;

const compiled = new Map<string, Machine>();

/** Compiles a definition that was accepted before. */
export function compileDefinition(definition: string): Machine {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const machine = compileAccepted(definition);
  compiled.set(definition, machine);
  const [oldest] = compiled.keys();
  if (compiled.size > MACHINES_KEPT && oldest !== undefined) compiled.delete(oldest);
  return machine;
}

/** An earlier version may have accepted a definition that this version refuses. */
function compileAccepted(definition: string): Machine {
  try {
    return compile(definition);
  } catch (cause) {
    const { diagnostics, machine } = parse(definition);
    if (machine !== undefined) throw cause;
    throw Object.assign(new InvalidDefinition(describeRefusal(definition, diagnostics)), { cause });
  }
}

/** The variables that each state reads. */
export function variableReferences(definition: string): Record<string, string[]> {
  return findVariableReferences(JSON.parse(definition));
}
