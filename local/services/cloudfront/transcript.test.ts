import { describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import { type Answered, type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createS3Service } from '../s3/index.ts';
import { createCloudFrontService } from './index.ts';

// https://docs.aws.amazon.com/cloudfront/latest/APIReference/
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/

const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const MISSING = '00000000-0000-0000-0000-000000000000';
const API_HOST = 'api1.execute-api.us-east-1.amazonaws.com';

/** An HTTP API that answers with what it was asked. */
const echo: ServiceFactory = () => ({
  name: 'apigatewayv2',
  operations: {},
  accessDenied: () => new Error() as never,
  web({ host, method, path, query, headers }) {
    if (host !== API_HOST) return undefined;
    const status = Number(/status-(\d+)/.exec(path)?.[1] ?? 200);
    return Promise.resolve({
      status,
      headers: [
        ['content-type', 'application/json'],
        ['server', 'echo'],
        ['set-cookie', 'a=1; Path=/; Secure'],
        ['set-cookie', 'b=2; Secure'],
        ['set-cookie', 'c=3'],
      ],
      body: JSON.stringify({ method, path, query, headers }),
    });
  },
});

const behavior = (more: object = {}) => ({
  TargetOriginId: 's3',
  ViewerProtocolPolicy: 'allow-all',
  CachePolicyId: OPTIMIZED,
  ...more,
});
const items = (Items: readonly unknown[]) => ({ Quantity: Items.length, Items });
const config = (more: object = {}) => ({
  CallerReference: 'first',
  Comment: '',
  Enabled: true,
  Origins: items([{ Id: 's3', DomainName: 'site.s3.us-east-1.amazonaws.com' }]),
  DefaultCacheBehavior: behavior(),
  ...more,
});
const create = (more: object = {}, as?: string): Step => [
  'CreateDistribution',
  { DistributionConfig: config(more) },
  as,
];
/** A request about the distribution of the transcript. */
const of = (
  operation: string,
  input: object | ((answered: Answered) => object) = {},
  as?: string,
): Step => [
  operation,
  (answered) => ({
    Id: answered('made.Distribution.Id'),
    ...(typeof input === 'function' ? input(answered) : input),
  }),
  as,
];
const invalidate = (CallerReference: string, Paths: object, as?: string): Step => [
  'CreateInvalidation',
  (answered) => ({
    DistributionId: answered('made.Distribution.Id'),
    InvalidationBatch: { CallerReference, Paths },
  }),
  as,
];

const KINDS = [
  [
    'OriginAccessControl',
    'OriginAccessControls',
    {
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    },
  ],
  ['CachePolicy', 'CachePolicies', { MinTTL: 1 }],
  [
    'OriginRequestPolicy',
    'OriginRequestPolicies',
    {
      HeadersConfig: { HeaderBehavior: 'none' },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    },
  ],
  ['ResponseHeadersPolicy', 'ResponseHeadersPolicies', { Comment: 'c' }],
] as const;

const configured = KINDS.flatMap(([kind, plural, settings]): readonly Step[] => {
  const given = (more: object) => ({ [`${kind}Config`]: { Name: 'n', ...settings, ...more } });
  const asked = (operation: string, read: (answered: Answered) => object): Step => [
    `${operation}${kind}`,
    (answered) => ({ Id: answered(`${kind}.${kind}.Id`), ...read(answered) }),
    `${operation}${kind}`,
  ];
  const etag = (answered: Answered) => ({ IfMatch: answered(`${kind}.ETag`) });
  return [
    [`Create${kind}`, given({}), kind],
    [`Create${kind}`, given({})],
    [`Create${kind}`, given({ Name: 'other' })],
    [`Get${kind}`, { Id: MISSING }],
    [`Update${kind}`, { Id: MISSING, IfMatch: '*', ...given({}) }],
    [`Delete${kind}`, { Id: MISSING, IfMatch: '*' }],
    asked('Get', () => ({})),
    asked('Update', () => given({})),
    asked('Update', () => ({ IfMatch: 'EOTHER', ...given({}) })),
    asked('Update', (answered) => ({ ...etag(answered), ...given({ Name: 'other' }) })),
    { advanceSeconds: 1 },
    asked('Update', (answered) => ({ ...etag(answered), ...given({ Name: 'renamed' }) })),
    [`List${plural}`, { Type: 'custom', MaxItems: 1 }, 'page'],
    [
      `List${plural}`,
      (answered) => ({ Type: 'custom', Marker: answered(`page.${kind}List.NextMarker`) }),
    ],
    [`List${plural}`, { Type: 'managed' }],
    asked('Delete', etag),
    asked('Delete', (answered) => ({ IfMatch: answered(`Update${kind}.ETag`) })),
  ];
});

const KEY_VALUE_STORE =
  'arn:aws:cloudfront::000000000000:key-value-store/00000000-0000-0000-0000-000000000000';
const FunctionConfig = { Comment: 'c', Runtime: 'cloudfront-js-2.0' };
const fn = (Name: string, text: string, as?: string): Step => [
  'CreateFunction',
  { Name, FunctionConfig, FunctionCode: Buffer.from(text) },
  as,
];
const ofFunction = (operation: string, input: object = {}, as?: string): Step => [
  operation,
  (answered) => ({ Name: 'f', IfMatch: answered('f.ETag'), ...input }),
  as,
];

const functions: readonly Step[] = [
  fn('f', 'one', 'f'),
  fn('f', 'one'),
  fn('large', 'x'.repeat(10_240)),
  fn('larger', 'x'.repeat(10_241)),
  [
    'CreateFunction',
    {
      Name: 'g',
      FunctionCode: Buffer.from('x'),
      FunctionConfig: {
        ...FunctionConfig,
        KeyValueStoreAssociations: items([{ KeyValueStoreARN: KEY_VALUE_STORE }]),
      },
    },
  ],
  ['DescribeFunction', { Name: 'f' }],
  ['DescribeFunction', { Name: 'f', Stage: 'LIVE' }],
  ['GetFunction', { Name: 'f', Stage: 'LIVE' }],
  ['GetFunction', { Name: 'missing' }],
  ['ListFunctions', { Stage: 'LIVE' }],
  ofFunction('PublishFunction', { IfMatch: undefined }),
  ofFunction('PublishFunction', { IfMatch: 'EOTHER' }),
  { advanceSeconds: 10 },
  ofFunction('PublishFunction'),
  { advanceSeconds: 10 },
  ofFunction('UpdateFunction', { FunctionConfig, FunctionCode: Buffer.from('two') }, 'changed'),
  ['GetFunction', { Name: 'f', Stage: 'LIVE' }],
  ['GetFunction', { Name: 'f', Stage: 'DEVELOPMENT' }],
  ['DescribeFunction', { Name: 'f', Stage: 'LIVE' }],
  ['DescribeFunction', { Name: 'f', Stage: 'DEVELOPMENT' }],
  ['ListFunctions'],
  ['ListFunctions', { Stage: 'LIVE' }],
  ['ListFunctions', { MaxItems: 1 }, 'page'],
  ['ListFunctions', (answered) => ({ Marker: answered('page.FunctionList.NextMarker') })],
  ofFunction('DeleteFunction'),
  ['DeleteFunction', (answered) => ({ Name: 'f', IfMatch: answered('changed.ETag') })],
  ['DescribeFunction', { Name: 'f' }],
];

const distributions: readonly Step[] = [
  create({ Origins: items([{ Id: 'other', DomainName: 'a.example' }]) }),
  create({ CacheBehaviors: items([behavior({ PathPattern: '/x', TargetOriginId: 'none' })]) }),
  create({
    OriginGroups: items([
      {
        Id: 'g',
        FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [500] } },
        Members: items([{ OriginId: 's3' }, { OriginId: 's3' }]),
      },
    ]),
  }),
  ...['CachePolicyId', 'OriginRequestPolicyId', 'ResponseHeadersPolicyId'].map((name) =>
    create({ DefaultCacheBehavior: behavior({ [name]: MISSING }) }),
  ),
  create({
    DefaultCacheBehavior: behavior({
      LambdaFunctionAssociations: items([
        {
          EventType: 'viewer-request',
          LambdaFunctionARN: 'arn:aws:lambda:us-east-1:000000000000:function:f:1',
        },
      ]),
    }),
  }),
  create({}, 'made'),
  create(),
  [
    'CreateDistributionWithTags',
    {
      DistributionConfigWithTags: {
        DistributionConfig: config({
          CallerReference: 'second',
          Enabled: false,
          Aliases: items(['www.example.com']),
          PriceClass: 'PriceClass_100',
          HttpVersion: 'http3',
          IsIPV6Enabled: true,
          WebACLId: 'acl',
        }),
        Tags: { Items: [{ Key: 'a', Value: '1' }, { Key: 'b' }] },
      },
    },
    'tagged',
  ],
  { advanceSeconds: 60 },
  ['GetDistribution', { Id: 'EMISSING' }],
  of('GetDistribution'),
  of('GetDistributionConfig'),
  of('UpdateDistribution', { DistributionConfig: config({ Comment: 'x' }) }),
  of('UpdateDistribution', { IfMatch: 'EOTHER', DistributionConfig: config({ Comment: 'x' }) }),
  of('DeleteDistribution', (answered) => ({ IfMatch: answered('made.ETag') })),
  of(
    'UpdateDistribution',
    (answered) => ({
      IfMatch: answered('made.ETag'),
      DistributionConfig: config({ Enabled: false }),
    }),
    'updated',
  ),
  ['ListDistributions', { MaxItems: 1 }, 'page'],
  ['ListDistributions', (answered) => ({ Marker: answered('page.DistributionList.NextMarker') })],
  ...['ListTagsForResource', 'TagResource', 'UntagResource'].flatMap(
    (operation): readonly Step[] => [
      [
        operation,
        (answered) => ({
          Resource: answered('tagged.Distribution.ARN'),
          Tags: { Items: [{ Key: 'c', Value: '3' }] },
          TagKeys: { Items: ['a'] },
        }),
      ],
      [
        operation,
        {
          Resource: 'arn:aws:cloudfront::000000000000:distribution/EMISSING',
          Tags: { Items: [] },
          TagKeys: { Items: [] },
        },
      ],
    ],
  ),
  ['ListTagsForResource', (answered) => ({ Resource: answered('tagged.Distribution.ARN') })],
  invalidate('none', items([])),
  invalidate('count', { Quantity: 2, Items: ['/*'] }),
  ...['no-slash', '/a*b', '/**', '/a b'].map((path) => invalidate(path, items([path]))),
  invalidate('i', items(['/*', '/index.html']), 'i'),
  { advanceSeconds: 1 },
  invalidate('i', items(['/*', '/index.html'])),
  // `InvalidationBatch` in the API reference: the same reference with other paths is refused.
  invalidate('i', items(['/*'])),
  [
    'GetInvalidation',
    (answered) => ({
      DistributionId: answered('made.Distribution.Id'),
      Id: answered('i.Invalidation.Id'),
    }),
  ],
  [
    'GetInvalidation',
    (answered) => ({ DistributionId: answered('made.Distribution.Id'), Id: 'IMISSING' }),
  ],
  [
    'ListInvalidations',
    (answered) => ({ DistributionId: answered('made.Distribution.Id'), MaxItems: 1 }),
    'page',
  ],
  [
    'ListInvalidations',
    (answered) => ({
      DistributionId: answered('made.Distribution.Id'),
      Marker: answered('page.InvalidationList.NextMarker'),
    }),
  ],
  ['ListInvalidations', { DistributionId: 'EMISSING' }],
  of('DeleteDistribution', (answered) => ({ IfMatch: answered('updated.ETag') })),
  of('GetDistribution'),
];

