import { parseArn, parseArnOf } from './arns.ts';
import {
  ExecutionDoesNotExist,
  ResourceNotFound,
  StateMachineDoesNotExist,
  ValidationException,
} from './errors.ts';
import type { StepFunctionsState } from './state.ts';
import type { ExecutionRecord } from './stores/execution-store.ts';
import type { AliasRecord, MachineRecord, VersionRecord } from './stores/machine-store.ts';

/** @param shownArn the ARN in the error, if it differs from the machine's */
export function machineOf(
  { machines }: StepFunctionsState,
  machineArn: string,
  shownArn = machineArn,
): MachineRecord {
  const machine = machines.machine(machineArn);
  if (machine === undefined) throw new StateMachineDoesNotExist(shownArn);
  return machine;
}

/** The version of a version's ARN, or of an alias, chosen by its weights. */
export function versionOf(state: StepFunctionsState, arn: string): VersionRecord {
  const parsed = parseArnOf(arn, 'version', 'alias');
  if (parsed.kind === 'alias') {
    const alias = state.machines.alias(arn);
    if (alias === undefined) throw new StateMachineDoesNotExist(arn);
    return versionOf(state, chooseRoute(state, alias));
  }
  const version = state.machines.version(parsed.machineArn, parsed.version);
  if (version === undefined) throw new StateMachineDoesNotExist(arn);
  return version;
}

/** @throws ResourceNotFound */
export function aliasOf({ machines }: StepFunctionsState, arn: string): AliasRecord {
  parseArnOf(arn, 'alias');
  const alias = machines.alias(arn);
  if (alias === undefined) throw new ResourceNotFound(arn);
  return alias;
}

function chooseRoute({ cloud }: StepFunctionsState, { routes }: AliasRecord): string {
  let left = cloud.random.next() * 100;
  for (const route of routes) {
    left -= route.weight;
    if (left < 0) return route.stateMachineVersionArn;
  }
  return routes.at(-1)?.stateMachineVersionArn ?? '';
}

/** An execution that can be described: a Standard one, or an Express one that a Map Run dispatched. */
export function describedExecutionOf(state: StepFunctionsState, arn: string): ExecutionRecord {
  const execution = state.executions.get(arn);
  return execution?.type === 'EXPRESS' ? execution : executionOf(state, arn);
}

/** A Standard execution. */
export function executionOf({ executions }: StepFunctionsState, arn: string): ExecutionRecord {
  parseArnOf(arn, 'execution');
  const execution = executions.get(arn);
  if (execution === undefined) throw new ExecutionDoesNotExist(arn);
  return execution;
}

/** Most operations on machines refuse the ARN of a distributed Map's child machine. */
export function refuseLabel(machineArn: string): void {
  const parsed = parseArn(machineArn);
  if (parsed.kind !== 'stateMachine' || !parsed.name.includes('/')) return;
  throw new ValidationException(
    'Labeled state machine ARNs are not supported by this API.',
    'API_DOES_NOT_SUPPORT_LABELED_ARNS',
  );
}
