import {
  compile,
  type Diagnostic,
  describeRefusal,
  type Machine,
  parse,
  parseJson,
  readExpressions,
  validate,
  withExpressions,
} from '../../../engine/index.ts';
import { SharedTime } from '../../host/shared-time.ts';
import { InvalidDefinition } from './errors.ts';
import { hasSdkAction } from './integrations/sdk-services.ts';
import { findVariableReferences } from './variable-references.ts';

type MachineType = 'STANDARD' | 'EXPRESS';

/** Everything AWS finds in a definition, warnings included. */
export async function diagnose(
  definition: string,
  type: MachineType,
): Promise<readonly Diagnostic[]> {
  return judge(definition, () => validate(definition, { type, severity: 'WARNING', hasSdkAction }));
}

/** Other clients have their turn between two expressions of a definition, of which there may be thousands. */
async function judge<Result>(definition: string, validation: () => Result): Promise<Result> {
  const reading = readExpressions(documentOf(definition));
  const time = new SharedTime();
  let step = reading.next();
  while (step.done !== true) {
    await time.share();
    step = reading.next();
  }
  return withExpressions(step.value, validation);
}

/** What cannot be read has no expressions; it is refused for what it is. */
function documentOf(definition: string): unknown {
  try {
    return parseJson(definition);
  } catch {
    return undefined;
  }
}

/** @throws InvalidDefinition as CreateStateMachine does */
export async function parseDefinition(definition: string, type: MachineType): Promise<void> {
  const diagnostics = await judge(definition, () => validate(definition, { type, hasSdkAction }));
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
  const machine = compileAccepted(definition);
  compiled.set(definition, machine);
  const [oldest] = compiled.keys();
  if (compiled.size > keptMachines && oldest !== undefined) compiled.delete(oldest);
  return machine;
}

/** Accepted when it was given; by an earlier version, it may be a definition that is refused now. */
function compileAccepted(definition: string): Machine {
  try {
    return compile(definition);
  } catch (cause) {
    const { diagnostics, machine } = parse(definition);
    if (machine !== undefined) throw cause;
    throw Object.assign(new InvalidDefinition(describeRefusal(definition, diagnostics)), { cause });
  }
}

/** Which variables each state reads. */
export function variableReferences(definition: string): Record<string, string[]> {
  return findVariableReferences(JSON.parse(definition));
}
