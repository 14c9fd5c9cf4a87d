import { Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { type Diagnostic, type ReadExpressions, validate } from '../engine/validation/index.ts';
import { renderDefinition } from './render-definition.ts';

/** Definitions of different projects have most expressions in common. */
const expressions: ReadExpressions = new Map();

/** Every definition is judged as AWS judges it; a finding stops the synthesis at its construct. */
export function validateDefinitions(scope: IConstruct): void {
  for (const machine of scope.node.findAll()) {
    if (!(machine instanceof StateMachine)) continue;
    machine.node.addValidation({
      validate: () =>
        validate(renderDefinition(machine), { severity: 'WARNING', expressions }).map(
          (diagnostic) => describe(machine, diagnostic),
        ),
    });
  }
}

function describe(machine: StateMachine, { code, message, location }: Diagnostic): string {
  const state = /^\/States\/([^/]+)/.exec(location ?? '')?.[1];
  // States are siblings of their machine, named as in the definition.
  const construct = state === undefined ? undefined : machine.node.scope?.node.tryFindChild(state);
  return `${construct?.node.path ?? machine.node.path}: ${code}: ${message} at ${location ?? '/'}`;
}

interface Target {
  readonly arn?: unknown;
  readonly deadLetterConfig?: unknown;
  readonly retryPolicy?: unknown;
}

/** Every rule has a target, says how often it tries, where failures go, and who hears of them. */
export function validateRules(scope: IConstruct): void {
  for (const rule of scope.node.findAll()) {
    if (!(rule instanceof CfnRule)) continue;
    rule.node.addValidation({ validate: () => findRuleFaults(scope, rule) });
  }
}

/** Exported for tests of rules that lack something. */
export function findRuleFaults(scope: IConstruct, rule: CfnRule): string[] {
  const stack = Stack.of(rule);
  const targets = (stack.resolve(rule.targets) ?? []) as readonly Target[];
  const faults = targets.flatMap((target) => [
    ...(target.deadLetterConfig === undefined ? ['has a target without a dead-letter queue'] : []),
    ...(target.retryPolicy === undefined ? ['has a target without a retry policy'] : []),
  ]);
  if (targets.length === 0) faults.push('has no target');
  if (!isAlarmed(scope, rule)) faults.push('has no alarm on FailedInvocations');
  return faults.map((fault) => `${rule.node.path}: the rule ${fault}`);
}

function isAlarmed(scope: IConstruct, rule: CfnRule): boolean {
  const stack = Stack.of(rule);
  // A rule of a custom bus is known to metrics by its name, which is not what CloudFormation calls it.
  const name = JSON.stringify(
    stack.resolve(rule.eventBusName === undefined ? rule.ref : rule.name),
  );
  return scope.node
    .findAll()
    .filter((construct) => construct instanceof CfnAlarm)
    .filter(({ namespace, metricName }) => {
      return namespace === 'AWS/Events' && metricName === 'FailedInvocations';
    })
    .some((alarm) => {
      const dimensions = (stack.resolve(alarm.dimensions) ?? []) as readonly {
        readonly value: unknown;
      }[];
      return dimensions.some(({ value }) => JSON.stringify(value) === name);
    });
}
