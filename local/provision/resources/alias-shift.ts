import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../cloud/cloud.ts';
import { call, type ResourceRequest } from '../resource-type.ts';

/**
 * How CloudFormation moves an alias of a state machine: minute by minute its handler looks at the weights and at the alarms.
 * https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-stepfunctions/blob/3df87f8/statemachinealias/src/main/java/com/amazonaws/stepfunctions/cloudformation/statemachinealias/UpdateHandler.java
 */
const LOOK_MS = 60_000;
const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 2_100;
const ALL = 100;

/** `DeploymentPreference` of `AWS::StepFunctions::StateMachineAlias`. */
export interface DeploymentPreference {
  readonly StateMachineVersionArn: string;
  readonly Type?: string;
  readonly Percentage?: unknown;
  /** Minutes. */
  readonly Interval?: unknown;
  readonly Alarms?: readonly string[];
}

export interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

/** What CloudFormation's handler of the alias refuses, in its words. */
class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure';

  constructor(message: string) {
    super(`Resource handler returned message: "${message}"`);
  }
}

/** @throws HandlerFailure for a shift without its figures, or one that takes too long */
export function checkPreference({
  Type: type = 'ALL_AT_ONCE',
  Percentage,
  Interval,
}: DeploymentPreference): void {
  if (type === 'ALL_AT_ONCE') return;
  const missing = [
    ...(Interval === undefined ? ['interval'] : []),
    ...(Percentage === undefined ? ['percentage'] : []),
  ];
  if (missing.length > 0) {
    const names = missing.map((name) => `'${name}'`).join(' and ');
    throw new HandlerFailure(
      `Deployments of type '${type}' require ${missing[0] === 'interval' ? 'an' : 'a'} ${missing.join(' and ')} for traffic shifting. Configure the deployment preference with the ${names} ${missing.length === 1 ? 'property' : 'properties'} and try again.`,
    );
  }
  const minutes = Math.ceil(ALL / Number(Percentage)) * Number(Interval);
  if (type === 'LINEAR' && minutes > LONGEST_MINUTES) {
    throw new HandlerFailure(
      `The linear deployment configured is estimated to take ${minutes} minutes, which exceeds the maximum allowable deployment time of ${LONGEST_MINUTES} minutes. Configure the deployment preference to use a higher shift percentage or lower time interval and try again.`,
    );
  }
}

export interface Shift {
  /** Sends its executions to these versions. */
  readonly route: (routes: readonly Route[]) => Promise<unknown>;
  /** The weights that the alias has now. */
  readonly routes: () => Promise<readonly Route[]>;
  /** Of the template before. */
  readonly before: readonly Route[];
  readonly preference: DeploymentPreference;
  readonly signal: AbortSignal;
}

/**
 * Moves an alias to a new version, a share at a time.
 *
 * @throws HandlerFailure when an alarm is in ALARM, with the alias back at its former version; or when another one has moved it
 */
export async function shiftAlias(request: ResourceRequest, shift: Shift): Promise<void> {
  const { before, preference, route, signal } = shift;
  const { Interval, Percentage, StateMachineVersionArn: target, Type: type = '' } = preference;
  const origin = findOrigin(before, type);
  const { clock } = request.cloud;
  let weight = 0;
  let nextAt = clock.now();
  while (weight < ALL) {
    if (weight > 0) checkDrift(await shift.routes(), between(origin, target, weight), type);
    const active = await findActive(request, preference.Alarms ?? []);
    if (active.length > 0) {
      await route([{ stateMachineVersionArn: origin, weight: ALL }]);
      throw new HandlerFailure(
        `Aborting deployment. The following CloudWatch alarms are in an 'ALARM' state: [${active.join(', ')}].`,
      );
    }
    if (clock.now() >= nextAt) {
      const isLast = type === 'CANARY' && weight > 0;
      weight = isLast ? ALL : Math.min(ALL, weight + Number(Percentage));
      await route(between(origin, target, weight));
      nextAt = clock.now() + Number(Interval) * MINUTE_MS;
    }
    if (weight < ALL) await wait(request.cloud, LOOK_MS, signal);
  }
}

function findOrigin(before: readonly Route[], type: string): string {
  const [origin, ...others] = before;
  if (others.length === 0) return origin?.stateMachineVersionArn ?? '';
  throw new HandlerFailure(
    `Failed to start deployment of type '${type}', invalid initial state detected. Expected the alias to be routing 100% of traffic towards one version, but it is currently routing traffic towards two. Update the alias to route 100% of traffic towards one version and try the deployment again.`,
  );
}

function between(origin: string, target: string, weight: number): readonly Route[] {
  return [
    { stateMachineVersionArn: target, weight },
    { stateMachineVersionArn: origin, weight: ALL - weight },
  ].filter((each) => each.weight > 0);
}

function checkDrift(actual: readonly Route[], expected: readonly Route[], type: string): void {
  if (render(actual) === render(expected)) return;
  throw new HandlerFailure(
    `Failed to continue deployment of type '${type}', drift detected. Expected routing configuration: '${render(expected)}', actual routing configuration: '${render(actual)}'. Ensure that UpdateStateMachineAlias is not being invoked elsewhere and try the deployment again.`,
  );
}

function render(routes: readonly Route[]): string {
  const each = routes.map(
    ({ stateMachineVersionArn, weight }) =>
      `RoutingConfigurationVersion(stateMachineVersionArn=${stateMachineVersionArn}, weight=${weight})`,
  );
  return `[${each.toSorted().join(', ')}]`;
}

async function findActive(request: ResourceRequest, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const { CompositeAlarms = [], MetricAlarms = [] } = await call<DescribeAlarmsOutput>(
    request,
    'cloudwatch',
    'DescribeAlarms',
    { AlarmNames: names, AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] },
  );
  return [...MetricAlarms, ...CompositeAlarms].flatMap(({ AlarmName = '', StateValue }) =>
    StateValue === 'ALARM' ? [AlarmName] : [],
  );
}

async function wait({ clock }: Cloud, durationMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      reject(new HandlerFailure('The runtime was stopped while the alias was being shifted.'));
    };
    const timer = clock.setTimer(durationMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
