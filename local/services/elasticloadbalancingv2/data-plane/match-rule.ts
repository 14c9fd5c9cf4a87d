import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { headerValues } from '../../../cloud/web.ts';
import { valuesOfCondition } from '../condition-values.ts';
import type { RuleRecord } from '../store.ts';
import type { BalancedRequest } from './exchange.ts';

/** Whether a request meets all conditions of a rule. */
export function meets({ conditions }: RuleRecord, request: BalancedRequest): boolean {
  return conditions.every((condition) => meetsOne(condition, request));
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
function meetsOne(condition: RuleCondition, request: BalancedRequest): boolean {
  const patterns = valuesOfCondition(condition);
  const some = (texts: readonly string[], ignoresCase = false) =>
    texts.some((text) => patterns.some((pattern) => isLike(pattern, text, ignoresCase)));
  const [path = '/', query = ''] = request.url.split(/\?(.*)/s, 2);
  switch (condition.Field) {
    case 'host-header':
      return some(
        headerValues(request, 'host').map((host) => host.replace(/:\d+$/, '')),
        true,
      );
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? '';
      return some(headerValues(request, name), true);
    }
    case 'http-request-method':
      return patterns.includes(request.method);
    case 'path-pattern':
      return some([path]);
    case 'query-string':
      return some(
        [...new URLSearchParams(query)].map(([key, value]) => `${key}=${value}`),
        true,
      );
    default:
      return false;
  }
}

/** `*` is any characters, `?` one. Without a regular expression, which a pattern could make slow. */
export function isLike(pattern: string, text: string, ignoresCase = false): boolean {
  const [wanted, given] = ignoresCase
    ? [pattern.toLowerCase(), text.toLowerCase()]
    : [pattern, text];
  let at = 0;
  let star = -1;
  let retry = 0;
  let index = 0;
  while (index < given.length) {
    if (wanted[at] === '*') {
      star = at;
      retry = index;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      index = retry;
    } else return false;
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
