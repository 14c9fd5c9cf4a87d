import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
  EventBridge,
  ListRuleNamesByTargetRequest,
  ListRuleNamesByTargetResponse,
  ListRulesRequest,
  ListRulesResponse,
  PutRuleRequest,
  PutRuleResponse,
  Rule,
  RuleState,
} from '@aws-sdk/client-eventbridge';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import { assumeRole } from '../../cloud/principal.ts';
import type { Permission } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { type EventPattern, InvalidPattern, parsePattern } from '../../event-patterns/index.ts';
import {
  InvalidEventPatternException,
  LimitExceededException,
  ValidationException,
} from './errors.ts';
import { findBus, findRule } from './find.ts';
import { RULES_PER_BUS, WILDCARD_RULES_PER_BUS } from './limits.ts';
import { pageOf } from './pages.ts';
import { parseSchedule } from './schedule/schedule-expression.ts';
import type { EventBridgeState, RuleListener } from './state.ts';
import {
  busNameOf,
  DEFAULT_BUS,
  type EventBridgeStore,
  type RuleRecord,
  ruleArnOf,
} from './store.ts';
import { tagRecord } from './tags.ts';

interface Named {
  readonly Name: string | undefined;
  readonly EventBusName?: string | undefined;
}

/** Rules: event patterns and schedules. */
export const ruleOperations: OperationTable<EventBridge, EventBridgeState> = {
  PutRule: {
    permissions: (input: PutRuleRequest, { cloud }) => putRulePermissions(cloud, input),
    run: (input: Checked<PutRuleRequest>, { cloud, store, onRuleChange }) =>
      putRule(cloud, store, onRuleChange, input),
  },
  DescribeRule: {
    readOnly: true,
    permissions: (input: DescribeRuleRequest, state) => on(state, 'events:DescribeRule', input),
    run: (input: DescribeRuleRequest, { store }) => describeRule(store, input),
  },
  DeleteRule: {
    permissions: (input: DeleteRuleRequest, state) => on(state, 'events:DeleteRule', input),
    run: (input: Checked<DeleteRuleRequest>, { store, onRuleChange }) =>
      deleteRule(store, onRuleChange, input),
  },
  EnableRule: {
    permissions: (input: EnableRuleRequest, state) => on(state, 'events:EnableRule', input),
    run: (input: EnableRuleRequest, { cloud, store, onRuleChange }) =>
      switchRule(cloud, store, onRuleChange, input, 'ENABLED'),
  },
  DisableRule: {
    permissions: (input: DisableRuleRequest, state) => on(state, 'events:DisableRule', input),
    run: (input: DisableRuleRequest, { cloud, store, onRuleChange }) =>
      switchRule(cloud, store, onRuleChange, input, 'DISABLED'),
  },
  ListRules: {
    readOnly: true,
    permissions: (input: ListRulesRequest, state) =>
      on(state, 'events:ListRules', { ...input, Name: '*' }),
    run: (input: ListRulesRequest, { store }) => listRules(store, input),
  },
  ListRuleNamesByTarget: {
    readOnly: true,
    permissions: (input: ListRuleNamesByTargetRequest, state) =>
      on(state, 'events:ListRuleNamesByTarget', { ...input, Name: '*' }),
    run: (input: ListRuleNamesByTargetRequest, { store }) => listRuleNamesByTarget(store, input),
  },
};

function on({ cloud }: EventBridgeState, action: string, input: Named) {
  return onRule(cloud, action, input.EventBusName, input.Name);
}

/** The permission for an action on a rule. */
export function onRule(
  cloud: Cloud,
  action: string,
  bus: string | undefined,
  name: string | undefined,
): Permission {
  return { action, resource: ruleArnOf(cloud, busNameOf(bus), name ?? '*') };
}

function putRulePermissions(cloud: Cloud, input: PutRuleRequest): readonly Permission[] {
  const put = onRule(cloud, 'events:PutRule', input.EventBusName, input.Name);
  if (input.RoleArn === undefined) return [put];
  return [put, passRole(input.RoleArn, 'events.amazonaws.com')];
}

async function putRule(
  cloud: Cloud,
  store: EventBridgeStore,
  changed: RuleListener,
  input: Checked<PutRuleRequest>,
): Promise<PutRuleResponse> {
  const name = input.Name;
  await checkRole(cloud, input.RoleArn, ruleArnOf(cloud, busNameOf(input.EventBusName), name));
  const bus = findBus(store, input.EventBusName);
  checkTrigger(input, bus.name);
  const former = store.rule(bus.name, name);
  if (former === undefined) checkQuota(store, bus.name);
  if (input.EventPattern !== undefined) checkPattern(store, bus.name, name, input.EventPattern);
  const rule = ruleRecord(cloud, bus.name, input, former);
  store.putRule(rule);
  changed(rule, bus.name, name);
  return { RuleArn: rule.arn };
}

