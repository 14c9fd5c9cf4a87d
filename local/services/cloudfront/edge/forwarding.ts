import type { WebHeader } from '../../../cloud/web.ts';
import { findPolicy } from '../configured.ts';
import type { CloudFrontState } from '../state.ts';
import type { Behavior } from './behaviors.ts';
import { type EdgeRequest, valueOf } from './viewer.ts';

/** Which of a kind of values are forwarded. */
interface Selection {
  readonly behavior: string;
  /** Header names are in lower case. */
  readonly names: readonly string[];
}

interface Rules {
  readonly headers: readonly Selection[];
  readonly cookies: readonly Selection[];
  readonly query: readonly Selection[];
}

/** What reaches the origin of a request. */
export interface Forwarded {
  readonly headers: readonly WebHeader[];
  readonly query: string;
}

/**
 * Headers, cookies and parameters that the cache policy and the origin request policy let through, with those that
 * CloudFront always sends.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export function forward(
  state: CloudFrontState,
  behavior: Behavior,
  request: EdgeRequest,
): Forwarded {
  const rules = rulesOf(state, behavior);
  const isForwarded = (name: string) => rules.headers.some((rule) => selects(rule, name));
  const kept = request.headers.filter(
    ([name]) =>
      name !== 'cookie' && !HOP_BY_HOP.has(name) && (ALWAYS.has(name) || isForwarded(name)),
  );
  const cookies = selectedCookies(request, rules.cookies);
  const address = request.web.sourceIp;
  const chain = valueOf(request.headers, 'x-forwarded-for');
  return {
    headers: [
      ...kept.filter(([name]) => !SET_HERE.has(name)),
      ...(cookies === '' ? [] : [['cookie', cookies] as const]),
      [
        'user-agent',
        isForwarded('user-agent') ? (valueOf(kept, 'user-agent') ?? '') : 'Amazon CloudFront',
      ],
      ['x-forwarded-for', chain === undefined ? address : `${chain}, ${address}`],
      ['via', '1.1 stepmill.cloudfront.net (CloudFront)'],
    ],
    query: selectedQuery(request.query, rules.query),
  };
}

/** Headers of one connection. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that reach every origin: those of conditions, ranges and bodies. */
const ALWAYS: ReadonlySet<string> = new Set([
  'content-length',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
]);

const SET_HERE: ReadonlySet<string> = new Set(['user-agent', 'via', 'x-forwarded-for']);

/** The members of policies, and of a behavior without one. */
interface PolicyConfig {
  readonly HeadersConfig?: Named & { readonly HeaderBehavior?: string; readonly Headers?: Items };
  readonly CookiesConfig?: { readonly CookieBehavior?: string; readonly Cookies?: Items };
  readonly QueryStringsConfig?: {
    readonly QueryStringBehavior?: string;
    readonly QueryStrings?: Items;
  };
}
type Named = object;
interface Items {
  readonly Items?: readonly string[] | undefined;
}

function rulesOf(state: CloudFrontState, behavior: Behavior): Rules {
  const cache = findPolicy(state, 'cache', behavior.CachePolicyId);
  const key = cache?.['ParametersInCacheKeyAndForwardedToOrigin'];
  const policies = [
    (key as PolicyConfig | undefined) ?? legacy(behavior),
    findPolicy(state, 'originRequest', behavior.OriginRequestPolicyId) as PolicyConfig | undefined,
  ].filter((policy) => policy !== undefined);
  return {
    headers: policies.map(({ HeadersConfig: config }) => ({
      behavior: config?.HeaderBehavior ?? 'none',
      names: (config?.Headers?.Items ?? []).map((name) => name.toLowerCase()),
    })),
    cookies: policies.map(({ CookiesConfig: config }) => ({
      behavior: config?.CookieBehavior ?? 'none',
      names: config?.Cookies?.Items ?? [],
    })),
    query: policies.map(({ QueryStringsConfig: config }) => ({
      behavior: config?.QueryStringBehavior ?? 'none',
      names: config?.QueryStrings?.Items ?? [],
    })),
  };
}

/** `ForwardedValues`, which distributions from before 2020 have in place of policies. */
function legacy({ ForwardedValues: values }: Behavior): PolicyConfig | undefined {
  if (values === undefined) return undefined;
  const names = values.Headers?.Items ?? [];
  return {
    HeadersConfig: names.includes('*')
      ? { HeaderBehavior: 'allViewer' }
      : { HeaderBehavior: 'whitelist', Headers: { Items: names } },
    CookiesConfig: {
      CookieBehavior: values.Cookies?.Forward ?? 'none',
      Cookies: { Items: values.Cookies?.WhitelistedNames?.Items },
    },
    QueryStringsConfig: { QueryStringBehavior: values.QueryString === true ? 'all' : 'none' },
  };
}

function selects({ behavior, names }: Selection, name: string): boolean {
  switch (behavior) {
    case 'all':
    case 'allViewer':
    case 'allViewerAndWhitelistCloudFront':
      return true;
    case 'allExcept':
      return !names.includes(name);
    case 'whitelist':
      return names.includes(name);
    default:
      return false;
  }
}

function selectedCookies(request: EdgeRequest, rules: readonly Selection[]): string {
  return (valueOf(request.headers, 'cookie') ?? '')
    .split(/[;,]\s*/)
    .filter((cookie) => {
      const name = cookie.split('=')[0] ?? '';
      return cookie !== '' && rules.some((rule) => selects(rule, name));
    })
    .join('; ');
}

function selectedQuery(query: string, rules: readonly Selection[]): string {
  return query
    .split('&')
    .filter((part) => {
      const name = part.split('=')[0] ?? '';
      return part !== '' && rules.some((rule) => selects(rule, decoded(name)));
    })
    .join('&');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