const OBJECTS: readonly Step[] = [
  ['s3:CreateBucket', { Bucket: 'site' }],
  [
    's3:PutBucketPolicy',
    {
      Bucket: 'site',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: ['s3:GetObject'],
            Resource: 'arn:aws:s3:::site/*',
          },
        ],
      }),
    },
  ],
  ...(
    [
      ['index.html', 'text/html', '<p>root</p>'],
      ['folder/index.html', 'text/html', '<p>folder</p>'],
      ['error.html', 'text/html', '<p>error</p>'],
      ['a b.txt', 'text/plain; charset=utf-8', 'space'],
      ['999.txt', 'text/plain', 'x'.repeat(999)],
      ['1000.txt', 'text/plain', 'x'.repeat(1_000)],
      ['1000.png', 'image/png', 'x'.repeat(1_000)],
    ] as const
  ).map(
    ([Key, ContentType, Body]): Step => [
      's3:PutObject',
      {
        Bucket: 'site',
        Key,
        ContentType,
        Body: Buffer.from(Body),
        Metadata: { owner: 'me' },
        CacheControl: 'max-age=60',
      },
    ],
  ),
];

/** A bucket whose keys CloudFront may list, and an object with all that S3 keeps of it. */
const LISTED: readonly Step[] = [
  ['s3:CreateBucket', { Bucket: 'listed' }],
  [
    's3:PutBucketPolicy',
    {
      Bucket: 'listed',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: ['s3:GetObject', 's3:ListBucket'],
            Resource: ['arn:aws:s3:::listed', 'arn:aws:s3:::listed/*'],
          },
        ],
      }),
    },
  ],
  [
    's3:PutObject',
    {
      Bucket: 'listed',
      Key: 'listed/full',
      Body: Buffer.from('full'),
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ContentType: 'text/plain',
      Expires: new Date('2026-02-03T04:05:06Z'),
      Metadata: { Owner: 'me' },
    },
  ],
];