/** AWS assumes the role of a rule when the rule is put, and the role of a target when it delivers an event. */
async function checkRole(
  cloud: Cloud,
  roleArn: string | undefined,
  sourceArn: string,
): Promise<void> {
  if (roleArn === undefined) return;
  const service = 'events.amazonaws.com';
  try {
    await assumeRole(cloud, { kind: 'service', service, sourceArn }, roleArn, 'events');
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      `Provided role '${roleArn}' cannot be assumed by principal '${service}'.`,
    );
  }
}

function checkTrigger(input: PutRuleRequest, bus: string): void {
  if (!input.EventPattern && !input.ScheduleExpression) {
    throw new ValidationException(
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    );
  }
  if (!input.ScheduleExpression) return;
  if (bus !== DEFAULT_BUS) {
    throw new ValidationException('ScheduleExpression is supported only on the default event bus.');
  }
  if (parseSchedule(input.ScheduleExpression) === undefined) {
    throw new ValidationException('Parameter ScheduleExpression is not valid.');
  }
}

function checkQuota(store: EventBridgeStore, bus: string): void {
  if ([...store.rules(bus)].length >= RULES_PER_BUS) throw new LimitExceededException();
}

function checkPattern(store: EventBridgeStore, bus: string, name: string, text: string): void {
  const { wildcards } = compile(text);
  if (wildcards === 0) return;
  const others = store
    .compiledRules(bus)
    .filter((rule) => rule.record.name !== name && (rule.pattern?.wildcards ?? 0) > 0);
  if (others.length >= WILDCARD_RULES_PER_BUS) throw new LimitExceededException();
}

/** @throws InvalidEventPatternException */
export function compile(text: string): EventPattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (error instanceof InvalidPattern) throw new InvalidEventPatternException(error.message);
    throw error;
  }
}

function ruleRecord(
  cloud: Cloud,
  bus: string,
  input: Checked<PutRuleRequest>,
  former: RuleRecord | undefined,
): RuleRecord {
  const name = input.Name;
  return {
    name,
    busName: bus,
    arn: ruleArnOf(cloud, bus, name),
    state: input.State ?? 'ENABLED',
    createdBy: cloud.accountId,
    since: cloud.clock.now(),
    targets: former?.targets ?? [],
    tags: former?.tags ?? tagRecord(input.Tags),
    ...(input.EventPattern && { eventPattern: input.EventPattern }),
    ...(input.ScheduleExpression && { scheduleExpression: input.ScheduleExpression }),
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.RoleArn !== undefined && { roleArn: input.RoleArn }),
  };
}

function summaryOf(rule: RuleRecord): Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    ...(rule.eventPattern !== undefined && { EventPattern: rule.eventPattern }),
    State: rule.state,
    ...(rule.description !== undefined && { Description: rule.description }),
    ...(rule.scheduleExpression !== undefined && { ScheduleExpression: rule.scheduleExpression }),
    ...(rule.roleArn !== undefined && { RoleArn: rule.roleArn }),
    EventBusName: rule.busName,
  };
}

function describeRule(store: EventBridgeStore, input: DescribeRuleRequest): DescribeRuleResponse {
  const rule = findRule(store, input.EventBusName, input.Name);
  return { ...summaryOf(rule), CreatedBy: rule.createdBy };
}

function deleteRule(
  store: EventBridgeStore,
  changed: RuleListener,
  input: Checked<DeleteRuleRequest>,
): object {
  const bus = findBus(store, input.EventBusName);
  const name = input.Name;
  const rule = store.rule(bus.name, name);
  if (rule !== undefined && rule.targets.length > 0) {
    throw new ValidationException("Rule can't be deleted since it has targets.");
  }
  // As on AWS, deleting a rule that does not exist succeeds.
  store.deleteRule(bus.name, name);
  changed(undefined, bus.name, name);
  return {};
}

function switchRule(
  cloud: Cloud,
  store: EventBridgeStore,
  changed: RuleListener,
  input: EnableRuleRequest,
  state: RuleState,
): object {
  const rule = { ...findRule(store, input.EventBusName, input.Name), state };
  const switched =
    rule.scheduleExpression === undefined ? rule : { ...rule, since: cloud.clock.now() };
  store.putRule(switched);
  changed(switched, rule.busName, rule.name);
  return {};
}

function listRules(store: EventBridgeStore, input: ListRulesRequest): ListRulesResponse {
  const bus = findBus(store, input.EventBusName);
  const prefix = input.NamePrefix ?? '';
  const rules = [...store.rules(bus.name)].filter((rule) => rule.name.startsWith(prefix));
  const { items, ...next } = pageOf(rules, (rule) => rule.name, input);
  return {
    Rules: items.map(summaryOf),
    ...next,
  };
}

function listRuleNamesByTarget(
  store: EventBridgeStore,
  input: ListRuleNamesByTargetRequest,
): ListRuleNamesByTargetResponse {
  const bus = findBus(store, input.EventBusName);
  const rules = [...store.rules(bus.name)].filter((rule) =>
    rule.targets.some((target) => target.Arn === input.TargetArn),
  );
  const { items, ...next } = pageOf(rules, (rule) => rule.name, input);
  return {
    RuleNames: items.map((rule) => rule.name),
    ...next,
  };
}
