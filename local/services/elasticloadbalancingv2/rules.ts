import type {
  CreateRuleInput,
  CreateRuleOutput,
  DeleteRuleInput,
  DescribeRulesInput,
  DescribeRulesOutput,
  ElasticLoadBalancingV2,
  ModifyRuleInput,
  Rule,
  SetRulePrioritiesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { newRuleArn, on } from './arns.ts';
import { checkActions, checkConditions } from './check-actions.ts';
import {
  OperationNotPermittedException,
  PriorityInUseException,
  TooManyException,
  UnsupportedFeature,
  ValidationError,
} from './errors.ts';
import { MAX_RULES_OF_LOAD_BALANCER } from './limits.ts';
import { pageOf } from './pages.ts';
import { type BalancerState, findListener, findRule } from './state.ts';
import type { ListenerRecord, RuleRecord } from './store.ts';
import { tagRecord } from './tag-lists.ts';

/** Rules of listeners. Each listener has a default rule beside them, which has no record. */
export const ruleOperations: OperationTable<ElasticLoadBalancingV2, BalancerState> = {
  CreateRule: {
    permissions: ({ ListenerArn = '', Tags }: CreateRuleInput) => [
      on('CreateRule', ListenerArn),
      ...((Tags?.length ?? 0) > 0
        ? [on('AddTags', `${ListenerArn.replace(':listener/', ':listener-rule/')}/*`)]
        : []),
    ],
    run: (input: Checked<CreateRuleInput>, state) => create(state, input),
  },
  DescribeRules: {
    readOnly: true,
    permissions: () => on('DescribeRules'),
    run: (input: DescribeRulesInput, state) => describeAll(state, input),
  },
  ModifyRule: {
    permissions: ({ RuleArn }: ModifyRuleInput) => on('ModifyRule', RuleArn),
    run: (input: Checked<ModifyRuleInput>, state) => modify(state, input),
  },
  DeleteRule: {
    permissions: ({ RuleArn }: DeleteRuleInput) => on('DeleteRule', RuleArn),
    run({ RuleArn = '' }: DeleteRuleInput, state): object {
      if (defaultOf(state, RuleArn) !== undefined) {
        throw new OperationNotPermittedException(`Default rule '${RuleArn}' cannot be deleted`);
      }
      state.store.rules.delete(findRule(state, RuleArn).arn);
      state.healths.reconsider();
      return {};
    },
  },
  SetRulePriorities: {
    permissions: ({ RulePriorities = [] }: SetRulePrioritiesInput) =>
      RulePriorities.map(({ RuleArn }) => on('SetRulePriorities', RuleArn)),
    run: (input: SetRulePrioritiesInput, state) => setPriorities(state, input),
  },
};

/** The id of a default rule, which AWS gives one too. */
const DEFAULT_ID = '0000000000000000';

export function defaultRuleArn(listenerArn: string): string {
  return `${listenerArn.replace(':listener/', ':listener-rule/')}/${DEFAULT_ID}`;
}

/** The listener whose default rule has this ARN. */
function defaultOf({ store }: BalancerState, ruleArn: string): ListenerRecord | undefined {
  return store.listenersOf().find(({ arn }) => defaultRuleArn(arn) === ruleArn);
}

function create(state: BalancerState, input: Checked<CreateRuleInput>): CreateRuleOutput {
  const { cloud, store } = state;
  const listener = findListener(state, input.ListenerArn);
  const { Priority: priority } = input;
  refuseTransforms(input);
  const own = store.rulesOf(listener.arn);
  if (own.some((rule) => rule.priority === priority)) throw new PriorityInUseException(priority);
  const all = store
    .listenersOf(listener.loadBalancerArn)
    .reduce((sum, { arn }) => sum + store.rulesOf(arn).length, 0);
  if (all >= MAX_RULES_OF_LOAD_BALANCER) {
    throw new TooManyException('Rules', MAX_RULES_OF_LOAD_BALANCER);
  }
  const rule: RuleRecord = {
    arn: newRuleArn(cloud, listener.arn),
    listenerArn: listener.arn,
    priority,
    conditions: checkConditions(input.Conditions),
    actions: checkActions(state, input.Actions),
    tags: tagRecord(input.Tags),
  };
  store.rules.put(rule.arn, rule);
  state.healths.reconsider();
  return { Rules: [describe(rule)] };
}

function refuseTransforms({ Transforms = [] }: Pick<CreateRuleInput, 'Transforms'>): void {
  if (Transforms.length > 0) throw new UnsupportedFeature('transforms of rules');
}

function describeAll(state: BalancerState, input: DescribeRulesInput): DescribeRulesOutput {
  const { ListenerArn, RuleArns: arns = [] } = input;
  if (arns.length > 0) {
    const found = arns.map((arn) => {
      const listener = defaultOf(state, arn);
      return listener === undefined ? describe(findRule(state, arn)) : describeDefault(listener);
    });
    return { Rules: found };
  }
  if (ListenerArn === undefined) {
    throw new ValidationError('You must specify either listener rule ARNs or a listener ARN');
  }
  const listener = findListener(state, ListenerArn);
  const rules = state.store.rulesOf(listener.arn).map((rule, index) => ({
    // Pages are in the order of evaluation.
    arn: String(index).padStart(PLACE_DIGITS, '0'),
    rule: describe(rule),
  }));
  const last = { arn: '9'.repeat(PLACE_DIGITS), rule: describeDefault(listener) };
  const { items, marker } = pageOf([...rules, last], input);
  return { Rules: items.map(({ rule }) => rule), ...marker };
}

/** More than rules of a listener. */
const PLACE_DIGITS = 6;

function modify(state: BalancerState, input: Checked<ModifyRuleInput>): CreateRuleOutput {
  const { Actions, Conditions, RuleArn } = input;
  if (defaultOf(state, RuleArn) !== undefined) {
    throw new OperationNotPermittedException(
      `Default rule '${RuleArn}' cannot be modified; modify its listener`,
    );
  }
  const rule = findRule(state, RuleArn);
  refuseTransforms(input);
  const changed: RuleRecord = {
    ...rule,
    ...(Actions !== undefined && { actions: checkActions(state, Actions) }),
    ...(Conditions !== undefined && { conditions: checkConditions(Conditions) }),
  };
  state.store.rules.put(rule.arn, changed);
  state.healths.reconsider();
  return { Rules: [describe(changed)] };
}

function setPriorities(
  state: BalancerState,
  { RulePriorities = [] }: SetRulePrioritiesInput,
): CreateRuleOutput {
  const changed = RulePriorities.map(({ Priority: priority = 0, RuleArn }) => {
    return { ...findRule(state, RuleArn), priority };
  });
  for (const rule of changed) {
    const others = [...state.store.rulesOf(rule.listenerArn), ...changed].filter(
      (other) =>
        other.arn !== rule.arn &&
        other.listenerArn === rule.listenerArn &&
        (changed.includes(other) || !changed.some(({ arn }) => arn === other.arn)),
    );
    if (others.some(({ priority }) => priority === rule.priority)) {
      throw new PriorityInUseException(rule.priority);
    }
  }
  for (const rule of changed) state.store.rules.put(rule.arn, rule);
  return { Rules: changed.map(describe) };
}

function describe(rule: RuleRecord): Rule {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: [...rule.conditions],
    Actions: [...rule.actions],
    IsDefault: false,
  };
}

function describeDefault({ arn, defaultActions }: ListenerRecord): Rule {
  return {
    RuleArn: defaultRuleArn(arn),
    Priority: 'default',
    Conditions: [],
    Actions: [...defaultActions],
    IsDefault: true,
  };
}