const ask = (target: string, more: object = {}): Step => ({
  web: (answered) => ({
    url: `${String(answered('made.Distribution.Id')).toLowerCase()}.cloudfront.localhost${target}`,
    ...more,
  }),
});
const withHeaders = (...headers: readonly (readonly [string, string])[]) => ({ headers });

const files: readonly Step[] = [
  ...OBJECTS,
  ...LISTED,
  create(
    {
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: behavior({ Compress: true }),
      CustomErrorResponses: items([
        { ErrorCode: 403, ResponsePagePath: '/error.html', ResponseCode: '404' },
        { ErrorCode: 405 },
      ]),
      Origins: items([
        { Id: 's3', DomainName: 'site.s3.us-east-1.amazonaws.com' },
        { Id: 'folder', DomainName: 'site.s3.amazonaws.com', OriginPath: '/folder' },
        { Id: 'none', DomainName: 'missing.s3.amazonaws.com' },
        { Id: 'listed', DomainName: 'listed.s3.amazonaws.com' },
      ]),
      CacheBehaviors: items([
        behavior({ PathPattern: '/index.*', TargetOriginId: 'folder' }),
        behavior({ PathPattern: '/listed/*', TargetOriginId: 'listed' }),
        behavior({ PathPattern: 'none/*', TargetOriginId: 'none' }),
        behavior({ PathPattern: '/put/*', AllowedMethods: items(['GET', 'HEAD', 'PUT']) }),
      ]),
    },
    'made',
  ),
  ask('/'),
  ask('/error.html'),
  ask('/error.html', { method: 'HEAD' }),
  ask('/error.html', { method: 'POST' }),
  ask('/put/x', { method: 'PUT', body: 'x' }),
  ask('/index.html'),
  ask('/none/x'),
  ask('/listed/full'),
  ask('/listed/missing'),
  ask('/a%20b.txt'),
  ask('/a%zz.txt'),
  ask('/missing'),
  ask('/missing', { method: 'HEAD' }),
  ask('/a%20b.txt', withHeaders(['range', 'bytes=1-2'])),
  ask('/a%20b.txt', withHeaders(['if-none-match', '"61cd77fc6b7a7e9b85d6b3ba5b4a1f6a"'])),
  ask('/a%20b.txt', withHeaders(['if-none-match', '*'])),
  ask('/a%20b.txt', withHeaders(['if-match', '"other"'])),
  ask('/a%20b.txt', withHeaders(['if-modified-since', 'Thu, 01 Jan 2026 00:00:00 GMT'])),
  ask('/a%20b.txt', withHeaders(['if-modified-since', 'no date'])),
  ...['gzip', 'br', 'gzip, br', 'br;q=0, gzip', 'gzip;q=0.0', 'deflate', 'br;q=0.5'].map((value) =>
    ask('/1000.txt', withHeaders(['accept-encoding', value])),
  ),
  ask('/999.txt', withHeaders(['accept-encoding', 'gzip'])),
  ask('/1000.png', withHeaders(['accept-encoding', 'gzip'])),
  ask('/1000.txt', { method: 'HEAD', ...withHeaders(['accept-encoding', 'gzip']) }),
  { web: () => ({ url: 'emissing.cloudfront.localhost/' }) },
  of('UpdateDistribution', (answered) => ({
    IfMatch: answered('made.ETag'),
    DistributionConfig: config({ Enabled: false }),
  })),
  ask('/'),
];

