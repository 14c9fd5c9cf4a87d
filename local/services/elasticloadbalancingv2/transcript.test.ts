import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { createVirtualClock } from '../../host/clock.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { type Answered, type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import type { Sent } from '../../testing/web.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createElasticLoadBalancingV2Service } from './index.ts';

const SUBNETS = ['subnet-a', 'subnet-b'];
const GROUP = { Name: 'g', Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'vpc-1' };
const FIXED = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } };
const CERTIFICATE = 'arn:aws:acm:us-east-1:000000000000:certificate/c';

const BALANCER = 'front.LoadBalancers.0.LoadBalancerArn';
const LISTENER = 'listener.Listeners.0.ListenerArn';
const RULE = 'rule.Rules.0.RuleArn';
const GROUP_ARN = 'group.TargetGroups.0.TargetGroupArn';

/** A request about what an earlier step has made. */
const about = (
  member: string,
  path: string,
  operation: string,
  input: object = {},
  as?: string,
): Step => [operation, (answered) => ({ [member]: answered(path), ...input }), as];
const ofBalancer = (operation: string, input?: object, as?: string) =>
  about('LoadBalancerArn', BALANCER, operation, input, as);
const ofListener = (operation: string, input?: object, as?: string) =>
  about('ListenerArn', LISTENER, operation, input, as);
const ofRule = (operation: string, input?: object) => about('RuleArn', RULE, operation, input);
const ofGroup = (operation: string, input?: object) =>
  about('TargetGroupArn', GROUP_ARN, operation, input);

const balancer = (Name: string, more: object = {}, as?: string): Step => [
  'CreateLoadBalancer',
  { Name, Subnets: SUBNETS, ...more },
  as,
];
const group = (more: object = {}, as?: string): Step => [
  'CreateTargetGroup',
  { ...GROUP, ...more },
  as,
];
const listener = (Port: number, more: object = {}, as?: string): Step =>
  ofBalancer('CreateListener', { Port, Protocol: 'HTTP', DefaultActions: [FIXED], ...more }, as);
const attribute = (Key: string, Value?: string) => ({ Attributes: [{ Key, Value }] });

const MISSING = 'arn:aws:elasticloadbalancing:us-east-1:000000000000';

