import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import type { Protocol } from './protocol.ts';

/** One promotion at a time; the lock of an owner that has ended is taken over. */
export function takeLock(protocol: Protocol, next: IChainable): State {
  const { gatherSeconds, pollSeconds } = protocol.resources.project.serving;
  const gather = protocol.wait('Let approvals gather', gatherSeconds);
  gather.next(next);
  return protocol.lock.take({
    taken: gather,
    held: (again) => protocol.wait('Wait for owner of endpoint', pollSeconds).next(again),
    guard: (task) => protocol.guard(task),
  });
}
