import type { IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Place } from '../places/place.ts';
import type { Protocol } from '../protocol.ts';
import { sendTestRows } from '../states/test-rows.ts';
import { cleanUp, noteRollback, undo, verifyRelease } from './judge-release.ts';

/** Makes the release and rolls it out; every doubt takes it back. */
export function rollOut(
  protocol: Protocol,
  place: Place,
): { readonly start: IChainable; readonly again?: Pass } {
  const { resources, scope } = protocol;
  const wait = protocol.wait('Wait for rollout', resources.project.serving.pollSeconds);
  const watch = place.watch(protocol);
  const send = sendTestRows(scope, resources);
  send.addCatch(wait, { errors: ['States.ALL'], outputs: {} });
  send.next(wait);
  wait.next(watch.start);
  const { start, update } = place.makeRelease(protocol, wait);
  const rolledBack = noteRollback(protocol, place);
  const undone = undo(protocol, place);
  const live = verifyRelease(protocol, { right: cleanUp(protocol, place), wrong: undone });
  const again = watch.decide({ baking: send, waiting: wait, live, rolledBack, undone, update });
  return { start, ...(again === undefined ? {} : { again }) };
}
