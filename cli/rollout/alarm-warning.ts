import { LONGEST_ALARM_WAIT_MINUTES } from '../../events/index.ts';
import { listRollbackAlarms } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { type Terminal, yellow } from '../terminal/terminal.ts';

/** Says what a promotion does about rollback alarms that are in ALARM before it begins. */
export async function warnOfAlarms(
  connection: Connection,
  project: ProjectResources,
  decided: 'Approved' | 'Rejected',
  terminal: Terminal,
): Promise<void> {
  const alarms = await listRollbackAlarms(connection, project);
  const ringing = alarms.flatMap(({ AlarmName, StateValue }) =>
    StateValue === 'ALARM' && AlarmName !== undefined ? [AlarmName] : [],
  );
  if (ringing.length === 0) return;
  terminal.print(
    yellow(`In ALARM: ${ringing.join(', ')}. SageMaker would end an update that they guard.`),
  );
  terminal.print(
    decided === 'Rejected'
      ? '  The update does not wait and is not guarded by them; the test rows are verified afterwards.'
      : `  The promotion waits up to ${LONGEST_ALARM_WAIT_MINUTES} minutes until they are OK; those that are not do not guard the update. The test rows are verified afterwards.`,
  );
}
