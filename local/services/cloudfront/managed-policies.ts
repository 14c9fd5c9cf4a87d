/** The policies of AWS that every account has, by id. Nothing is cached here, so that lifetimes are left out. */
type ManagedPolicies = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const cached = (headers: readonly string[], query: string, cookies = 'none') => ({
  HeadersConfig: named('HeaderBehavior', 'Headers', headers),
  CookiesConfig: { CookieBehavior: cookies },
  QueryStringsConfig: { QueryStringBehavior: query },
});

function named(behavior: string, member: string, Items: readonly string[]) {
  return Items.length === 0
    ? { [behavior]: 'none' }
    : { [behavior]: 'whitelist', [member]: { Quantity: Items.length, Items } };
}

const compressed = { EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true };
const plain = { EnableAcceptEncodingGzip: false, EnableAcceptEncodingBrotli: false };
const ORIGIN_HEADERS = [
  'host',
  'origin',
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
];

const cachePolicy = (Name: string, parameters: object, DefaultTTL = 86_400) => ({
  Name,
  DefaultTTL,
  MinTTL: DefaultTTL === 0 ? 0 : 1,
  ParametersInCacheKeyAndForwardedToOrigin: parameters,
});

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
export const MANAGED_CACHE_POLICIES: ManagedPolicies = {
  '658327ea-f89d-4fab-a63d-7e88639e58f6': cachePolicy('Managed-CachingOptimized', {
    ...compressed,
    ...cached([], 'none'),
  }),
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': cachePolicy(
    'Managed-CachingOptimizedForUncompressedObjects',
    { ...plain, ...cached([], 'none') },
  ),
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': cachePolicy(
    'Managed-CachingDisabled',
    { ...plain, ...cached([], 'none') },
    0,
  ),
  '83da9c7e-98b4-4e11-a168-04f0df8e2c65': cachePolicy(
    'UseOriginCacheControlHeaders',
    { ...compressed, ...cached(ORIGIN_HEADERS, 'none', 'all') },
    1,
  ),
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': cachePolicy(
    'UseOriginCacheControlHeaders-QueryStrings',
    { ...compressed, ...cached(ORIGIN_HEADERS, 'all', 'all') },
    1,
  ),
};

const requestPolicy = (Name: string, headers: object, cookies: string, query: string) => ({
  Name,
  HeadersConfig: headers,
  CookiesConfig: { CookieBehavior: cookies },
  QueryStringsConfig: { QueryStringBehavior: query },
});

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
export const MANAGED_ORIGIN_REQUEST_POLICIES: ManagedPolicies = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': requestPolicy(
    'Managed-AllViewer',
    { HeaderBehavior: 'allViewer' },
    'all',
    'all',
  ),
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': requestPolicy(
    'Managed-AllViewerExceptHostHeader',
    { HeaderBehavior: 'allExcept', Headers: { Quantity: 1, Items: ['host'] } },
    'all',
    'all',
  ),
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': requestPolicy(
    'Managed-CORS-S3Origin',
    named('HeaderBehavior', 'Headers', [
      'origin',
      'access-control-request-headers',
      'access-control-request-method',
    ]),
    'none',
    'none',
  ),
  '59781a5b-3903-41f3-afcb-af62929ccde1': requestPolicy(
    'Managed-CORS-CustomOrigin',
    named('HeaderBehavior', 'Headers', ['origin']),
    'none',
    'none',
  ),
  'acba4595-bd28-49b8-b9fe-13317c0390fa': requestPolicy(
    'Managed-UserAgentRefererHeaders',
    named('HeaderBehavior', 'Headers', ['user-agent', 'referer']),
    'none',
    'none',
  ),
};

const SECURITY = {
  XSSProtection: { Override: false, Protection: true, ModeBlock: true },
  FrameOptions: { Override: false, FrameOption: 'SAMEORIGIN' },
  ReferrerPolicy: { Override: false, ReferrerPolicy: 'strict-origin-when-cross-origin' },
  ContentTypeOptions: { Override: true },
  StrictTransportSecurity: { Override: false, AccessControlMaxAgeSec: 31_536_000 },
};
const ANY = { Quantity: 1, Items: ['*'] };
const CORS = {
  AccessControlAllowOrigins: ANY,
  AccessControlAllowHeaders: { Quantity: 0 },
  AccessControlAllowMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
  AccessControlAllowCredentials: false,
  OriginOverride: false,
};
const PREFLIGHT = {
  ...CORS,
  AccessControlAllowMethods: {
    Quantity: 7,
    Items: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
  },
  AccessControlExposeHeaders: ANY,
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
export const MANAGED_RESPONSE_HEADERS_POLICIES: ManagedPolicies = {
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    Name: 'Managed-SecurityHeadersPolicy',
    SecurityHeadersConfig: SECURITY,
  },
  '60669652-455b-4ae9-85a4-c4c02393f86c': { Name: 'Managed-SimpleCORS', CorsConfig: CORS },
  '5cc3b908-e619-4b99-88e5-2cf7f45965bd': {
    Name: 'Managed-CORS-With-Preflight',
    CorsConfig: PREFLIGHT,
  },
  'e61eb60c-9c35-4d20-a928-2b84e02af89c': {
    Name: 'Managed-CORS-and-SecurityHeadersPolicy',
    CorsConfig: CORS,
    SecurityHeadersConfig: SECURITY,
  },
  'eaab4381-ed33-4a86-88ca-d9558dc6cd63': {
    Name: 'Managed-CORS-with-preflight-and-SecurityHeadersPolicy',
    CorsConfig: PREFLIGHT,
    SecurityHeadersConfig: SECURITY,
  },
};