const SELECTIONS = [
  ['none', {}],
  ['all', {}],
  ['whitelist', { names: true }],
  ['allExcept', { names: true }],
] as const;

const originRequestPolicy = (kind: string, hasNames: boolean): Step => [
  'CreateOriginRequestPolicy',
  {
    OriginRequestPolicyConfig: {
      Name: kind,
      HeadersConfig: {
        HeaderBehavior: kind === 'all' ? 'allViewer' : kind,
        ...(hasNames && { Headers: items(['X-A', 'Host', 'User-Agent']) }),
      },
      CookiesConfig: { CookieBehavior: kind, ...(hasNames && { Cookies: items(['c1']) }) },
      QueryStringsConfig: {
        QueryStringBehavior: kind,
        ...(hasNames && { QueryStrings: items(['q 1']) }),
      },
    },
  },
  kind,
];

const ALL_METHODS = items(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']);

const forwarded = withHeaders(
  ['host', 'viewer.example'],
  ['user-agent', 'agent'],
  ['x-a', '1'],
  ['x-b', '2'],
  ['cookie', 'c1=1; c2=2'],
  ['connection', 'keep-alive'],
  ['content-type', 'text/plain'],
  ['via', '1.1 other'],
);

const forwarding: readonly Step[] = [
  ...SELECTIONS.map(([kind, { names = false }]: readonly [string, { names?: boolean }]) =>
    originRequestPolicy(kind, names),
  ),
  [
    'CreateDistribution',
    (answered) => ({
      DistributionConfig: config({
        Origins: items([
          { Id: 's3', DomainName: 'site.s3.amazonaws.com' },
          {
            Id: 'api',
            DomainName: API_HOST,
            OriginPath: '/prod',
            CustomHeaders: items([{ HeaderName: 'X-Secret', HeaderValue: 's' }]),
          },
          { Id: 'elsewhere', DomainName: 'www.example.com' },
        ]),
        CacheBehaviors: items([
          ...SELECTIONS.map(([kind]) =>
            behavior({
              PathPattern: `/${kind}/*`,
              TargetOriginId: 'api',
              OriginRequestPolicyId: answered(`${kind}.OriginRequestPolicy.Id`),
              AllowedMethods: ALL_METHODS,
            }),
          ),
          ...[
            { QueryString: true, Cookies: { Forward: 'all' }, Headers: items(['*']) },
            {
              QueryString: false,
              Cookies: { Forward: 'whitelist', WhitelistedNames: items(['c2']) },
              Headers: items(['X-B']),
            },
            { QueryString: false, Cookies: { Forward: 'none' } },
          ].map((ForwardedValues, index) => ({
            ...behavior({ PathPattern: `/old${index}/*`, TargetOriginId: 'api', ForwardedValues }),
            CachePolicyId: undefined,
          })),
          behavior({ PathPattern: '/elsewhere/*', TargetOriginId: 'elsewhere' }),
        ]),
      }),
    }),
    'made',
  ],
  ...SELECTIONS.map(([kind]) => ask(`/${kind}/x?q%201=1&r=2&%zz`, forwarded)),
  ...[0, 1, 2].map((index) => ask(`/old${index}/x?q=1`, forwarded)),
  ask('/all/x', { method: 'POST', body: 'b', ...withHeaders(['x-forwarded-for', '10.0.0.1']) }),
  ask('/all/status-404'),
  ask('/elsewhere/x'),
];

const FLAWED: readonly (readonly [uri: string, result: string])[] = [
  ['nothing', 'undefined'],
  ['list', '[]'],
  ['method', '({ ...request, method: "PUT" })'],
  ['uri', '({ ...request, uri: "x" })'],
  ['headers', '({ ...request, headers: { a: "1" } })'],
  ['200', '({ statusCode: 200 })'],
  ['199', '({ statusCode: 199 })'],
  ['599', '({ statusCode: 599 })'],
  ['600', '({ statusCode: 600 })'],
  ['half', '({ statusCode: 200.5 })'],
  ['text', '({ statusCode: 200, body: "text", headers: { "Content-Length": { value: "9" } } })'],
  ['plain', '({ statusCode: 200, body: { data: "aGk=" } })'],
  ['base64', '({ statusCode: 200, body: { data: "aGk=", encoding: "base64" } })'],
  ['number', '({ statusCode: 200, body: 1 })'],
  [
    'cookies',
    '({ statusCode: 200, cookies: { c: { value: "1", attributes: "Path=/" }, d: { value: "2" } } })',
  ],
  [
    'many',
    '({ statusCode: 200, headers: { a: { value: "1", multiValue: [{ value: "1" }, { value: "2" }] }, b: { value: "3", multiValue: [] } } })',
  ],
  ['event', '({ statusCode: 200, body: JSON.stringify(event) })'],
  [
    'moved',
    '({ ...request, uri: "/all/moved", querystring: { a: { value: "1" }, b: { value: "" } }, cookies: { c: { value: "2" } }, headers: { "X-A": { value: "3" } } })',
  ],
  ['thrown', '(() => { throw new Error("no") })()'],
];

const REQUEST_CODE = `function handler(event) {
  var request = event.request;
  switch (request.uri.slice(4)) {
${FLAWED.map(([uri, result]) => `    case '${uri}': return ${result};`).join('\n')}
  }
  return request;
}`;

const RESPONSE_CODE = `function handler(event) {
  var response = event.response;
  response.headers['x-event'] = { value: JSON.stringify(event.response) };
  return response;
}`;

const published = (name: string, code: string): readonly Step[] => [
  fn(name, code, name),
  ['PublishFunction', (answered) => ({ Name: name, IfMatch: answered(`${name}.ETag`) })],
];

const edgeFunctions: readonly Step[] = [
  ...published('asking', REQUEST_CODE),
  ...published('answering', RESPONSE_CODE),
  originRequestPolicy('all', false),
  [
    'CreateDistribution',
    (answered) => ({
      DistributionConfig: config({
        Origins: items([
          { Id: 's3', DomainName: 'site.s3.amazonaws.com' },
          { Id: 'api', DomainName: API_HOST },
        ]),
        CacheBehaviors: items(
          (
            [
              ['/fn/*', 'viewer-request', 'asking'],
              ['/all/*', 'viewer-response', 'answering'],
            ] as const
          ).map(([PathPattern, EventType, name]) =>
            behavior({
              PathPattern,
              TargetOriginId: 'api',
              OriginRequestPolicyId: answered('all.OriginRequestPolicy.Id'),
              FunctionAssociations: items([
                {
                  EventType,
                  FunctionARN: answered(`${name}.FunctionSummary.FunctionMetadata.FunctionARN`),
                },
              ]),
            }),
          ),
        ),
      }),
    }),
    'made',
  ],
  ...FLAWED.map(([uri]) =>
    ask(
      `/fn/${uri}${uri === 'event' ? '?a=1&b&a=2' : ''}`,
      uri === 'event' ? withHeaders(['cookie', 'c=1; d'], ['x-a', '1'], ['x-a', '2']) : {},
    ),
  ),
  ask('/fn/same'),
  ask('/all/x'),
  ask('/all/status-404'),
  ['DeleteFunction', (answered) => ({ Name: 'asking', IfMatch: answered('asking.ETag') })],
];

const headersPolicy = (Name: string, settings: object): Step => [
  'CreateResponseHeadersPolicy',
  { ResponseHeadersPolicyConfig: { Name, ...settings } },
  Name,
];
const cors = (more: object = {}) => ({
  CorsConfig: {
    AccessControlAllowOrigins: items(['https://a.example', '*.b.example', 'http://*.c.example']),
    AccessControlAllowHeaders: items(['X-A', 'X-B']),
    AccessControlAllowMethods: items(['ALL']),
    AccessControlAllowCredentials: true,
    AccessControlExposeHeaders: items(['X-C']),
    AccessControlMaxAgeSec: 60,
    OriginOverride: true,
    ...more,
  },
});

const POLICIES: readonly (readonly [name: string, settings: object])[] = [
  ['cors', cors()],
  [
    'any',
    cors({
      AccessControlAllowOrigins: items(['*']),
      AccessControlAllowMethods: items(['GET', 'PUT']),
      AccessControlAllowCredentials: false,
      AccessControlExposeHeaders: undefined,
      AccessControlMaxAgeSec: undefined,
    }),
  ],
  [
    'secure',
    {
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { Override: true, ContentSecurityPolicy: "default-src 'self'" },
        ContentTypeOptions: { Override: true },
        FrameOptions: { Override: true, FrameOption: 'DENY' },
        ReferrerPolicy: { Override: false, ReferrerPolicy: 'same-origin' },
        StrictTransportSecurity: {
          Override: true,
          AccessControlMaxAgeSec: 10,
          IncludeSubdomains: true,
          Preload: true,
        },
        XSSProtection: { Override: true, Protection: true, ModeBlock: true },
      },
    },
  ],
  [
    'fewer',
    {
      SecurityHeadersConfig: {
        StrictTransportSecurity: { Override: true, AccessControlMaxAgeSec: 10 },
        XSSProtection: { Override: true, Protection: true, ReportUri: 'https://a.example/r' },
      },
    },
  ],
  ['off', { SecurityHeadersConfig: { XSSProtection: { Override: true, Protection: false } } }],
  [
    'custom',
    {
      CustomHeadersConfig: items([
        { Header: 'Server', Value: 'kept', Override: false },
        { Header: 'Content-Type', Value: 'text/replaced', Override: true },
        { Header: 'X-New', Value: 'new', Override: false },
      ]),
      RemoveHeadersConfig: items([{ Header: 'Set-Cookie' }]),
    },
  ],
];

