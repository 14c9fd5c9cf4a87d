import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteTargetGroupInput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  ElasticLoadBalancingV2,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupInput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { balancerArn, newTargetGroupArn, on } from './arns.ts';
import {
  attributeList,
  changeAttributes,
  TARGET_GROUP_ATTRIBUTES,
  withDefaults,
} from './attributes.ts';
import {
  DuplicateException,
  NotFoundException,
  ResourceInUseException,
  TooManyException,
  UnsupportedFeature,
  ValidationError,
} from './errors.ts';
import { MAX_TARGET_GROUPS } from './limits.ts';
import { pageOf } from './pages.ts';
import { type BalancerState, findLoadBalancer, findTargetGroup } from './state.ts';
import type { HealthCheckSettings, TargetGroupRecord } from './store.ts';
import { tagRecord } from './tag-lists.ts';
import { loadBalancersOf } from './uses.ts';

/** Target groups of addresses that speak HTTP/1.1. */
export const targetGroupOperations: OperationTable<ElasticLoadBalancingV2, BalancerState> = {
  CreateTargetGroup: {
    permissions: ({ Name = '', Tags }: CreateTargetGroupInput, { cloud }) => {
      const resource = balancerArn(cloud, `targetgroup/${Name}/*`);
      return [
        on('CreateTargetGroup', resource),
        ...((Tags?.length ?? 0) > 0 ? [on('AddTags', resource)] : []),
      ];
    },
    run: (input: Checked<CreateTargetGroupInput>, state) => create(state, input),
  },
  DescribeTargetGroups: {
    readOnly: true,
    permissions: () => on('DescribeTargetGroups'),
    run: (input: DescribeTargetGroupsInput, state) => describeAll(state, input),
  },
  ModifyTargetGroup: {
    permissions: ({ TargetGroupArn }: ModifyTargetGroupInput) =>
      on('ModifyTargetGroup', TargetGroupArn),
    run: (input: ModifyTargetGroupInput, state) => modify(state, input),
  },
  DeleteTargetGroup: {
    permissions: ({ TargetGroupArn }: DeleteTargetGroupInput) =>
      on('DeleteTargetGroup', TargetGroupArn),
    run: (input: DeleteTargetGroupInput, state) => remove(state, input),
  },
  DescribeTargetGroupAttributes: {
    readOnly: true,
    permissions: () => on('DescribeTargetGroupAttributes'),
    run: ({ TargetGroupArn }: DescribeTargetGroupAttributesInput, state) => ({
      Attributes: attributeList(findTargetGroup(state, TargetGroupArn).attributes),
    }),
  },
  ModifyTargetGroupAttributes: {
    permissions: ({ TargetGroupArn }: ModifyTargetGroupAttributesInput) =>
      on('ModifyTargetGroupAttributes', TargetGroupArn),
    run({ Attributes, TargetGroupArn }: ModifyTargetGroupAttributesInput, state) {
      const record = findTargetGroup(state, TargetGroupArn);
      const attributes = changeAttributes(TARGET_GROUP_ATTRIBUTES, record.attributes, Attributes);
      state.store.targetGroups.put(record.arn, { ...record, attributes });
      return { Attributes: attributeList(attributes) };
    },
  },
};

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

