import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { archiveIsMissing } from '../fingerprint.ts';
import {
  fingerprintCandidate,
  isComplete,
  isWhatWasEvaluated,
  readCandidate,
} from './candidate.ts';
import {
  compareWithLive,
  isGoodEnough,
  lacksMetrics,
  readComparison,
  readLivePackage,
  wasCompared,
} from './comparison.ts';
import { outcomes, settleOn } from './outcome.ts';
import type { Protocol } from './protocol.ts';

/** Refuses what is incomplete, tampered with or worse than what is live. */
export function prepare(protocol: Protocol, next: IChainable): State {
  const { packaging } = protocol.resources.project.registry;
  const containers = packaging === 'pipeline' ? 'two containers' : 'one container';
  const read = protocol.guard(readCandidate(protocol.scope, protocol.resources));
  const compareOrGoOn =
    protocol.resources.project.gate.champion === undefined
      ? next
      : protocol
          .choose('Was it compared with what is live?')
          .when(wasCompared(protocol.resources), next)
          .otherwise(compare(protocol, next));
  const changed = protocol.settle(
    'Refuse changed artifacts',
    settleOn(
      outcomes.refused,
      '"The artifacts below " & $candidate.folder & " are missing or not the ones that were evaluated."',
    ),
  );
  const fingerprint = fingerprintCandidate(protocol.scope, protocol.resources, {
    next: protocol
      .choose('Is it what was evaluated?')
      .when(isWhatWasEvaluated, compareOrGoOn)
      .otherwise(changed),
    guard: (task) => {
      task.addCatch(changed, { errors: [archiveIsMissing], outputs: {} });
      return protocol.guard(task);
    },
  });
  read.next(
    protocol
      .choose('Is it complete?')
      .when(isComplete, fingerprint)
      .otherwise(
        protocol.settle(
          'Refuse incomplete package',
          settleOn(
            outcomes.refused,
            `"The package was not registered by the training workflow: it lacks the inference specification of ${containers}, the folder or the fingerprint in its metadata."`,
          ),
        ),
      ),
  );
  return read;
}

/** Measures the candidate and what is live on the same rows. */
function compare(protocol: Protocol, next: IChainable): IChainable {
  const judge = protocol
    .choose('Is it good enough?')
    .when(isGoodEnough, next)
    .otherwise(
      protocol.settle('Not good enough', settleOn(outcomes.notBetter, '$join($objections, "; ")')),
    );
  return protocol
    .guard(readLivePackage(protocol.scope, protocol.resources))
    .next(protocol.run(compareWithLive(protocol.scope, protocol.resources)))
    .next(protocol.guard(readComparison(protocol.scope, protocol.resources)))
    .next(
      protocol
        .choose('Is a metric missing?')
        .when(lacksMetrics, protocol.failWith('Cannot be compared', '$join($lacks, " ")'))
        .otherwise(judge),
    );
}