const balancers: readonly Step[] = [
  balancer('a', { Type: 'network' }),
  balancer('a', { IpAddressType: 'dualstack' }),
  balancer('a', { Type: 'application', IpAddressType: 'ipv4', Subnets: ['s', 's'] }),
  balancer('a', { Subnets: undefined }),
  ...['-a', 'a-', 'internal-a', 'a_b', '', 'a'.repeat(33)].map((name) => balancer(name)),
  balancer('front', { Tags: [{ Key: 'team', Value: 'ml' }], SecurityGroups: ['sg-1'] }, 'front'),
  balancer('front', { SecurityGroups: ['sg-1'] }),
  balancer('front', { SecurityGroups: ['sg-1'], Scheme: 'internal' }),
  balancer('front'),
  balancer('a'.repeat(32), {
    Subnets: undefined,
    SubnetMappings: [{ SubnetId: 'a' }, { SubnetId: 'b' }, { SubnetId: 'c' }],
    Scheme: 'internal',
  }),
  balancer('b', { Subnets: Array.from('abcdefg') }, 'other'),
  ['DescribeLoadBalancers', { PageSize: 1 }, 'page'],
  ['DescribeLoadBalancers', (answered) => ({ PageSize: 2, Marker: answered('page.NextMarker') })],
  ['DescribeLoadBalancers', { Marker: '!' }],
  ['DescribeLoadBalancers', { PageSize: 401 }],
  ['DescribeLoadBalancers', { Names: ['b', 'front'], LoadBalancerArns: [] }],
  ['DescribeLoadBalancers', { Names: ['b', 'none'] }],
  ['DescribeLoadBalancers', { LoadBalancerArns: [`${MISSING}:loadbalancer/app/x/1`] }],
  ['DescribeLoadBalancers', (answered) => ({ LoadBalancerArns: [answered(BALANCER)] })],
  ofBalancer('DescribeLoadBalancerAttributes'),
  ['DescribeLoadBalancerAttributes', { LoadBalancerArn: 'x' }],
  ...[
    attribute('unknown', '1'),
    attribute('toString', '1'),
    attribute('idle_timeout.timeout_seconds', '0'),
    attribute('idle_timeout.timeout_seconds', '1'),
    attribute('idle_timeout.timeout_seconds', '4001'),
    attribute('idle_timeout.timeout_seconds', '4000'),
    attribute('idle_timeout.timeout_seconds', '1.5'),
    attribute('idle_timeout.timeout_seconds'),
    attribute('client_keep_alive.seconds', '59'),
    attribute('client_keep_alive.seconds', '60'),
    attribute('client_keep_alive.seconds', '604801'),
    attribute('client_keep_alive.seconds', '604800'),
    attribute('access_logs.s3.enabled', 'true'),
    attribute('access_logs.s3.enabled', 'false'),
    attribute('connection_logs.s3.enabled', 'true'),
    attribute('routing.http.xff_client_port.enabled', 'true'),
    attribute('routing.http.x_amzn_tls_version_and_cipher_suite.enabled', 'true'),
    attribute('routing.http2.enabled', 'no'),
    attribute('deletion_protection.enabled', 'true'),
  ].map((input) => ofBalancer('ModifyLoadBalancerAttributes', input)),
  ofBalancer('SetSubnets', { Subnets: ['subnet-a'] }),
  ofBalancer('SetSubnets', { Subnets: ['subnet-c', 'subnet-d'] }),
  ofBalancer('SetSecurityGroups', { SecurityGroups: ['sg-2', 'sg-3'] }),
  ['DescribeLoadBalancers', { Names: ['front'] }],
  ofBalancer('DeleteLoadBalancer'),
  ofBalancer('ModifyLoadBalancerAttributes', attribute('deletion_protection.enabled', 'false')),
  ofBalancer('DeleteLoadBalancer'),
  ofBalancer('DeleteLoadBalancer'),
  ['SetSubnets', { LoadBalancerArn: 'x', Subnets: SUBNETS }],
];

