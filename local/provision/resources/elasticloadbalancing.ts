import {
  call,
  ignoreMissing,
  nameOf,
  type Properties,
  pick,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

const SERVICE = 'elasticloadbalancingv2';
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const MAX_NAME_LENGTH = 32;

/** `app/<name>/<id>` of a load balancer, `targetgroup/<name>/<id>` of a target group. */
function fullName(arn: string): string {
  return (arn.split(':').at(-1) ?? '').replace(/^loadbalancer\//, '');
}

/** Updates the resource of an earlier run; creates one where there was none, or where it was deleted since. */
async function updateOrCreate(
  { previous }: ResourceRequest,
  update: (arn: string) => Promise<unknown>,
  create: () => Promise<string>,
): Promise<string> {
  if (previous === undefined) return create();
  let isUpdated = false;
  await ignoreMissing(async () => {
    await update(previous.physicalId);
    isUpdated = true;
  });
  return isUpdated ? previous.physicalId : create();
}

interface BalancerAnswer {
  readonly LoadBalancers: readonly [
    {
      readonly LoadBalancerArn: string;
      readonly DNSName: string;
      readonly CanonicalHostedZoneId: string;
    },
  ];
}

const loadBalancer: ResourceType = {
  properties: [
    'IpAddressType',
    'LoadBalancerAttributes',
    'Name',
    'Scheme',
    'SecurityGroups',
    'SubnetMappings',
    'Subnets',
    'Tags',
    'Type',
  ],
  async apply(request) {
    const { properties } = request;
    const Name = nameOf(request, 'Name', MAX_NAME_LENGTH);
    const input = {
      Name,
      ...pick(properties, [
        'IpAddressType',
        'Scheme',
        'SecurityGroups',
        'SubnetMappings',
        'Subnets',
        'Tags',
        'Type',
      ]),
    };
    const arn = await updateOrCreate(
      request,
      (LoadBalancerArn) => updateBalancer(request, LoadBalancerArn),
      async () => {
        const { LoadBalancers } = await call<BalancerAnswer>(
          request,
          SERVICE,
          'CreateLoadBalancer',
          input,
        );
        return LoadBalancers[0].LoadBalancerArn;
      },
    );
    const Attributes = properties['LoadBalancerAttributes'];
    if (Attributes !== undefined) {
      await call(request, SERVICE, 'ModifyLoadBalancerAttributes', {
        LoadBalancerArn: arn,
        Attributes,
      });
    }
    return { physicalId: arn, attributes: await balancerAttributes(request, arn, Name) };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, SERVICE, 'DeleteLoadBalancer', {
        LoadBalancerArn: request.previous?.physicalId,
      }),
    ),
};

async function updateBalancer(request: ResourceRequest, LoadBalancerArn: string): Promise<void> {
  const { SecurityGroups, SubnetMappings, Subnets } = request.properties;
  if (SecurityGroups !== undefined) {
    await call(request, SERVICE, 'SetSecurityGroups', { LoadBalancerArn, SecurityGroups });
  }
  await call(request, SERVICE, 'SetSubnets', { LoadBalancerArn, SubnetMappings, Subnets });
  await putTags(request, LoadBalancerArn);
}

async function balancerAttributes(
  request: ResourceRequest,
  arn: string,
  name: string,
): Promise<Properties> {
  const found = await call<BalancerAnswer>(request, SERVICE, 'DescribeLoadBalancers', {
    LoadBalancerArns: [arn],
  });
  const [balancer] = found.LoadBalancers;
  return {
    LoadBalancerArn: arn,
    DNSName: balancer.DNSName,
    CanonicalHostedZoneID: balancer.CanonicalHostedZoneId,
    LoadBalancerFullName: fullName(arn),
    LoadBalancerName: name,
    SecurityGroups: request.properties['SecurityGroups'] ?? [],
  };
}

/** Tags that the template no longer has are taken away. */
async function putTags(request: ResourceRequest, arn: string): Promise<void> {
  const wanted = tagsOf(request.properties);
  const former = tagsOf(request.previous?.properties ?? {});
  const TagKeys = former
    .map(({ Key }) => Key)
    .filter((key) => !wanted.some(({ Key }) => Key === key));
  if (TagKeys.length > 0)
    await call(request, SERVICE, 'RemoveTags', { ResourceArns: [arn], TagKeys });
  if (wanted.length > 0)
    await call(request, SERVICE, 'AddTags', { ResourceArns: [arn], Tags: wanted });
}

function tagsOf(properties: Properties): readonly { readonly Key: string }[] {
  return (properties['Tags'] ?? []) as readonly { readonly Key: string }[];
}

const CHECK_PROPERTIES = [
  'HealthCheckEnabled',
  'HealthCheckIntervalSeconds',
  'HealthCheckPath',
  'HealthCheckPort',
  'HealthCheckProtocol',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'Matcher',
  'UnhealthyThresholdCount',
];

/** CloudFormation reads numbers as text too. */
const NUMBERS: ReadonlySet<string> = new Set([
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'Order',
  'Port',
  'Priority',
  'UnhealthyThresholdCount',
  'Weight',
]);

function withNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNumbers);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      // The port of a redirect is text.
      NUMBERS.has(name) && /^\d+$/.test(String(member)) && !('StatusCode' in value)
        ? Number(member)
        : withNumbers(member),
    ]),
  );
}

