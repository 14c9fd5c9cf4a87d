import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  ElasticLoadBalancingV2,
  LoadBalancer,
  ModifyLoadBalancerAttributesInput,
  SetSecurityGroupsInput,
  SetSubnetsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { takePort } from '../../host/ports.ts';
import { balancerArn, newLoadBalancerArn, on } from './arns.ts';
import {
  attributeList,
  changeAttributes,
  LOAD_BALANCER_ATTRIBUTES,
  withDefaults,
} from './attributes.ts';
import {
  DuplicateException,
  NotFoundException,
  OperationNotPermittedException,
  TooManyException,
  UnsupportedFeature,
  ValidationError,
} from './errors.ts';
import { MAX_LOAD_BALANCERS } from './limits.ts';
import { removeListener } from './listeners.ts';
import { pageOf } from './pages.ts';
import { type BalancerState, findLoadBalancer } from './state.ts';
import type { LoadBalancerRecord } from './store.ts';
import { tagRecord } from './tag-lists.ts';

/** Application Load Balancers. */
export const loadBalancerOperations: OperationTable<ElasticLoadBalancingV2, BalancerState> = {
  CreateLoadBalancer: {
    permissions: ({ Name = '', Tags }: CreateLoadBalancerInput, { cloud }) => {
      const resource = balancerArn(cloud, `loadbalancer/app/${Name}/*`);
      return [
        on('CreateLoadBalancer', resource),
        ...((Tags?.length ?? 0) > 0 ? [on('AddTags', resource)] : []),
      ];
    },
    run: (input: Checked<CreateLoadBalancerInput>, state) => create(state, input),
  },
  DescribeLoadBalancers: {
    readOnly: true,
    permissions: () => on('DescribeLoadBalancers'),
    run: (input: DescribeLoadBalancersInput, state) => describeAll(state, input),
  },
  DeleteLoadBalancer: {
    permissions: ({ LoadBalancerArn }: DeleteLoadBalancerInput) =>
      on('DeleteLoadBalancer', LoadBalancerArn),
    run: (input: DeleteLoadBalancerInput, state) => remove(state, input),
  },
  DescribeLoadBalancerAttributes: {
    readOnly: true,
    permissions: () => on('DescribeLoadBalancerAttributes'),
    run: ({ LoadBalancerArn }: DescribeLoadBalancerAttributesInput, state) => ({
      Attributes: attributeList(findLoadBalancer(state, LoadBalancerArn).attributes),
    }),
  },
  ModifyLoadBalancerAttributes: {
    permissions: ({ LoadBalancerArn }: ModifyLoadBalancerAttributesInput) =>
      on('ModifyLoadBalancerAttributes', LoadBalancerArn),
    run({ Attributes, LoadBalancerArn }: ModifyLoadBalancerAttributesInput, state) {
      const record = findLoadBalancer(state, LoadBalancerArn);
      const attributes = changeAttributes(LOAD_BALANCER_ATTRIBUTES, record.attributes, Attributes);
      state.store.loadBalancers.put(record.arn, { ...record, attributes });
      return { Attributes: attributeList(attributes) };
    },
  },
  SetSecurityGroups: {
    permissions: ({ LoadBalancerArn }: SetSecurityGroupsInput) =>
      on('SetSecurityGroups', LoadBalancerArn),
    run({ LoadBalancerArn, SecurityGroups = [] }: SetSecurityGroupsInput, state) {
      const record = findLoadBalancer(state, LoadBalancerArn);
      state.store.loadBalancers.put(record.arn, { ...record, securityGroups: SecurityGroups });
      return { SecurityGroupIds: SecurityGroups };
    },
  },
  SetSubnets: {
    permissions: ({ LoadBalancerArn }: SetSubnetsInput) => on('SetSubnets', LoadBalancerArn),
    run({ LoadBalancerArn, ...input }: SetSubnetsInput, state) {
      const record = findLoadBalancer(state, LoadBalancerArn);
      const subnets = subnetsOf(input);
      state.store.loadBalancers.put(record.arn, { ...record, subnets });
      return { AvailabilityZones: zonesOf(state, subnets), IpAddressType: 'ipv4' };
    },
  },
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const NAME = /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

async function create(
  state: BalancerState,
  input: Checked<CreateLoadBalancerInput>,
): Promise<CreateLoadBalancerOutput> {
  const { cloud, store } = state;
  const { IpAddressType = 'ipv4', Name: name, Type = 'application' } = input;
  if (Type !== 'application') throw new UnsupportedFeature(`load balancers of type ${Type}`);
  if (IpAddressType !== 'ipv4') throw new UnsupportedFeature(`the address type ${IpAddressType}`);
  if (!NAME.test(name)) throw new ValidationError(`The load balancer name '${name}' is not valid`);
  const localPort = await takePort();
  // From here on without a pause, so that of two requests at the same time one finds the name in use.
  const wanted = {
    scheme: input.Scheme ?? 'internet-facing',
    subnets: subnetsOf(input),
    securityGroups: input.SecurityGroups ?? [],
  };
  const former = store.allLoadBalancers().find((one) => one.name === name);
  if (former !== undefined) return { LoadBalancers: [describe(state, sameAs(former, wanted))] };
  if (store.loadBalancers.size >= MAX_LOAD_BALANCERS) {
    throw new TooManyException('LoadBalancers', MAX_LOAD_BALANCERS);
  }
  const record: LoadBalancerRecord = {
    ...wanted,
    arn: newLoadBalancerArn(cloud, name),
    name,
    attributes: withDefaults(LOAD_BALANCER_ATTRIBUTES, {}),
    tags: tagRecord(input.Tags),
    createdAt: cloud.clock.now(),
    localPort,
  };
  store.loadBalancers.put(record.arn, record);
  return { LoadBalancers: [describe(state, record)] };
}

type Wanted = Pick<LoadBalancerRecord, 'scheme' | 'securityGroups' | 'subnets'>;

/** Creating the same load balancer again returns it. @throws DuplicateException for another one with its name */
function sameAs(former: LoadBalancerRecord, wanted: Wanted): LoadBalancerRecord {
  const { scheme, securityGroups, subnets } = former;
  const isSame = JSON.stringify({ scheme, subnets, securityGroups }) === JSON.stringify(wanted);
  if (isSame) return former;
  throw new DuplicateException(
    'LoadBalancerName',
    `A load balancer with the same name '${former.name}' exists, but with different settings`,
  );
}

/** @throws ValidationError */
function subnetsOf({
  SubnetMappings = [],
  Subnets,
}: Pick<CreateLoadBalancerInput, 'SubnetMappings' | 'Subnets'>): readonly string[] {
  const subnets = Subnets ?? SubnetMappings.map(({ SubnetId = '' }) => SubnetId);
  if (new Set(subnets).size < 2) {
    throw new ValidationError(
      'At least two subnets in two different Availability Zones must be specified',
    );
  }
  return subnets;
}

function describeAll(
  state: BalancerState,
  input: DescribeLoadBalancersInput,
): DescribeLoadBalancersOutput {
  const { LoadBalancerArns: arns, Names: names } = input;
  const all = state.store.allLoadBalancers();
  if (arns !== undefined && arns.length > 0) {
    return { LoadBalancers: arns.map((arn) => describe(state, findLoadBalancer(state, arn))) };
  }
  if (names !== undefined && names.length > 0) {
    const named = names.map((name) => {
      const found = all.find((one) => one.name === name);
      if (found === undefined) throw new NotFoundException('LoadBalancer', name);
      return describe(state, found);
    });
    return { LoadBalancers: named };
  }
  const { items, marker } = pageOf(all, input);
  return { LoadBalancers: items.map((record) => describe(state, record)), ...marker };
}

/** The hosted zone of Application Load Balancers: https://docs.aws.amazon.com/general/latest/gr/elb.html */
const HOSTED_ZONE = 'Z35SXDOTRQ7X7K';
/** Networks do not exist here; AWS reports the network of the subnets. */
const VPC = 'vpc-00000000000000000';

function describe(state: BalancerState, record: LoadBalancerRecord): LoadBalancer {
  return {
    LoadBalancerArn: record.arn,
    DNSName: addressOf(state, record),
    CanonicalHostedZoneId: HOSTED_ZONE,
    CreatedTime: new Date(record.createdAt),
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    VpcId: VPC,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: zonesOf(state, record.subnets),
    SecurityGroups: [...record.securityGroups],
    IpAddressType: 'ipv4',
  };
}

/** Where its first listener answers on this machine. */
export function addressOf(
  { store }: BalancerState,
  { arn, localPort }: LoadBalancerRecord,
): string {
  const [first] = store.listenersOf(arn);
  return `127.0.0.1:${first?.localPort ?? localPort}`;
}

const ZONES = 'abcdef';

function zonesOf({ cloud }: BalancerState, subnets: readonly string[]) {
  return subnets.map((SubnetId, index) => ({
    ZoneName: `${cloud.region}${ZONES[index % ZONES.length]}`,
    SubnetId,
    LoadBalancerAddresses: [],
  }));
}

/** AWS deletes the listeners too, and says nothing about one that does not exist. */
async function remove(
  state: BalancerState,
  { LoadBalancerArn = '' }: DeleteLoadBalancerInput,
): Promise<object> {
  const record = state.store.loadBalancers.get(LoadBalancerArn);
  if (record === undefined) return {};
  if (record.attributes['deletion_protection.enabled'] === 'true') {
    throw new OperationNotPermittedException(
      `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
    );
  }
  for (const listener of state.store.listenersOf(record.arn)) await removeListener(state, listener);
  state.store.loadBalancers.delete(record.arn);
  return {};
}