const groups: readonly Step[] = [
  ...[
    { TargetType: undefined },
    { TargetType: 'lambda' },
    { Protocol: undefined },
    { Protocol: 'HTTPS' },
    { ProtocolVersion: 'GRPC' },
    { IpAddressType: 'ipv6' },
    { Name: 'a_b' },
    { Port: undefined },
    { VpcId: undefined },
    { HealthCheckEnabled: false },
    { HealthCheckProtocol: 'HTTPS' },
    { HealthCheckPath: 'ping' },
    { HealthCheckPort: '65536' },
    { HealthCheckPort: '0' },
    { Matcher: { HttpCode: '2xx' } },
    { Matcher: {} },
    { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 },
    { HealthCheckIntervalSeconds: 4 },
    { HealthCheckIntervalSeconds: 301 },
    { HealthCheckTimeoutSeconds: 1 },
    { HealthyThresholdCount: 1 },
    { UnhealthyThresholdCount: 11 },
  ].map((more) => group(more)),
  group({ ProtocolVersion: 'HTTP1', IpAddressType: 'ipv4', HealthCheckEnabled: true }, 'group'),
  group(),
  group({ Port: 81 }),
  group({ VpcId: 'vpc-2' }),
  group({ HealthCheckPath: '/ping' }),
  group({
    Name: 'h',
    HealthCheckPath: '/ping',
    HealthCheckPort: '65535',
    HealthCheckIntervalSeconds: 6,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 3,
    Matcher: { HttpCode: '200,202-299' },
    Tags: [{ Key: 'team', Value: 'ml' }],
  }),
  ['DescribeTargetGroups', { PageSize: 1 }, 'page'],
  ['DescribeTargetGroups', (answered) => ({ Marker: answered('page.NextMarker') })],
  ['DescribeTargetGroups', { Names: ['h'] }],
  ['DescribeTargetGroups', { Names: ['none'] }],
  ['DescribeTargetGroups', { TargetGroupArns: ['x'] }],
  ['DescribeTargetGroups', { LoadBalancerArn: 'x' }],
  ['DescribeTargetGroups', (answered) => ({ TargetGroupArns: [answered(GROUP_ARN)] })],
  ofGroup('ModifyTargetGroup', { HealthCheckPath: '/ready', HealthyThresholdCount: 3 }),
  ofGroup('ModifyTargetGroup', { HealthCheckTimeoutSeconds: 30 }),
  ['ModifyTargetGroup', { TargetGroupArn: 'x' }],
  ofGroup('DescribeTargetGroupAttributes'),
  ...[
    attribute('deregistration_delay.timeout_seconds', '3601'),
    attribute('deregistration_delay.timeout_seconds', '3600'),
    attribute('deregistration_delay.timeout_seconds', '0'),
    attribute('slow_start.duration_seconds', '30'),
    attribute('slow_start.duration_seconds', '901'),
    attribute('stickiness.enabled', 'true'),
    attribute('stickiness.lb_cookie.duration_seconds', '0'),
    attribute('stickiness.lb_cookie.duration_seconds', '604801'),
    attribute('stickiness.app_cookie.duration_seconds', '1'),
    attribute('load_balancing.algorithm.anomaly_mitigation', 'on'),
    attribute('load_balancing.algorithm.type', 'weighted_random'),
    attribute('load_balancing.algorithm.type', 'least_outstanding_requests'),
  ].map((input) => ofGroup('ModifyTargetGroupAttributes', input)),
  ...[
    [{ Id: '10.0.0.1' }],
    [{ Id: '127.0.0.1', Port: 65_535 }, { Id: '127.0.0.1' }, { Id: '127.0.0.1', Port: 80 }],
    [{ Id: '127.0.0.1', Port: 65_536 }],
    [{ Id: '127.0.0.1', Port: 0 }],
  ].map((Targets) => ofGroup('RegisterTargets', { Targets })),
  ofGroup('DescribeTargetHealth'),
  ofGroup('DescribeTargetHealth', { Targets: [{ Id: '127.0.0.1' }, { Id: '127.0.0.9', Port: 1 }] }),
  ofGroup('ModifyTargetGroup', { HealthCheckPort: '8080' }),
  ofGroup('DeregisterTargets', { Targets: [{ Id: '127.0.0.1', Port: 81 }, { Id: '127.0.0.2' }] }),
  ofGroup('DeregisterTargets', { Targets: [{ Id: '127.0.0.1', Port: 80 }] }),
  ofGroup('DescribeTargetHealth', { Targets: [] }),
  { advanceSeconds: 0 },
  ofGroup('DescribeTargetHealth'),
  ofGroup('DeleteTargetGroup'),
  ofGroup('DeleteTargetGroup'),
  ofGroup('DescribeTargetHealth'),
];

