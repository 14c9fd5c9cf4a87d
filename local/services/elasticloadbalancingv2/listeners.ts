import type {
  CreateListenerInput,
  CreateListenerOutput,
  DeleteListenerInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  ElasticLoadBalancingV2,
  Listener,
  ModifyListenerInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { OperationTable } from '../../cloud/operation.ts';
import { newListenerArn, on } from './arns.ts';
import { checkActions } from './check-actions.ts';
import {
  CertificateNotFoundException,
  DuplicateException,
  TooManyException,
  UnsupportedFeature,
  ValidationError,
} from './errors.ts';
import { MAX_LISTENERS_OF_LOAD_BALANCER } from './limits.ts';
import { pageOf } from './pages.ts';
import { type BalancerState, findListener, findLoadBalancer } from './state.ts';
import type { ListenerRecord } from './store.ts';
import { tagRecord } from './tag-lists.ts';

/** Listeners of load balancers. */
export const listenerOperations: OperationTable<ElasticLoadBalancingV2, BalancerState> = {
  CreateListener: {
    permissions: ({ LoadBalancerArn = '', Tags }: CreateListenerInput) => [
      on('CreateListener', LoadBalancerArn),
      ...((Tags?.length ?? 0) > 0
        ? [on('AddTags', `${LoadBalancerArn.replace(':loadbalancer/', ':listener/')}/*`)]
        : []),
    ],
    run: (input: CreateListenerInput, state) => create(state, input),
  },
  DescribeListeners: {
    readOnly: true,
    permissions: () => on('DescribeListeners'),
    run: (input: DescribeListenersInput, state) => describeAll(state, input),
  },
  ModifyListener: {
    permissions: ({ ListenerArn }: ModifyListenerInput) => on('ModifyListener', ListenerArn),
    run: (input: ModifyListenerInput, state) => modify(state, input),
  },
  DeleteListener: {
    permissions: ({ ListenerArn }: DeleteListenerInput) => on('DeleteListener', ListenerArn),
    async run({ ListenerArn }: DeleteListenerInput, state): Promise<object> {
      await removeListener(state, findListener(state, ListenerArn));
      return {};
    },
  },
};

async function create(
  state: BalancerState,
  input: CreateListenerInput,
): Promise<CreateListenerOutput> {
  const { cloud, servers, store } = state;
  const { Port: port, SslPolicy: sslPolicy } = input;
  const balancer = findLoadBalancer(state, input.LoadBalancerArn);
  if (port === undefined) throw new ValidationError('A listener port must be specified');
  const protocol = protocolOf(input.Protocol);
  const certificates = certificatesOf(protocol, input);
  const defaultActions = checkActions(state, input.DefaultActions);
  const others = store.listenersOf(balancer.arn);
  if (others.some((listener) => listener.port === port)) {
    throw new DuplicateException(
      'Listener',
      `A listener already exists on port ${port} for load balancer '${balancer.arn}'`,
    );
  }
  if (others.length >= MAX_LISTENERS_OF_LOAD_BALANCER) {
    throw new TooManyException('Listeners', MAX_LISTENERS_OF_LOAD_BALANCER);
  }
  const record: ListenerRecord = {
    arn: newListenerArn(cloud, balancer.arn),
    loadBalancerArn: balancer.arn,
    port,
    protocol,
    certificates,
    ...(sslPolicy !== undefined && { sslPolicy }),
    defaultActions,
    tags: tagRecord(input.Tags),
    localPort: others.length === 0 ? balancer.localPort : 0,
    createdAt: cloud.clock.now(),
  };
  // The name is taken before the port is open, which takes a moment.
  store.listeners.put(record.arn, record);
  await servers.open(record);
  state.healths.reconsider();
  return { Listeners: [describe(findListener(state, record.arn))] };
}

/** @throws UnsupportedFeature, ValidationError */
function protocolOf(protocol: string | undefined): 'HTTP' | 'HTTPS' {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol;
  if (protocol === undefined) throw new ValidationError('A listener protocol must be specified');
  throw new UnsupportedFeature(`listeners of protocol ${protocol}`);
}

const CERTIFICATE = /^arn:[\w-]+:(?:acm|iam):[\w-]*:\d{12}:(?:certificate|server-certificate)\/.+$/;

/** @throws ValidationError, CertificateNotFoundException */
function certificatesOf(
  protocol: 'HTTP' | 'HTTPS',
  { Certificates = [] }: Pick<CreateListenerInput, 'Certificates'>,
): readonly string[] {
  const arns = Certificates.map(({ CertificateArn = '' }) => CertificateArn);
  if (protocol === 'HTTP') {
    if (arns.length > 0)
      throw new ValidationError('Certificates cannot be specified for HTTP listeners');
    return [];
  }
  if (arns.length === 0) {
    throw new ValidationError('A certificate must be specified for HTTPS listeners');
  }
  const wrong = arns.find((arn) => !CERTIFICATE.test(arn));
  if (wrong !== undefined) {
    throw new CertificateNotFoundException(`Certificate ARN '${wrong}' is not valid`);
  }
  return arns;
}

function describeAll(state: BalancerState, input: DescribeListenersInput): DescribeListenersOutput {
  const { ListenerArns: arns = [], LoadBalancerArn } = input;
  if (arns.length > 0) {
    return { Listeners: arns.map((arn) => describe(findListener(state, arn))) };
  }
  if (LoadBalancerArn === undefined) {
    throw new ValidationError('You must specify either listener ARNs or a load balancer ARN');
  }
  const { arn } = findLoadBalancer(state, LoadBalancerArn);
  const { items, marker } = pageOf(state.store.listenersOf(arn), input);
  return { Listeners: items.map(describe), ...marker };
}

function modify(state: BalancerState, input: ModifyListenerInput): CreateListenerOutput {
  const record = findListener(state, input.ListenerArn);
  if (input.Port !== undefined && input.Port !== record.port) {
    throw new UnsupportedFeature('a change of the port of a listener');
  }
  const protocol = input.Protocol === undefined ? record.protocol : protocolOf(input.Protocol);
  const given =
    input.Certificates ?? record.certificates.map((CertificateArn) => ({ CertificateArn }));
  const certificates = certificatesOf(protocol, { Certificates: protocol === 'HTTP' ? [] : given });
  const changed: ListenerRecord = {
    ...record,
    protocol,
    certificates,
    ...(input.SslPolicy !== undefined && { sslPolicy: input.SslPolicy }),
    defaultActions:
      input.DefaultActions === undefined
        ? record.defaultActions
        : checkActions(state, input.DefaultActions),
  };
  state.store.listeners.put(record.arn, changed);
  state.healths.reconsider();
  return { Listeners: [describe(changed)] };
}

/** Deletes a listener with its rules, and closes its port. */
export async function removeListener(
  state: BalancerState,
  listener: ListenerRecord,
): Promise<void> {
  for (const rule of state.store.rulesOf(listener.arn)) state.store.rules.delete(rule.arn);
  state.store.listeners.delete(listener.arn);
  await state.servers.close(listener.arn);
  state.healths.reconsider();
}

/** AWS's default: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const DEFAULT_POLICY = 'ELBSecurityPolicy-2016-08';

function describe(record: ListenerRecord): Listener {
  const isSecure = record.protocol === 'HTTPS';
  return {
    ListenerArn: record.arn,
    LoadBalancerArn: record.loadBalancerArn,
    Port: record.port,
    Protocol: record.protocol,
    ...(isSecure && {
      Certificates: record.certificates.map((CertificateArn) => ({ CertificateArn })),
      SslPolicy: record.sslPolicy ?? DEFAULT_POLICY,
    }),
    DefaultActions: [...record.defaultActions],
  };
}
