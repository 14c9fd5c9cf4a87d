import type { ResponseHeadersPolicyConfig } from '@aws-sdk/client-cloudfront';
import type { WebHeader } from '../../../cloud/web.ts';
import { type EdgeRequest, type EdgeResponse, replaced, valueOf } from './viewer.ts';

/** A header of a policy. */
interface Ruled {
  readonly name: string;
  readonly value: string;
  /** Whether it replaces the origin's. */
  readonly override: boolean | undefined;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
export function applyHeadersPolicy(
  policy: ResponseHeadersPolicyConfig | undefined,
  request: EdgeRequest,
  response: EdgeResponse,
): EdgeResponse {
  if (policy === undefined) return response;
  const removed = new Set(
    policy.RemoveHeadersConfig?.Items?.map(({ Header = '' }) => Header.toLowerCase()),
  );
  let headers: readonly WebHeader[] = response.headers.filter(([name]) => !removed.has(name));
  for (const { name, value, override } of ruledBy(policy, request)) {
    if (override === true || valueOf(headers, name) === undefined) {
      headers = replaced(headers, name, value);
    }
  }
  return { ...response, headers };
}

function ruledBy(policy: ResponseHeadersPolicyConfig, request: EdgeRequest): readonly Ruled[] {
  const custom = (policy.CustomHeadersConfig?.Items ?? []).map(
    ({ Header = '', Value = '', Override }) => ({
      name: Header.toLowerCase(),
      value: Value,
      override: Override,
    }),
  );
  return [...corsOf(policy, request), ...securityOf(policy), ...custom];
}

function corsOf({ CorsConfig: cors }: ResponseHeadersPolicyConfig, request: EdgeRequest) {
  const origin = valueOf(request.headers, 'origin');
  if (cors === undefined || origin === undefined) return [];
  const origins = cors.AccessControlAllowOrigins?.Items ?? [];
  const isAny = origins.includes('*');
  if (!isAny && !origins.some((allowed) => fitsOrigin(allowed, origin))) return [];
  const override = cors.OriginOverride;
  const isPreflight = request.method === 'OPTIONS';
  const all: Ruled[] = [
    { name: 'access-control-allow-origin', value: isAny ? '*' : origin, override },
    ...(cors.AccessControlAllowCredentials === true
      ? [{ name: 'access-control-allow-credentials', value: 'true', override }]
      : []),
    {
      name: 'access-control-expose-headers',
      value: list(cors.AccessControlExposeHeaders),
      override,
    },
  ];
  const preflight: Ruled[] = [
    { name: 'access-control-allow-headers', value: list(cors.AccessControlAllowHeaders), override },
    {
      name: 'access-control-allow-methods',
      value: methodsOf(list(cors.AccessControlAllowMethods)),
      override,
    },
    { name: 'access-control-max-age', value: String(cors.AccessControlMaxAgeSec ?? ''), override },
  ];
  return [...all, ...(isPreflight ? preflight : [])].filter(({ value }) => value !== '');
}

function list(items: { readonly Items?: readonly string[] | undefined } | undefined): string {
  return (items?.Items ?? []).join(', ');
}

function methodsOf(methods: string): string {
  return methods === 'ALL' ? 'GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE' : methods;
}

/** An origin, or a host without scheme; a host may begin with `*.`. */
function fitsOrigin(allowed: string, origin: string): boolean {
  const host = origin.replace(/^https?:\/\//, '');
  const pattern = allowed.includes('://') ? allowed : `${origin.slice(0, -host.length)}${allowed}`;
  if (pattern === origin) return true;
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return false;
  const isLongEnough = origin.length > start.length + end.length;
  return isLongEnough && origin.startsWith(start) && origin.endsWith(end);
}

function securityOf({
  SecurityHeadersConfig: config,
}: ResponseHeadersPolicyConfig): readonly Ruled[] {
  if (config === undefined) return [];
  const { ContentSecurityPolicy, ContentTypeOptions, FrameOptions, ReferrerPolicy } = config;
  const { StrictTransportSecurity, XSSProtection } = config;
  const ruled = [
    [
      'content-security-policy',
      ContentSecurityPolicy,
      ContentSecurityPolicy?.ContentSecurityPolicy,
    ],
    ['x-content-type-options', ContentTypeOptions, 'nosniff'],
    ['x-frame-options', FrameOptions, FrameOptions?.FrameOption],
    ['referrer-policy', ReferrerPolicy, ReferrerPolicy?.ReferrerPolicy],
    ['strict-transport-security', StrictTransportSecurity, transport(StrictTransportSecurity)],
    ['x-xss-protection', XSSProtection, protection(XSSProtection)],
  ] as const;
  return ruled.flatMap(([name, member, value]) =>
    member === undefined || value === undefined ? [] : [{ name, value, override: member.Override }],
  );
}

type Security = NonNullable<ResponseHeadersPolicyConfig['SecurityHeadersConfig']>;

function transport(config: Security['StrictTransportSecurity']): string | undefined {
  if (config === undefined) return undefined;
  const parts = [
    `max-age=${config.AccessControlMaxAgeSec ?? 0}`,
    ...(config.IncludeSubdomains === true ? ['includeSubDomains'] : []),
    ...(config.Preload === true ? ['preload'] : []),
  ];
  return parts.join('; ');
}

function protection(config: Security['XSSProtection']): string | undefined {
  if (config === undefined) return undefined;
  if (config.Protection !== true) return '0';
  const parts = [
    '1',
    ...(config.ModeBlock === true ? ['mode=block'] : []),
    ...(config.ReportUri === undefined ? [] : [`report=${config.ReportUri}`]),
  ];
  return parts.join('; ');
}

/** Hosts of AWS that this runtime stands for. */
const HOSTS_OF_AWS =
  /https:\/\/[a-z0-9*.-]+\.(?:amazonaws\.com|amazoncognito\.com)(?![a-z0-9.-])(?:\/[^\s;]*)?/gi;

/** The policy of a page, with the address of this runtime in place of AWS's hosts. */
export function withLocalHosts(response: EdgeResponse, endpoint: string | undefined): EdgeResponse {
  if (endpoint === undefined) return response;
  const headers = response.headers.map(
    ([name, value]): WebHeader =>
      name === 'content-security-policy'
        ? [name, value.replaceAll(HOSTS_OF_AWS, endpoint)]
        : [name, value],
  );
  return { ...response, headers };
}