const ORIGINS = [
  'https://a.example',
  'http://a.example',
  'https://x.b.example',
  'https://.b.example',
  'https://b.example',
  'http://x.c.example',
  'https://x.c.example',
  'https://evil.example',
];

const responseHeaders: readonly Step[] = [
  ...POLICIES.map(([name, settings]) => headersPolicy(name, settings)),
  [
    'CreateDistribution',
    (answered) => ({
      DistributionConfig: config({
        Origins: items([
          { Id: 's3', DomainName: 'site.s3.amazonaws.com' },
          { Id: 'api', DomainName: API_HOST },
        ]),
        CacheBehaviors: items(
          POLICIES.map(([name]) =>
            behavior({
              PathPattern: `/${name}/*`,
              TargetOriginId: 'api',
              ResponseHeadersPolicyId: answered(`${name}.ResponseHeadersPolicy.Id`),
              AllowedMethods: ALL_METHODS,
            }),
          ),
        ),
      }),
    }),
    'made',
  ],
  ...POLICIES.map(([name]) => ask(`/${name}/x`)),
  ...ORIGINS.map((origin) => ask('/cors/x', withHeaders(['origin', origin]))),
  ...['cors', 'any'].flatMap((name) =>
    ['GET', 'OPTIONS'].map((method) =>
      ask(`/${name}/x`, { method, ...withHeaders(['origin', 'https://a.example']) }),
    ),
  ),
];

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
describe('CloudFront answers as in the transcript of', () => {
  it.each([
    ['distributions', distributions],
    ['policies', configured],
    ['functions', functions],
    ['files', files],
    ['forwarding', forwarding],
    ['edge-functions', edgeFunctions],
    ['response-headers', responseHeaders],
  ])('%s', async (name, steps) => {
    const factories = [createCloudFrontService, createS3Service, echo];
    const transcript = await transcriptOf('cloudfront', factories, steps);

    await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
