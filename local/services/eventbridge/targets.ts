import type {
  EventBridge,
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  Target,
} from '@aws-sdk/client-eventbridge';
import { parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { LimitExceededException, ValidationException } from './errors.ts';
import { findRule } from './find.ts';
import { isTemplate, unknownPlaceholders } from './input/input-template.ts';
import { parseJsonPath } from './input/json-path.ts';
import { TARGETS_PER_RULE } from './limits.ts';
import { pageOf } from './pages.ts';
import { onRule } from './rules.ts';
import type { EventBridgeState } from './state.ts';
import type { EventBridgeStore } from './store.ts';

/** Targets of rules. */
export const targetOperations: OperationTable<EventBridge, EventBridgeState> = {
  PutTargets: {
    permissions: (input: PutTargetsRequest, { cloud }) => putTargetsPermissions(cloud, input),
    run: (input: Checked<PutTargetsRequest>, { cloud, store }) => putTargets(cloud, store, input),
  },
  RemoveTargets: {
    permissions: (input: RemoveTargetsRequest, { cloud }) =>
      onRule(cloud, 'events:RemoveTargets', input.EventBusName, input.Rule),
    run: (input: RemoveTargetsRequest, { store }) => removeTargets(store, input),
  },
  ListTargetsByRule: {
    readOnly: true,
    permissions: (input: ListTargetsByRuleRequest, { cloud }) =>
      onRule(cloud, 'events:ListTargetsByRule', input.EventBusName, input.Rule),
    run: (input: ListTargetsByRuleRequest, { store }) => listTargets(store, input),
  },
};

function putTargetsPermissions(cloud: Cloud, input: PutTargetsRequest): readonly Permission[] {
  const roles = new Set((input.Targets ?? []).flatMap(({ RoleArn }) => RoleArn ?? []));
  return [
    onRule(cloud, 'events:PutTargets', input.EventBusName, input.Rule),
    ...[...roles].map((role) => passRole(role, 'events.amazonaws.com')),
  ];
}

function putTargets(
  cloud: Cloud,
  store: EventBridgeStore,
  input: Checked<PutTargetsRequest>,
): PutTargetsResponse {
  const rule = findRule(store, input.EventBusName, input.Rule);
  const targets = new Map(rule.targets.map((target) => [target.Id, target]));
  for (const target of input.Targets) {
    checkTarget(cloud, target);
    targets.set(target.Id, target);
  }
  if (targets.size > TARGETS_PER_RULE) throw new LimitExceededException();
  store.putRule({ ...rule, targets: [...targets.values()] });
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function checkTarget(cloud: Cloud, target: Target): void {
  const { Id: id, Arn: arn = '', InputTransformer: transformer } = target;
  if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:.+/.test(arn)) {
    throw new ValidationException(
      `Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  const inputs = [target.Input, target.InputPath, transformer].filter((way) => way !== undefined);
  if (inputs.length > 1) {
    throw new ValidationException(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`,
    );
  }
  if (target.Input !== undefined && !isJson(target.Input)) {
    throw new ValidationException(`JSON syntax error in input for target ${id}.`);
  }
  if (target.InputPath !== undefined && parseJsonPath(target.InputPath) === undefined) {
    throw new ValidationException(`Invalid InputPath for target ${id}.`);
  }
  checkRole(cloud, target, arn);
  checkParameters(target, arn);
  if (transformer === undefined) return;
  for (const path of Object.values(transformer.InputPathsMap ?? {})) {
    if (parseJsonPath(path) === undefined) {
      throw new ValidationException(`Invalid InputPath for target ${id}.`);
    }
  }
  if (!isTemplate(transformer.InputTemplate ?? '')) {
    throw new ValidationException(`Invalid InputTemplate for target ${id}.`);
  }
  const [unknown] = unknownPlaceholders(transformer);
  if (unknown !== undefined) {
    throw new ValidationException(
      `InputTemplate for target ${id} contains invalid placeholder ${unknown}.`,
    );
  }
}

/** Targets that EventBridge calls with a role of the user, not by the resource policy of the target. */
const NEEDS_ROLE = /^arn:[\w-]+:(?:batch|codebuild|codepipeline|ecs|firehose|kinesis|states):/;

const EVENT_BUS = /^arn:[\w-]+:events:[\w-]+:(\d{12}):event-bus\//;

/** A bus of another account as well: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html */
function checkRole({ accountId }: Cloud, target: Target, arn: string): void {
  const [, ofBus = accountId] = EVENT_BUS.exec(arn) ?? [];
  if (target.RoleArn === undefined && (NEEDS_ROLE.test(arn) || ofBus !== accountId)) {
    throw new ValidationException(`RoleArn is required for target ${arn}.`);
  }
}

/** The parameters that a kind of target requires. */
const NEEDS: readonly (readonly [RegExp, keyof Target])[] = [
  [/^arn:[\w-]+:sqs:.*\.fifo$/, 'SqsParameters'],
  [/^arn:[\w-]+:ecs:/, 'EcsParameters'],
  [/^arn:[\w-]+:batch:/, 'BatchParameters'],
];

function checkParameters(target: Target, arn: string): void {
  for (const [kind, member] of NEEDS) {
    if (kind.test(arn) && target[member] === undefined) {
      throw new ValidationException(
        `Parameter(s) ${member} must be specified for target: ${target.Id}.`,
      );
    }
  }
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function removeTargets(
  store: EventBridgeStore,
  input: RemoveTargetsRequest,
): RemoveTargetsResponse {
  const rule = findRule(store, input.EventBusName, input.Rule);
  const removed = new Set(input.Ids);
  store.putRule({
    ...rule,
    targets: rule.targets.filter((target) => !removed.has(target.Id ?? '')),
  });
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function listTargets(
  store: EventBridgeStore,
  input: ListTargetsByRuleRequest,
): ListTargetsByRuleResponse {
  const rule = findRule(store, input.EventBusName, input.Rule);
  const { items, ...next } = pageOf(rule.targets, (target) => target.Id ?? '', input);
  return {
    Targets: [...items],
    ...next,
  };
}
