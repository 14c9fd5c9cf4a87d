import type { Cors } from '@aws-sdk/client-apigatewayv2';
import { headerOf, type WebHeader, type WebRequest } from '../../../cloud/web.ts';

/** Whether a request is a preflight, which an API with CORS answers itself. */
export function isPreflight(request: WebRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    headerOf(request, 'origin') !== undefined &&
    headerOf(request, 'access-control-request-method') !== undefined
  );
}

/**
 * The headers for a request from an origin; none without an origin or for one that is not allowed.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function corsHeaders(cors: Cors, request: WebRequest): readonly WebHeader[] {
  const origin = headerOf(request, 'origin');
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  if (allowed === undefined) return [];
  const headers: WebHeader[] = [['access-control-allow-origin', allowed]];
  if (cors.AllowCredentials === true) headers.push(['access-control-allow-credentials', 'true']);
  if (isPreflight(request)) return [...headers, ...preflightHeaders(cors)];
  return [...headers, ...listHeader('access-control-expose-headers', cors.ExposeHeaders)];
}

function preflightHeaders(cors: Cors): readonly WebHeader[] {
  return [
    ...listHeader('access-control-allow-methods', cors.AllowMethods),
    ...listHeader('access-control-allow-headers', cors.AllowHeaders),
    ...(cors.MaxAge === undefined
      ? []
      : [['access-control-max-age', String(cors.MaxAge)] as const]),
  ];
}

function listHeader(name: string, values: readonly string[] | undefined): readonly WebHeader[] {
  return values === undefined || values.length === 0 ? [] : [[name, values.join(',')]];
}

/** `https://*` and `http://*` allow every origin of that scheme. */
function allowedOrigin({ AllowOrigins = [] }: Cors, origin: string): string | undefined {
  if (AllowOrigins.includes('*')) return '*';
  const isAllowed = AllowOrigins.some((allowed) =>
    allowed.endsWith('://*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin,
  );
  return isAllowed ? origin : undefined;
}

/** API Gateway drops the function's own CORS headers if the API has CORS. */
export function withoutCorsHeaders(headers: readonly WebHeader[]): readonly WebHeader[] {
  return headers.filter(([name]) => !name.startsWith('access-control-'));
}
