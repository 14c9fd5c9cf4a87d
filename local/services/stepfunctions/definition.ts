import {
  compile,
  type Diagnostic,
  describeRefusal,
  type Machine,
  parse,
  type ValidationOptions,
  validateInTurns,
  validateStateInTurns,
} from '../../../engine/index.ts';
import { doInTurns, SharedTime } from '../../host/shared-time.ts';
import { InvalidDefinition } from './errors.ts';
import { hasSdkAction } from './integrations/sdk-services.ts';
import { findVariableReferences } from './variable-references.ts';

type Judging = ReturnType<typeof validateInTurns>;
type MachineType = 'STANDARD' | 'EXPRESS';

/** The expressions of accepted definitions: most of those of an update are the former ones. */
const expressions: Exclude<ValidationOptions['expressions'], undefined> = new Map();
/** Beyond this, all are forgotten. */
const EXPRESSIONS_KEPT_CHARACTERS = 4_000_000;
const SHARED = { hasSdkAction, expressions } as const;

/** AWS's diagnostics of a definition, including warnings. */
export async function diagnose(
  definition: string,
  type: MachineType,
): Promise<readonly Diagnostic[]> {
  const judging = validateInTurns(definition, { type, severity: 'WARNING', ...SHARED });
  return judge(judging);
}

/** @throws InvalidDefinition as CreateStateMachine does */
export async function parseDefinition(definition: string, type: MachineType): Promise<void> {
  await accept(definition, validateInTurns(definition, { type, ...SHARED }));
}

/** @throws InvalidDefinition as TestState does for a definition of one state */
export async function parseStateDefinition(definition: string): Promise<void> {
  await accept(definition, validateStateInTurns(definition, SHARED));
}

async function accept(definition: string, judging: Judging): Promise<void> {
  const diagnostics = await judge(judging);
  if (diagnostics.length > 0) {
    throw new InvalidDefinition(describeRefusal(definition, diagnostics));
  }
}

async function judge(judging: Judging): Promise<readonly Diagnostic[]> {
  try {
    return await doInTurns(judging, new SharedTime());
  } finally {
    const characters = [...expressions.keys()].reduce((sum, { length }) => sum + length, 0);
    if (characters > EXPRESSIONS_KEPT_CHARACTERS) expressions.clear();
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
