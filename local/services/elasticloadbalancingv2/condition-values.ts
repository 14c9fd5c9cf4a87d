import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';

/** The patterns of a condition in either notation; `key=value` of a query string. */
export function valuesOfCondition(condition: RuleCondition): readonly string[] {
  const { Values = [] } = condition;
  switch (condition.Field) {
    case 'host-header':
      return condition.HostHeaderConfig?.Values ?? Values;
    case 'path-pattern':
      return condition.PathPatternConfig?.Values ?? Values;
    case 'http-header':
      return condition.HttpHeaderConfig?.Values ?? [];
    case 'http-request-method':
      return condition.HttpRequestMethodConfig?.Values ?? [];
    case 'query-string':
      return (condition.QueryStringConfig?.Values ?? []).map(
        ({ Key = '*', Value = '' }) => `${Key}=${Value}`,
      );
    default:
      return Values;
  }
}