const listeners: readonly Step[] = [
  balancer('front', {}, 'front'),
  group({}, 'group'),
  ['CreateListener', { LoadBalancerArn: 'x', DefaultActions: [FIXED] }],
  ...[
    { Port: undefined },
    { Port: 0 },
    { Port: 65_536 },
    { Protocol: undefined },
    { Protocol: 'TCP' },
    { Certificates: [{ CertificateArn: CERTIFICATE }] },
    { Protocol: 'HTTPS' },
    { Protocol: 'HTTPS', Certificates: [{ CertificateArn: 'c' }] },
    { DefaultActions: [] },
    { DefaultActions: [FIXED, FIXED] },
    { DefaultActions: [FIXED, { Type: 'authenticate-oidc' }] },
    { DefaultActions: [{ Type: 'authenticate-cognito' }] },
    ...[
      { Type: 'forward' },
      { Type: 'forward', TargetGroupArn: 'x' },
      { Type: 'forward', ForwardConfig: { TargetGroups: Array.from({ length: 6 }, () => ({})) } },
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: [{}], TargetGroupStickinessConfig: { Enabled: true } },
      },
      { Type: 'forward', ForwardConfig: { TargetGroups: [{ Weight: 1_000 }] } },
      { Type: 'forward', ForwardConfig: { TargetGroups: [{ Weight: -1 }] } },
      { ...FIXED, FixedResponseConfig: { StatusCode: '300' } },
      { Type: 'fixed-response' },
      { ...FIXED, FixedResponseConfig: { StatusCode: '200', ContentType: 'image/png' } },
      { ...FIXED, FixedResponseConfig: { StatusCode: '200', MessageBody: 'x'.repeat(1_025) } },
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Host: 'a b' } },
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Path: 'a' } },
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Path: '/a b' } },
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Query: 'a b' } },
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_303' } },
    ].map((action) => ({ DefaultActions: [action] })),
  ].map((more) => listener(80, more)),
  listener(80, { Tags: [{ Key: 'team', Value: 'ml' }] }, 'listener'),
  listener(80),
  [
    'CreateListener',
    (answered) => ({
      LoadBalancerArn: answered(BALANCER),
      Port: 8_080,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', Order: 1, TargetGroupArn: answered(GROUP_ARN) }],
    }),
    'forwarding',
  ],
  listener(443, { Protocol: 'HTTPS', Certificates: [{ CertificateArn: CERTIFICATE }] }, 'secure'),
  ofBalancer('DescribeListeners', { PageSize: 2 }, 'page'),
  [
    'DescribeListeners',
    (answered) => ({
      LoadBalancerArn: answered(BALANCER),
      Marker: answered('page.NextMarker'),
    }),
  ],
  ['DescribeListeners', {}],
  ['DescribeListeners', { LoadBalancerArn: 'x' }],
  ['DescribeListeners', { ListenerArns: ['x'] }],
  ['DescribeListeners', (answered) => ({ ListenerArns: [answered(LISTENER)] })],
  ofBalancer('DescribeTargetGroups'),
  about('LoadBalancerArn', 'none', 'DescribeTargetGroups'),
  ofGroup('DeleteTargetGroup'),
  ofListener('ModifyListener', { Port: 81 }),
  ofListener('ModifyListener', { Port: 80, Protocol: 'HTTPS' }),
  ofListener('ModifyListener', { Protocol: 'TLS' }),
  ofListener('ModifyListener', {
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn: CERTIFICATE }],
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  }),
  ofListener('ModifyListener', { DefaultActions: [] }),
  ofListener('ModifyListener', {
    DefaultActions: [{ ...FIXED, FixedResponseConfig: { StatusCode: '404' } }],
  }),
  ofListener('ModifyListener', { Protocol: 'HTTP' }),
  ['ModifyListener', { ListenerArn: 'x' }],
  about('ListenerArn', 'forwarding.Listeners.0.ListenerArn', 'DeleteListener'),
  ['DeleteListener', { ListenerArn: 'x' }],
  ofGroup('DeleteTargetGroup'),
  ofBalancer('DeleteLoadBalancer'),
  ofListener('DescribeListeners', { ListenerArns: ['x'] }),
];

const rule = (Priority: number, more: object = {}, as?: string): Step =>
  ofListener(
    'CreateRule',
    {
      Priority,
      Conditions: [{ Field: 'path-pattern', Values: ['/a'] }],
      Actions: [FIXED],
      ...more,
    },
    as,
  );
const DEFAULT_RULE = (answered: Answered) =>
  `${String(answered(LISTENER)).replace(':listener/', ':listener-rule/')}/0000000000000000`;