const targetGroup: ResourceType = {
  properties: [
    ...CHECK_PROPERTIES,
    'IpAddressType',
    'Name',
    'Port',
    'Protocol',
    'ProtocolVersion',
    'Tags',
    'TargetGroupAttributes',
    'TargetType',
    'Targets',
    'VpcId',
  ],
  async apply(request) {
    const properties = withNumbers(request.properties) as Properties;
    const Name = nameOf(request, 'Name', MAX_NAME_LENGTH);
    const checks = pick(properties, CHECK_PROPERTIES);
    const kind = pick(properties, [
      'IpAddressType',
      'Port',
      'Protocol',
      'ProtocolVersion',
      'Tags',
      'TargetType',
      'VpcId',
    ]);
    const arn = await updateOrCreate(
      request,
      async (TargetGroupArn) => {
        await call(request, SERVICE, 'ModifyTargetGroup', { TargetGroupArn, ...checks });
        await putTags(request, TargetGroupArn);
      },
      async () => {
        const input = { Name, ...kind, ...checks };
        const { TargetGroups } = await call<{
          readonly TargetGroups: readonly [{ readonly TargetGroupArn: string }];
        }>(request, SERVICE, 'CreateTargetGroup', input);
        return TargetGroups[0].TargetGroupArn;
      },
    );
    const { TargetGroupAttributes: Attributes, Targets } = properties;
    if (Attributes !== undefined) {
      await call(request, SERVICE, 'ModifyTargetGroupAttributes', {
        TargetGroupArn: arn,
        Attributes,
      });
    }
    if (Targets !== undefined) {
      await call(request, SERVICE, 'RegisterTargets', { TargetGroupArn: arn, Targets });
    }
    const attributes = {
      TargetGroupArn: arn,
      TargetGroupFullName: fullName(arn),
      TargetGroupName: Name,
      LoadBalancerArns: [],
    };
    return { physicalId: arn, attributes };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, SERVICE, 'DeleteTargetGroup', { TargetGroupArn: request.previous?.physicalId }),
    ),
};

const listener: ResourceType = {
  properties: [
    'Certificates',
    'DefaultActions',
    'LoadBalancerArn',
    'Port',
    'Protocol',
    'SslPolicy',
  ],
  withoutEffect: ({ Protocol }) =>
    Protocol === 'HTTPS'
      ? 'the listener speaks plain HTTP on this machine; its certificate has no effect'
      : undefined,
  async apply(request) {
    const properties = withNumbers(request.properties) as Properties;
    const input = pick(properties, [
      'Certificates',
      'DefaultActions',
      'Port',
      'Protocol',
      'SslPolicy',
    ]);
    const arn = await updateOrCreate(
      request,
      (ListenerArn) => call(request, SERVICE, 'ModifyListener', { ListenerArn, ...input }),
      async () => {
        const { LoadBalancerArn } = properties;
        const { Listeners } = await call<{
          readonly Listeners: readonly [{ readonly ListenerArn: string }];
        }>(request, SERVICE, 'CreateListener', { LoadBalancerArn, ...input });
        return Listeners[0].ListenerArn;
      },
    );
    return { physicalId: arn, attributes: { ListenerArn: arn } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, SERVICE, 'DeleteListener', { ListenerArn: request.previous?.physicalId }),
    ),
};

const listenerRule: ResourceType = {
  properties: ['Actions', 'Conditions', 'ListenerArn', 'Priority', 'Tags'],
  async apply(request) {
    const { Actions, Conditions, ListenerArn, Priority, Tags } = withNumbers(
      request.properties,
    ) as Properties;
    const arn = await updateOrCreate(
      request,
      async (RuleArn) => {
        await call(request, SERVICE, 'ModifyRule', { RuleArn, Actions, Conditions });
        await call(request, SERVICE, 'SetRulePriorities', {
          RulePriorities: [{ RuleArn, Priority }],
        });
      },
      async () => {
        const input = { ListenerArn, Actions, Conditions, Priority, Tags };
        const { Rules } = await call<{ readonly Rules: readonly [{ readonly RuleArn: string }] }>(
          request,
          SERVICE,
          'CreateRule',
          input,
        );
        return Rules[0].RuleArn;
      },
    );
    return { physicalId: arn, attributes: { RuleArn: arn, IsDefault: false } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, SERVICE, 'DeleteRule', { RuleArn: request.previous?.physicalId }),
    ),
};

export const elasticloadbalancingResourceTypes = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroup,
  'AWS::ElasticLoadBalancingV2::Listener': listener,
  'AWS::ElasticLoadBalancingV2::ListenerRule': listenerRule,
};
