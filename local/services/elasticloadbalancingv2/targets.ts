import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  ElasticLoadBalancingV2,
  RegisterTargetsInput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { OperationTable } from '../../cloud/operation.ts';
import { on } from './arns.ts';
import { delayOf } from './attributes.ts';
import { InvalidTargetException, TooManyException } from './errors.ts';
import { MAX_TARGETS_OF_GROUP } from './limits.ts';
import { type BalancerState, findTargetGroup } from './state.ts';
import type { TargetGroupRecord, TargetRecord } from './store.ts';

/** The targets of a target group, and what the health checks say about them. */
export const targetOperations: OperationTable<ElasticLoadBalancingV2, BalancerState> = {
  RegisterTargets: {
    permissions: ({ TargetGroupArn }: RegisterTargetsInput) =>
      on('RegisterTargets', TargetGroupArn),
    run: (input: RegisterTargetsInput, state) => register(state, input),
  },
  DeregisterTargets: {
    permissions: ({ TargetGroupArn }: DeregisterTargetsInput) =>
      on('DeregisterTargets', TargetGroupArn),
    run: (input: DeregisterTargetsInput, state) => deregister(state, input),
  },
  DescribeTargetHealth: {
    readOnly: true,
    permissions: () => on('DescribeTargetHealth'),
    run: (input: DescribeTargetHealthInput, state) => describeHealth(state, input),
  },
};

/** Targets are processes of this machine; nothing else is reached. */
const LOOPBACK = /^127\.(?:\d{1,3}\.){2}\d{1,3}$/;

function readTarget(
  { port: groupPort }: TargetGroupRecord,
  target: TargetDescription,
): TargetRecord {
  const { Id: id = '', Port: port = groupPort } = target;
  if (!LOOPBACK.test(id)) {
    throw new InvalidTargetException(
      `The target ${id} is not a loopback address. It was not registered: this load balancer only reaches this machine (127.0.0.0/8).`,
    );
  }
  return { id, port };
}

function isSame(one: TargetRecord, other: TargetRecord): boolean {
  return one.id === other.id && one.port === other.port;
}

function register(
  state: BalancerState,
  { TargetGroupArn, Targets = [] }: RegisterTargetsInput,
): object {
  const group = findTargetGroup(state, TargetGroupArn);
  const added = Targets.map((target) => readTarget(group, target));
  const kept = group.targets.filter(
    (target) => !added.some((one) => isSame(one, target) && target.deregisteredAt !== undefined),
  );
  const fresh = added.filter(
    (one, index) => ![...kept, ...added.slice(0, index)].some((target) => isSame(one, target)),
  );
  const targets = [...kept, ...fresh];
  if (targets.length > MAX_TARGETS_OF_GROUP) {
    throw new TooManyException('Targets', MAX_TARGETS_OF_GROUP);
  }
  state.store.targetGroups.put(group.arn, { ...group, targets });
  for (const target of fresh) state.healths.begin(group.arn, target);
  return {};
}

/** A target that is not registered is passed over, as on AWS. */
function deregister(
  state: BalancerState,
  { TargetGroupArn, Targets = [] }: DeregisterTargetsInput,
): object {
  const group = findTargetGroup(state, TargetGroupArn);
  const named = (target: TargetRecord) =>
    Targets.some(({ Id, Port }) => Id === target.id && (Port ?? target.port) === target.port);
  const deregisteredAt = state.cloud.clock.now();
  const leaving = group.targets.filter(
    (target) => target.deregisteredAt === undefined && named(target),
  );
  if (leaving.length === 0) return {};
  const targets = group.targets.map((target) =>
    leaving.includes(target) ? { ...target, deregisteredAt } : target,
  );
  state.store.targetGroups.put(group.arn, { ...group, targets });
  for (const target of leaving) {
    state.healths.drain(group.arn, { ...target, deregisteredAt }, delayOf(group));
  }
  return {};
}

function describeHealth(
  state: BalancerState,
  { TargetGroupArn, Targets }: DescribeTargetHealthInput,
): DescribeTargetHealthOutput {
  const group = findTargetGroup(state, TargetGroupArn);
  const wanted =
    Targets === undefined || Targets.length === 0
      ? group.targets
      : Targets.map(({ Id: id = '', Port: port = group.port }) => ({ id, port }));
  return {
    TargetHealthDescriptions: wanted.map((target) => ({
      Target: { Id: target.id, Port: target.port, AvailabilityZone: `${state.cloud.region}a` },
      HealthCheckPort: group.check.port === 'traffic-port' ? String(target.port) : group.check.port,
      TargetHealth: state.healths.describe(group, target),
    })),
  };
}
