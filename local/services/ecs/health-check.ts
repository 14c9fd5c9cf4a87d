import type { HealthCheck } from '@aws-sdk/client-ecs';
import type { StartedContainer } from '../../cloud/container-images.ts';
import type { Clock } from '../../host/clock.ts';
import { ClientException } from './errors.ts';

export type Health = 'HEALTHY' | 'UNHEALTHY';

const MS_PER_SECOND = 1_000;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const DEFAULT_INTERVAL_SECONDS = 30;
const DEFAULT_TIMEOUT_SECONDS = 5;
const DEFAULT_RETRIES = 3;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const RANGES = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const;

/** @throws ClientException for a check that no task can make */
export function checkHealthCheck(container: string, check: HealthCheck): void {
  if ((check.command ?? []).length === 0) {
    throw new ClientException(`healthCheck.command of container '${container}' is empty.`);
  }
  for (const name of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    const [minimum, maximum] = RANGES[name];
    const given = check[name] ?? minimum;
    if (given >= minimum && given <= maximum) continue;
    throw new ClientException(
      `healthCheck.${name} of container '${container}' is ${given}; it is from ${minimum} to ${maximum}.`,
    );
  }
}

interface HealthWatch {
  readonly clock: Clock;
  readonly container: Pick<StartedContainer, 'execute'>;
  readonly check: HealthCheck;
  readonly onChange: (health: Health) => void;
}

/** Asks a container at intervals whether it is well. Returns what ends this. */
export function watchHealth({ check, clock, container, onChange }: HealthWatch): () => void {
  const {
    interval = DEFAULT_INTERVAL_SECONDS,
    retries = DEFAULT_RETRIES,
    startPeriod = 0,
    timeout = DEFAULT_TIMEOUT_SECONDS,
  } = check;
  const command = commandOf(check);
  const graceUntil = clock.now() + startPeriod * MS_PER_SECOND;
  let isEnded = false;
  let failures = 0;
  let health: Health | undefined;
  const become = (next: Health) => {
    if (health !== next && !isEnded) onChange(next);
    health = next;
  };
  const ask = async () => {
    const { code } = await container.execute(command, timeout * MS_PER_SECOND);
    if (isEnded) return;
    if (code === 0) {
      failures = 0;
      become('HEALTHY');
    } else if (health === 'HEALTHY' || clock.now() >= graceUntil) {
      failures += 1;
      if (failures >= retries) become('UNHEALTHY');
    }
    next();
  };
  let timer = { cancel() {} };
  const next = () => {
    timer = clock.setTimer(interval * MS_PER_SECOND, () => void ask());
  };
  next();
  return () => {
    isEnded = true;
    timer.cancel();
  };
}

/** `["CMD", "a", "b"]` is a command, `["CMD-SHELL", "a && b"]` one for a shell. */
function commandOf({ command = [] }: HealthCheck): readonly string[] {
  const [kind, ...rest] = command;
  if (kind === 'CMD') return rest;
  return ['/bin/sh', '-c', kind === 'CMD-SHELL' ? rest.join(' ') : command.join(' ')];
}