const rules: readonly Step[] = [
  balancer('front', {}, 'front'),
  listener(80, {}, 'listener'),
  ['CreateRule', { ListenerArn: 'x', Priority: 1, Conditions: [], Actions: [FIXED] }],
  ...[
    [{}],
    [{ Field: 'unknown' }],
    [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } }],
    [{ Field: 'path-pattern' }],
    [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'a' } }],
    [{ Field: 'http-request-method' }],
    [{ Field: 'query-string' }],
    [{ Field: 'host-header', Values: Array.from('abcdef') }],
    [],
  ].map((Conditions) => rule(1, { Conditions })),
  rule(0),
  rule(50_001),
  rule(1, { Transforms: [{ Type: 'url-rewrite' }] }),
  rule(1, { Actions: [] }),
  rule(50_000, { Tags: [{ Key: 'team', Value: 'ml' }] }, 'rule'),
  rule(50_000),
  rule(1, { Conditions: [{ Field: 'host-header', Values: Array.from('abcde') }] }, 'first'),
  ofListener('DescribeRules'),
  ofListener('DescribeRules', { PageSize: 1 }, 'page'),
  [
    'DescribeRules',
    (answered) => ({ ListenerArn: answered(LISTENER), Marker: answered('page.NextMarker') }),
  ],
  ['DescribeRules', {}],
  ['DescribeRules', { ListenerArn: 'x' }],
  ['DescribeRules', { RuleArns: ['x'] }],
  ['DescribeRules', (answered) => ({ RuleArns: [answered(RULE), DEFAULT_RULE(answered)] })],
  ofRule('ModifyRule', { Conditions: [] }),
  ofRule('ModifyRule', { Actions: [] }),
  ofRule('ModifyRule', { Transforms: [{ Type: 'url-rewrite' }] }),
  ofRule('ModifyRule', { Conditions: [{ Field: 'path-pattern', Values: ['/b'] }] }),
  ofRule('ModifyRule', {
    Actions: [{ ...FIXED, FixedResponseConfig: { StatusCode: '404' } }],
  }),
  ['ModifyRule', (answered) => ({ RuleArn: DEFAULT_RULE(answered), Actions: [FIXED] })],
  ['DeleteRule', (answered) => ({ RuleArn: DEFAULT_RULE(answered) })],
  ...[
    (answered: Answered) => [{ RuleArn: answered(RULE), Priority: 1 }],
    (answered: Answered) => [{ RuleArn: answered(RULE), Priority: 0 }],
    () => [{ RuleArn: 'x', Priority: 1 }],
    // Both at the same time: each takes the place of the other.
    (answered: Answered) => [
      { RuleArn: answered(RULE), Priority: 1 },
      { RuleArn: answered('first.Rules.0.RuleArn'), Priority: 50_000 },
    ],
    (answered: Answered) => [
      { RuleArn: answered(RULE), Priority: 7 },
      { RuleArn: answered('first.Rules.0.RuleArn'), Priority: 7 },
    ],
    (answered: Answered) => [{ RuleArn: answered(RULE), Priority: 7 }],
  ].map(
    (priorities): Step => [
      'SetRulePriorities',
      (answered) => ({ RulePriorities: priorities(answered) }),
    ],
  ),
  ofListener('DescribeRules'),
  [
    'AddTags',
    (answered) => ({
      ResourceArns: [answered(BALANCER), answered(LISTENER), answered(RULE)],
      Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }],
    }),
  ],
  ['AddTags', { ResourceArns: [`${MISSING}:other/x`], Tags: [{ Key: 'a' }] }],
  [
    'AddTags',
    (answered) => ({
      ResourceArns: [answered(BALANCER)],
      Tags: Array.from({ length: 49 }, (_, index) => ({ Key: `k${index}` })),
    }),
  ],
  [
    'RemoveTags',
    (answered) => ({
      ResourceArns: [answered(BALANCER), answered(RULE)],
      TagKeys: ['a', 'team', 'none'],
    }),
  ],
  [
    'DescribeTags',
    (answered) => ({ ResourceArns: [answered(BALANCER), answered(LISTENER), answered(RULE)] }),
  ],
  ['DescribeTags', { ResourceArns: Array(21).fill('x') }],
  ...['loadbalancer/app/x/1', 'targetgroup/x/1', 'listener/app/x/1/2'].map(
    (name): Step => ['DescribeTags', { ResourceArns: [`${MISSING}:${name}`] }],
  ),
  ofRule('DeleteRule'),
  ofRule('DeleteRule'),
  ofListener('DeleteListener'),
  ['DescribeRules', (answered) => ({ RuleArns: [answered('first.Rules.0.RuleArn')] })],
];

