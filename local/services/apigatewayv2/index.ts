/**
 * Amazon API Gateway on one machine: HTTP APIs in front of Lambda functions and load balancers.
 *
 * Here: APIs with stages, routes, integrations, JWT authorizers and deployments; routes authorized by IAM; VPC links and private
 * integrations with a listener of a load balancer; requests at
 * `http://<api>.execute-api.<region>.localhost:<port>` and `http://127.0.0.1:<port>/_aws/execute-api/<api>`; routes
 * by AWS's rules (static, variable, greedy, ANY, $default), payload format 2.0, CORS answered by the API, throttling
 * by route, the limits of 30 seconds, 10 MB and 10,240 bytes of headers, the function's permission to be invoked,
 * access logs in CloudWatch Logs, the metrics Count, 4xx, 5xx, Latency, IntegrationLatency and DataProcessed.
 *
 * Missing, and answered as missing by name: REST and WebSocket APIs, custom domains, import and export, integrations other than
 * Lambda functions and listeners, payload format 1.0 of functions, parameter mapping, Lambda authorizers, API keys, mutual TLS.
 *
 * Different by design: a VPC link is AVAILABLE at once, and its subnets have no effect; an authorizer reads the keys of this runtime's user pools and of issuers on this machine, and no
 * others; the account's limit of 10,000 requests a second does not exist.
 *
 * Behaviour from: the API Gateway Developer Guide and API reference, and events and answers that people recorded.
 */
export { createApiGatewayV2Service } from './service.ts';
