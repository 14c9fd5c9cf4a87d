/**
 * Amazon API Gateway on one machine: HTTP APIs in front of Lambda functions.
 *
 * Here: APIs with stages, routes, integrations, JWT authorizers and deployments; requests at
 * `http://<api>.execute-api.<region>.localhost:<port>` and `http://127.0.0.1:<port>/_aws/execute-api/<api>`; routes
 * by AWS's rules (static, variable, greedy, ANY, $default), payload format 2.0, CORS answered by the API, throttling
 * by route, the limits of 30 seconds, 10 MB and 10,240 bytes of headers, the function's permission to be invoked,
 * access logs in CloudWatch Logs, the metrics Count, 4xx, 5xx, Latency, IntegrationLatency and DataProcessed.
 *
 * Missing, and answered as missing by name: REST and WebSocket APIs, custom domains, VPC links, import and
 * export, integrations other than Lambda functions, payload format 1.0, parameter mapping, Lambda and IAM
 * authorizers, API keys, mutual TLS.
 *
 * Different by design: an authorizer reads the keys of this runtime's user pools and of issuers on this machine, and no
 * others; the account's limit of 10,000 requests a second does not exist.
 *
 * Behaviour from: the API Gateway Developer Guide and API reference, and events and answers that people recorded.
 */
export { createApiGatewayV2Service } from './service.ts';