const ask = (url: string, more: Partial<Sent> = {}): Step => ({
  web: (answered) => ({
    url,
    host: answered(LISTENER),
    ...more,
    headers: [['host', 'Models.example:80'], ...(more.headers ?? [])],
  }),
});
const answering = (Priority: number, ...Conditions: readonly object[]): Step =>
  rule(Priority, {
    Conditions,
    Actions: [{ ...FIXED, FixedResponseConfig: { StatusCode: '200', MessageBody: `${Priority}` } }],
  });
const redirecting = (Path: string, RedirectConfig: object, Priority: number): Step =>
  rule(Priority, {
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [Path] } }],
    Actions: [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302', ...RedirectConfig } }],
  });

/** What a listener answers by itself. */
const requests: readonly Step[] = [
  balancer('front', {}, 'front'),
  listener(
    80,
    {
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '404', ContentType: 'application/json' },
        },
      ],
    },
    'listener',
  ),
  answering(1, { Field: 'host-header', HostHeaderConfig: { Values: ['*.EXAMPLE.com'] } }),
  answering(2, { Field: 'path-pattern', PathPatternConfig: { Values: ['/a?c', '/x/*/z'] } }),
  answering(3, { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['PUT'] } }),
  answering(4, {
    Field: 'http-header',
    HttpHeaderConfig: { HttpHeaderName: 'X-Kind', Values: ['Blue*'] },
  }),
  answering(
    5,
    { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'yes' }] } },
    { Field: 'path-pattern', Values: ['/both'] },
  ),
  answering(6, {
    Field: 'query-string',
    QueryStringConfig: { Values: [{ Key: 'Version', Value: '*' }] },
  }),
  redirecting('/all', {}, 11),
  redirecting('/moved', { StatusCode: 'HTTP_301', Query: '' }, 12),
  redirecting(
    '/parts',
    {
      Protocol: 'HTTPS',
      Host: 'www.#{host}',
      Port: '443',
      Path: '/new/#{path}',
      Query: 'from=#{protocol}&#{query}',
    },
    13,
  ),
  ask('/a'),
  ask('/', { headers: [['host', 'www.example.com']] }),
  ask('/abc'),
  ask('/abcd'),
  ask('/x/y/z'),
  ask('/x/z'),
  ask('/X/y/z'),
  ask('/', { method: 'PUT' }),
  ask('/', { headers: [['x-kind', 'bluest']] }),
  ask('/', { headers: [['x-kind', 'red']] }),
  ask('/both?any=YES'),
  ask('/other?any=yes'),
  ask('/?version='),
  ask('/all?a=b'),
  ask('/all'),
  ask('/moved?a=b'),
  ask('/parts?a=b'),
  ask('/', { headers: [['x-forwarded-for', Array(31).fill('192.0.2.1').join(',')]] }),
  { web: (answered) => ({ url: '/', host: `${String(answered(LISTENER))}x` }) },
  ofListener('DeleteListener'),
  ask('/a'),
];

interface Health {
  readonly TargetHealthDescriptions?: readonly {
    readonly TargetHealth?: { readonly State?: string };
  }[];
}

/** Asks for the health of the group until its targets are in these states, and shows it then. */
const healthy = (path: string, ...states: readonly string[]): readonly Step[] => [
  {
    until: ['DescribeTargetHealth', (answered) => ({ TargetGroupArn: answered(path) })],
    fulfils: ({ TargetHealthDescriptions: all = [] }: Health) =>
      String(all.map(({ TargetHealth }) => TargetHealth?.State)) === String(states),
  },
  ['DescribeTargetHealth', (answered) => ({ TargetGroupArn: answered(path) })],
];
const counted = (MetricName: string): Step => [
  'cloudwatch:GetMetricStatistics',
  (answered) => ({
    Namespace: 'AWS/ApplicationELB',
    MetricName,
    Dimensions: [
      { Name: 'LoadBalancer', Value: String(answered(BALANCER)).split(':loadbalancer/')[1] },
    ],
    Period: 60,
    Statistics: ['Sum', 'SampleCount'],
    StartTime: new Date('2026-01-01'),
    EndTime: new Date('2026-01-02'),
  }),
];
const GREEN = 'green.TargetGroups.0.TargetGroupArn';
const TRACE: readonly [string, string] = ['x-amzn-trace-id', 'Root=1-0-0'];

