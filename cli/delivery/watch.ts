import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { Connection } from '../connection/connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { pauseStep } from './local-build.ts';

const POLL_MS = 30_000;

export interface AlarmWatch {
  readonly environment: string;
  /** For how long. */
  readonly minutes: number;
  /** The names of alarms begin with one of these. */
  readonly prefixes: readonly string[];
}

/**
 * Watches alarms after a deployment. One that rang before the deployment counts as well: what does not work is not left.
 *
 * @throws UserError naming the alarms that ring, as soon as one does
 */
export async function watchAlarms(
  connection: Pick<Connection, 'cloudwatch'>,
  { environment, minutes, prefixes }: AlarmWatch,
  terminal: Pick<Terminal, 'print'>,
  wait: (ms: number) => Promise<unknown> = pauseStep,
): Promise<void> {
  const looks = Math.floor((minutes * 60_000) / POLL_MS);
  for (let look = 0; look <= looks; look += 1) {
    const ringing = await findRinging(connection, prefixes);
    if (ringing.length > 0) {
      throw new UserError(
        `After the deployment to ${environment}, ${ringing.length === 1 ? 'an alarm rings' : `${ringing.length} alarms ring`}: ${ringing.join(', ')}. The stage is rolled back to the commit before.`,
      );
    }
    if (look < looks) await wait(POLL_MS);
  }
  terminal.print(`No alarm of ${environment} rang for ${minutes} minutes.`);
}

async function findRinging(
  { cloudwatch: client }: Pick<Connection, 'cloudwatch'>,
  prefixes: readonly string[],
): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateDescribeAlarms({ client }, { StateValue: 'ALARM' })) {
    const alarms = [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])];
    names.push(...alarms.map(({ AlarmName = '' }) => AlarmName));
  }
  return names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
}
