/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const ROUTES_AN_API = 300;
export const INTEGRATIONS_AN_API = 300;
export const AUTHORIZERS_AN_API = 10;
export const STAGES_AN_API = 10;
export const VPC_LINKS = 10;
export const SCOPES_A_ROUTE = 10;
export const AUDIENCES_AN_AUTHORIZER = 50;
export const LONGEST_INTEGRATION_MS = 30_000;
export const PAYLOAD_BYTES = 10 * 1024 * 1024;
/** The request line and the headers together. */
export const HEADERS_BYTES = 10_240;
export const LOG_FORMAT_BYTES = 3_072;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html: no page size is documented; REST APIs have 25. */
export const PAGE_SIZE = 25;