/** Requests that targets of the test answer with what they were asked. */
const forwarding = (port: number): readonly Step[] => {
  const register = (operation: string, path: string, Port = port): Step => [
    operation,
    (answered) => ({ TargetGroupArn: answered(path), Targets: [{ Id: '127.0.0.1', Port }] }),
  ];
  return [
    balancer('front', {}, 'front'),
    group({ HealthCheckPath: '/health', Matcher: { HttpCode: '200-201,204' } }, 'group'),
    group({ Name: 'green', HealthCheckPath: '/bad', Matcher: { HttpCode: '299' } }, 'green'),
    register('RegisterTargets', GROUP_ARN),
    register('RegisterTargets', GREEN),
    [
      'CreateListener',
      (answered) => ({
        LoadBalancerArn: answered(BALANCER),
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: answered(GROUP_ARN) }],
      }),
      'listener',
    ],
    ...healthy(GROUP_ARN, 'healthy'),
    ask('/a%20b?c=d', { headers: [TRACE, ['connection', 'close'], ['x-mine', 'y']] }),
    ask('/text', { method: 'POST', body: 'hello', headers: [TRACE, ['expect', '100-continue']] }),
    ask('/status/404', { headers: [TRACE] }),
    ask('/status/500', { headers: [TRACE, ['x-forwarded-for', '192.0.2.1']] }),
    ask('/hang-up', { headers: [TRACE] }),
    ...['preserve', 'remove'].flatMap((mode): readonly Step[] => [
      ofBalancer(
        'ModifyLoadBalancerAttributes',
        attribute('routing.http.xff_header_processing.mode', mode),
      ),
      ask('/x', { headers: [TRACE, ['x-forwarded-for', '192.0.2.1']] }),
      ask('/x', { headers: [TRACE] }),
    ]),
    [
      'ModifyListener',
      (answered) => ({
        ListenerArn: answered(LISTENER),
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: answered(GROUP_ARN), Weight: 0 },
                { TargetGroupArn: answered(GREEN), Weight: 1 },
              ],
            },
          },
        ],
      }),
    ],
    ...healthy(GREEN, 'initial'),
    ask('/before', { headers: [TRACE] }),
    // Two failed checks, each after the interval.
    { advanceSeconds: 60 },
    ...healthy(GREEN, 'unhealthy'),
    ask('/while-there-is-no-other', { headers: [TRACE] }),
    register('DeregisterTargets', GREEN),
    ['DescribeTargetHealth', (answered) => ({ TargetGroupArn: answered(GREEN) })],
    ask('/drained', { headers: [TRACE] }),
    register('RegisterTargets', GREEN),
    ['DescribeTargetHealth', (answered) => ({ TargetGroupArn: answered(GREEN) })],
    register('DeregisterTargets', GREEN),
    { advanceSeconds: 299 },
    ['DescribeTargetHealth', (answered) => ({ TargetGroupArn: answered(GREEN) })],
    { advanceSeconds: 1 },
    ['DescribeTargetHealth', (answered) => ({ TargetGroupArn: answered(GREEN) })],
    ['cloudwatch:ListMetrics', { Namespace: 'AWS/ApplicationELB' }],
    ...[
      'RequestCount',
      'HTTPCode_Target_2XX_Count',
      'HTTPCode_Target_4XX_Count',
      'HTTPCode_Target_5XX_Count',
      'HTTPCode_ELB_5XX_Count',
      'HTTPCode_ELB_502_Count',
      'HTTPCode_ELB_503_Count',
    ].map(counted),
  ];
};

const target = createServer((request, response) => {
  const { headers, method, url = '' } = request;
  if (url === '/hang-up') {
    request.socket.destroy();
    return;
  }
  response.sendDate = false;
  if (url === '/health') response.statusCode = 204;
  if (url.startsWith('/status/')) response.statusCode = Number(url.slice('/status/'.length));
  void text(request).then((body) => {
    response.end(url === '/health' ? undefined : JSON.stringify({ method, url, headers, body }));
  });
});

afterAll(() => {
  target.close();
  target.closeAllConnections();
});