function create(
  state: BalancerState,
  input: Checked<CreateTargetGroupInput>,
): CreateTargetGroupOutput {
  const { cloud, store } = state;
  const { Name: name, Port: port, VpcId: vpcId } = input;
  checkKind(input);
  if (!NAME.test(name)) throw new ValidationError(`The target group name '${name}' is not valid`);
  if (port === undefined) throw new ValidationError('A port must be specified');
  if (vpcId === undefined) throw new ValidationError('A VPC ID must be specified');
  const check = checkSettings(DEFAULT_CHECK, input);
  const former = store.allTargetGroups().find((one) => one.name === name);
  if (former !== undefined) {
    const isSame =
      JSON.stringify([port, vpcId, check]) ===
      JSON.stringify([former.port, former.vpcId, former.check]);
    if (isSame) return { TargetGroups: [describe(state, former)] };
    throw new DuplicateException(
      'TargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  }
  if (store.targetGroups.size >= MAX_TARGET_GROUPS) {
    throw new TooManyException('TargetGroups', MAX_TARGET_GROUPS);
  }
  const record: TargetGroupRecord = {
    arn: newTargetGroupArn(cloud, name),
    name,
    port,
    vpcId,
    check,
    attributes: withDefaults(TARGET_GROUP_ATTRIBUTES, {}),
    tags: tagRecord(input.Tags),
    targets: [],
    createdAt: cloud.clock.now(),
  };
  store.targetGroups.put(record.arn, record);
  return { TargetGroups: [describe(state, record)] };
}

/** @throws UnsupportedFeature */
function checkKind(input: CreateTargetGroupInput): void {
  const {
    IpAddressType = 'ipv4',
    Protocol,
    ProtocolVersion = 'HTTP1',
    TargetType = 'instance',
  } = input;
  if (TargetType !== 'ip') {
    throw new UnsupportedFeature(`target groups of type ${TargetType}, but only those of type ip`);
  }
  if (Protocol === undefined) throw new ValidationError('A protocol must be specified');
  if (Protocol !== 'HTTP') throw new UnsupportedFeature(`target groups of protocol ${Protocol}`);
  if (ProtocolVersion !== 'HTTP1') {
    throw new UnsupportedFeature(`target groups of protocol version ${ProtocolVersion}`);
  }
  if (IpAddressType !== 'ipv4') throw new UnsupportedFeature(`the address type ${IpAddressType}`);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
const DEFAULT_CHECK: HealthCheckSettings = {
  path: '/',
  port: 'traffic-port',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: { HttpCode: '200' },
};

/** `200`, `200,202`, `200-299` */
const MATCHER = /^\d{3}(?:-\d{3})?(?:,\d{3}(?:-\d{3})?)*$/;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
const CHECK_PATH = /^\/[\x21-\x7e]*$/;
const CHECK_PORT = /^(?:traffic-port|[1-9]\d{0,4})$/;
const LAST_PORT = 65_535;

/** Where the checks ask. @throws ValidationError */
function checkPlace({ path, port }: HealthCheckSettings): void {
  if (!CHECK_PATH.test(path)) {
    throw new ValidationError(
      `Health check path '${path}' is not valid: it must begin with a '/' character and only contain printable ASCII characters, without spaces`,
    );
  }
  if (!CHECK_PORT.test(port) || Number(port) > LAST_PORT) {
    throw new ValidationError(
      `Health check port '${port}' must be either 'traffic-port' or a port between 1 and ${LAST_PORT}`,
    );
  }
}

/** @throws ValidationError, UnsupportedFeature */
function checkSettings(
  former: HealthCheckSettings,
  input: Omit<ModifyTargetGroupInput, 'TargetGroupArn'>,
): HealthCheckSettings {
  const { HealthCheckEnabled = true, HealthCheckProtocol = 'HTTP' } = input;
  if (!HealthCheckEnabled) {
    throw new ValidationError(
      'Health check enabled must be true for target groups with target type ip',
    );
  }
  if (HealthCheckProtocol !== 'HTTP') {
    throw new UnsupportedFeature(`health checks of protocol ${HealthCheckProtocol}`);
  }
  const check: HealthCheckSettings = {
    path: input.HealthCheckPath ?? former.path,
    port: input.HealthCheckPort ?? former.port,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? former.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? former.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? former.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? former.unhealthyThreshold,
    matcher: input.Matcher ?? former.matcher,
  };
  checkPlace(check);
  if (!MATCHER.test(check.matcher.HttpCode ?? '')) {
    throw new ValidationError(
      `Health check matcher HTTP code '${check.matcher.HttpCode}' is not valid`,
    );
  }
  if (check.timeoutSeconds >= check.intervalSeconds) {
    throw new ValidationError(
      `Health check interval must be greater than the timeout: ${check.intervalSeconds} and ${check.timeoutSeconds} seconds`,
    );
  }
  return check;
}

function modify(state: BalancerState, input: ModifyTargetGroupInput): CreateTargetGroupOutput {
  const record = findTargetGroup(state, input.TargetGroupArn);
  const changed = { ...record, check: checkSettings(record.check, input) };
  state.store.targetGroups.put(record.arn, changed);
  return { TargetGroups: [describe(state, changed)] };
}

function describeAll(
  state: BalancerState,
  input: DescribeTargetGroupsInput,
): DescribeTargetGroupsOutput {
  const { LoadBalancerArn, Names: names = [], TargetGroupArns: arns = [] } = input;
  const all = state.store.allTargetGroups();
  if (arns.length > 0) {
    return { TargetGroups: arns.map((arn) => describe(state, findTargetGroup(state, arn))) };
  }
  if (names.length > 0) {
    const named = names.map((name) => {
      const found = all.find((one) => one.name === name);
      if (found === undefined) throw new NotFoundException('TargetGroup', name);
      return describe(state, found);
    });
    return { TargetGroups: named };
  }
  if (LoadBalancerArn !== undefined) findLoadBalancer(state, LoadBalancerArn);
  const wanted = all.filter(
    ({ arn }) =>
      LoadBalancerArn === undefined || loadBalancersOf(state.store, arn).includes(LoadBalancerArn),
  );
  const { items, marker } = pageOf(wanted, input);
  return { TargetGroups: items.map((record) => describe(state, record)), ...marker };
}

function describe(state: BalancerState, record: TargetGroupRecord): TargetGroup {
  const { check } = record;
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: 'HTTP',
    Port: record.port,
    VpcId: record.vpcId,
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: check.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: check.matcher,
    LoadBalancerArns: [...loadBalancersOf(state.store, record.arn)],
    TargetType: 'ip',
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
  };
}

/** AWS says nothing about one that does not exist. */
function remove(state: BalancerState, { TargetGroupArn = '' }: DeleteTargetGroupInput): object {
  const record = state.store.targetGroups.get(TargetGroupArn);
  if (record === undefined) return {};
  if (loadBalancersOf(state.store, record.arn).length > 0) {
    throw new ResourceInUseException(
      `Target group '${record.arn}' is currently in use by a listener or a rule`,
    );
  }
  state.healths.forgetGroup(record);
  state.store.targetGroups.delete(record.arn);
  return {};
}
