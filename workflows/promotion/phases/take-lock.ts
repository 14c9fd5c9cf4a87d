import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { hasWaitedTooLong, LONGEST_WAIT, type Protocol } from '../protocol.ts';

/** One promotion at a time; the lock of an owner that has ended is taken over. */
export function takeLock(protocol: Protocol, next: IChainable): State {
  const { gatherSeconds } = protocol.resources.project.serving;
  const gather = protocol.wait('Gather approvals', gatherSeconds);
  gather.next(next);
  return protocol.lock.take({
    taken: gather,
    held: (again) => protocol.waitForOthers('Wait for claim on endpoint').next(again),
    heldTooLong: {
      when: hasWaitedTooLong,
      next: protocol.failWithoutLock(
        'Endpoint held too long',
        `"Other promotions held the endpoint for ${LONGEST_WAIT.toHumanString()}; now " & $${protocol.lock.variable}.owner & ". Nothing was changed. Approve or reject the package again."`,
      ),
    },
    guard: (task) => protocol.guardWithoutLock(task),
  });
}