/** Each load balancer and listener gets a free port of this machine. */
const withoutPorts = (transcript: string) =>
  transcript.replaceAll(/(?<=(?:127\.0\.0\.1|models\.example|Models\.example):)\d{4,5}/g, 'port');

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html
describe('Elastic Load Balancing answers as in the transcript of', () => {
  it.each([
    ['load-balancers', balancers],
    ['target-groups', groups],
    ['listeners', listeners],
    ['rules', rules],
    ['requests', requests],
  ])('%s', async (name, asked) => {
    const factories = [createElasticLoadBalancingV2Service];
    const transcript = await transcriptOf('elasticloadbalancingv2', factories, asked);

    await expect(withoutPorts(transcript)).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});

it('Elastic Load Balancing asks targets as in the transcript', async () => {
  await new Promise<void>((resolve) => {
    target.listen(0, '127.0.0.1', resolve);
  });
  const { port } = target.address() as AddressInfo;
  const transcript = await transcriptOf(
    'elasticloadbalancingv2',
    [createElasticLoadBalancingV2Service, createCloudWatchService],
    forwarding(port),
  );

  const shown = withoutPorts(transcript).replaceAll(String(port), 'port');
  await expect(shown).toMatchFileSnapshot('transcripts/forwarding.txt');
});

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

const create = (cloud: Cloud, operation: string, input: object) =>
  cloud.call<Record<string, readonly Record<string, string>[]>>(
    ROOT,
    'elasticloadbalancingv2',
    operation,
    input,
  );

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
describe('an account has at most', () => {
  it('50 load balancers, each with 50 listeners and 100 rules', async () => {
    const cloud = createTestCloud([createElasticLoadBalancingV2Service], {
      clock: createVirtualClock(),
    });
    const made: Promise<Record<string, readonly Record<string, string>[]>>[] = [];
    for (let index = 0; index < 50; index += 1) {
      made.push(create(cloud, 'CreateLoadBalancer', { Name: `b${index}`, Subnets: SUBNETS }));
    }
    const [first] = await Promise.all(made);
    const LoadBalancerArn = first?.['LoadBalancers']?.[0]?.['LoadBalancerArn'];
    const listen = (Port: number) =>
      create(cloud, 'CreateListener', {
        LoadBalancerArn,
        Port,
        Protocol: 'HTTP',
        DefaultActions: [FIXED],
      });
    const listening = [];
    for (let index = 1; index <= 50; index += 1) listening.push(await listen(index));
    const arns = listening.map(({ Listeners }) => Listeners?.[0]?.['ListenerArn']);
    const ruleOf = (ListenerArn: string | undefined, Priority: number) =>
      create(cloud, 'CreateRule', {
        ListenerArn,
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: ['/a'] }],
        Actions: [FIXED],
      });
    for (let index = 0; index < 100; index += 1) await ruleOf(arns[index % 2], index + 1);

    await expect(
      create(cloud, 'CreateLoadBalancer', { Name: 'more', Subnets: SUBNETS }),
    ).rejects.toMatchObject({ code: 'TooManyLoadBalancers' });
    await expect(listen(51)).rejects.toMatchObject({ code: 'TooManyListeners' });
    await expect(ruleOf(arns[2], 101)).rejects.toMatchObject({ code: 'TooManyRules' });
    await cloud.stop();
  });

  it('1,000 targets of a target group', async () => {
    const cloud = createTestCloud([createElasticLoadBalancingV2Service], {
      clock: createVirtualClock(),
    });
    const { TargetGroups = [] } = await create(cloud, 'CreateTargetGroup', GROUP);
    const register = (first: number, count: number) =>
      create(cloud, 'RegisterTargets', {
        TargetGroupArn: TargetGroups[0]?.['TargetGroupArn'],
        Targets: Array.from({ length: count }, (_, index) => ({
          Id: '127.0.0.1',
          Port: first + index,
        })),
      });
    await register(1, 1_000);

    await expect(register(1_001, 1)).rejects.toMatchObject({ code: 'TooManyTargets' });
    await cloud.stop();
  });
});
