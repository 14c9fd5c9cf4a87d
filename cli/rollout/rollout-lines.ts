import { visibleLine } from '../../local/index.ts';
import {
  type Bake,
  type FleetShare,
  findBake,
  type RollbackAlarm,
  type Rollout,
} from '../../operations/index.ts';
import { dim, green, red, seconds, yellow } from '../terminal/terminal.ts';

/**
 * The endpoint: status, failure, fleets and alarms, a line each.
 *
 * @param verbose alarms that are OK have a line each, too
 */
export function renderRollout(rollout: Rollout, verbose: boolean): readonly string[] {
  const quiet = verbose ? [] : rollout.alarms.filter(({ state }) => state === 'OK');
  return [
    `endpoint ${rollout.endpointName}: ${rollout.status}`,
    ...(rollout.failureReason === undefined
      ? []
      : [`  ${red(visibleLine(rollout.failureReason))}`]),
    ...rollout.fleets.map((fleet) => `  ${renderFleet(fleet)}`),
    ...rollout.alarms
      .filter((alarm) => !quiet.includes(alarm))
      .map((alarm) => `  ${renderAlarm(alarm)}`),
    ...(quiet.length === 0 ? [] : [`  ${green('OK')} ${dim(`${quiet.length} rollback alarms`)}`]),
  ];
}

/** `AllTraffic: 10 % of the traffic, 1 instance(s), Baking since …`. */
function renderFleet({ variant, percent, instances, phases, endpointConfig }: FleetShare): string {
  const parts = [
    `${variant}: ${percent} % of the traffic`,
    ...(instances === undefined ? [] : [`${instances} instance(s)`]),
    ...phases.map(({ status, since, message }) =>
      [
        yellow(status),
        since === undefined ? undefined : `since ${since.toISOString()}`,
        shown(message),
      ]
        .filter((part) => part !== undefined)
        .join(' '),
    ),
  ];
  return `${parts.join(', ')}  ${dim(endpointConfig)}`;
}

export function renderAlarm({ name, state, reason }: RollbackAlarm): string {
  if (state === 'ALARM') return `${red(state)} ${visibleLine(name)}: ${visibleLine(reason)}`;
  return `${state === 'OK' ? green(state) : yellow(state)} ${dim(name)}`;
}

function shown(message: string | undefined): string | undefined {
  return message === undefined ? undefined : visibleLine(message);
}

/** `90 % abalone-v1-a, 10 % abalone-v2-b`; with a trial `80 % AllTraffic (abalone-v2-b), 20 % Challenger (…)`. */
export function renderTraffic({ fleets }: Rollout): string {
  if (fleets.length === 0) return 'nothing serves';
  const isTrial = new Set(fleets.map(({ variant }) => variant)).size > 1;
  return fleets
    .map(({ percent, endpointConfig, variant }) =>
      isTrial ? `${percent} % ${variant} (${endpointConfig})` : `${percent} % ${endpointConfig}`,
    )
    .join(', ');
}

/** `bakes 1 min 30 s of 3 min 0 s`; `now` on the clock of AWS or of the runtime, where it is known. */
export function renderBake({ since, seconds: length }: Bake, now?: Date): string {
  const whole = length === undefined ? [] : [`of ${seconds(length * 1_000)}`];
  if (now === undefined) return ['bakes', ...whole, `since ${since.toISOString()}`].join(' ');
  const elapsed = seconds(Math.max(0, now.getTime() - since.getTime()));
  return ['bakes', elapsed, ...whole].join(' ');
}

/** The whole rollout in one line, for where it is shown in place. */
export function renderRolloutLine(rollout: Rollout, now?: Date): string {
  const bake = findBake(rollout);
  const ringing = rollout.alarms.filter(({ state }) => state === 'ALARM');
  return [
    `${rollout.status}: ${renderTraffic(rollout)}`,
    ...(bake === undefined ? [] : [renderBake(bake, now)]),
    ringing.length === 0
      ? `${rollout.alarms.length} alarms quiet`
      : red(ringing.map(({ name }) => `${name} is in ALARM`).join(', ')),
  ].join(' · ');
}
