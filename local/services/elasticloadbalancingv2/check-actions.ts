import type {
  Action,
  ForwardActionConfig,
  RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { valuesOfCondition } from './condition-values.ts';
import { TooManyException, UnsupportedFeature, ValidationError } from './errors.ts';
import { MAX_CONDITION_VALUES, MAX_TARGET_GROUPS_OF_ACTION, MAX_WEIGHT } from './limits.ts';
import { type BalancerState, findTargetGroup } from './state.ts';

/**
 * The actions of a listener or rule as they are stored: a forward has its target groups with weights, in both notations
 * where there is one group, as AWS describes it.
 *
 * @throws ValidationError, NotFoundException, UnsupportedFeature, TooManyException
 */
export function checkActions(
  state: BalancerState,
  actions: readonly Action[] = [],
): readonly Action[] {
  if (actions.length === 0) throw new ValidationError('You must specify at least one action');
  if (actions.length > 1) {
    const other = actions.find(({ Type }) => Type?.startsWith('authenticate') === true);
    if (other !== undefined) throw new UnsupportedFeature(`actions of type ${other.Type}`);
    throw new TooManyException('Actions', 1);
  }
  return actions.map((action) => checkAction(state, action));
}

function checkAction(state: BalancerState, action: Action): Action {
  switch (action.Type) {
    case 'forward':
      return checkForward(state, action);
    case 'fixed-response':
      return checkFixedResponse(action);
    case 'redirect':
      return checkRedirect(action);
    default:
      throw new UnsupportedFeature(`actions of type ${action.Type}`);
  }
}

function checkForward(state: BalancerState, action: Action): Action {
  const { ForwardConfig: given, TargetGroupArn } = action;
  const groups =
    given?.TargetGroups ?? (TargetGroupArn === undefined ? [] : [{ TargetGroupArn, Weight: 1 }]);
  if (groups.length === 0) {
    throw new ValidationError("A target group must be specified for action of type 'forward'");
  }
  if (groups.length > MAX_TARGET_GROUPS_OF_ACTION) {
    throw new TooManyException('TargetGroups', MAX_TARGET_GROUPS_OF_ACTION);
  }
  if (given?.TargetGroupStickinessConfig?.Enabled === true) {
    throw new UnsupportedFeature('target group stickiness (TargetGroupStickinessConfig)');
  }
  const TargetGroups = groups.map(({ TargetGroupArn: arn, Weight = 1 }) => {
    if (Weight < 0 || Weight > MAX_WEIGHT) {
      throw new ValidationError(`Weight must be between 0 and ${MAX_WEIGHT}`);
    }
    return { TargetGroupArn: findTargetGroup(state, arn).arn, Weight };
  });
  const [only] = TargetGroups.length === 1 ? TargetGroups : [];
  const ForwardConfig: ForwardActionConfig = {
    TargetGroups,
    TargetGroupStickinessConfig: { Enabled: false },
  };
  return {
    Type: 'forward',
    ...(only !== undefined && { TargetGroupArn: only.TargetGroupArn }),
    ...(action.Order !== undefined && { Order: action.Order }),
    ForwardConfig,
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html */
const FIXED_TYPES: readonly string[] = [
  'text/plain',
  'text/css',
  'text/html',
  'application/javascript',
  'application/json',
];

function checkFixedResponse(action: Action): Action {
  const { ContentType, StatusCode } = action.FixedResponseConfig ?? {};
  if (StatusCode === undefined) {
    throw new ValidationError('A status code must be specified for a fixed response');
  }
  if (ContentType !== undefined && !FIXED_TYPES.includes(ContentType)) {
    throw new ValidationError(
      `'${ContentType}' is not a valid content type: it must be one of '[${FIXED_TYPES.join(', ')}]'`,
    );
  }
  return action;
}

/** They become a header of the answer, so they have printable characters only. */
const REDIRECT_TEXT = /^[\x21-\x7e]*$/;

function checkRedirect(action: Action): Action {
  const { Host = '', Path = '/', Query = '', StatusCode } = action.RedirectConfig ?? {};
  if (!REDIRECT_TEXT.test(Host))
    throw new ValidationError('The Host parameter must be a valid host');
  if (!Path.startsWith('/') || !REDIRECT_TEXT.test(Path)) {
    throw new ValidationError("The Path parameter must be a valid path, should start with a '/'");
  }
  if (!REDIRECT_TEXT.test(Query)) {
    throw new ValidationError('The Query parameter must be a valid query string');
  }
  if (StatusCode === undefined) {
    throw new ValidationError("StatusCode of a redirect must be 'HTTP_301' or 'HTTP_302'");
  }
  return action;
}

const FIELDS: readonly string[] = [
  'host-header',
  'http-header',
  'http-request-method',
  'path-pattern',
  'query-string',
  'source-ip',
];

/** @throws ValidationError, UnsupportedFeature, TooManyException */
export function checkConditions(
  conditions: readonly RuleCondition[] = [],
): readonly RuleCondition[] {
  if (conditions.length === 0) throw new ValidationError('A condition must be specified');
  for (const condition of conditions) checkCondition(condition);
  return conditions;
}

function checkCondition(condition: RuleCondition): void {
  const { Field = '' } = condition;
  if (!FIELDS.includes(Field)) {
    throw new ValidationError(`Condition field '${Field}' must be one of '[${FIELDS.join(', ')}]'`);
  }
  if (Field === 'source-ip') throw new UnsupportedFeature('conditions on source-ip');
  const given = valuesOfCondition(condition);
  if (given.length === 0) {
    throw new ValidationError(`A condition value must be specified for '${Field}'`);
  }
  if (given.length > MAX_CONDITION_VALUES) {
    throw new ValidationError(`A condition has at most ${MAX_CONDITION_VALUES} values`);
  }
}
