import type { Cloud } from '../../../cloud/cloud.ts';
import { headerOf, type WebHeader } from '../../../cloud/web.ts';
import type { ListenerRecord, LoadBalancerRecord } from '../store.ts';
import type { BalancedRequest } from './exchange.ts';

/** Headers of one connection: https://datatracker.ietf.org/doc/html/rfc9110#name-connection */
const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

export function withoutHopByHop(headers: readonly WebHeader[]): readonly WebHeader[] {
  return headers.filter(([name]) => !HOP_BY_HOP.includes(name));
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html */
export function headersForTarget(
  cloud: Cloud,
  { attributes }: LoadBalancerRecord,
  { port, protocol }: ListenerRecord,
  request: BalancedRequest,
): readonly WebHeader[] {
  const own: Record<string, string> = {
    'x-forwarded-proto': protocol.toLowerCase(),
    'x-forwarded-port': String(port),
    'x-amzn-trace-id': headerOf(request, 'x-amzn-trace-id') ?? newTrace(cloud),
  };
  const former = headerOf(request, 'x-forwarded-for');
  const mode = attributes['routing.http.xff_header_processing.mode'];
  if (mode === 'append') {
    own['x-forwarded-for'] = [former, request.sourceIp].filter(Boolean).join(', ');
  } else if (mode === 'preserve' && former !== undefined) own['x-forwarded-for'] = former;
  const kept = withoutHopByHop(request.headers).filter(
    ([name]) => !Object.hasOwn(own, name) && name !== 'x-forwarded-for' && name !== 'expect',
  );
  const isChunked = headerOf(request, 'transfer-encoding') !== undefined;
  return [
    ...kept,
    ...Object.entries(own),
    ...(isChunked ? [['transfer-encoding', 'chunked'] as const] : []),
  ];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
function newTrace({ clock, random }: Cloud): string {
  return `Root=1-${Math.floor(clock.now() / 1_000).toString(16)}-${random.hex(24)}`;
}
