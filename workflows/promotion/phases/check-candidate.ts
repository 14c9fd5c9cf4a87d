import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { choose } from '../../choice.ts';
import { lacksMetrics, passesTheGate } from '../../gate.ts';
import { archiveIsMissing } from '../../tasks/index.ts';
import type { Protocol } from '../protocol.ts';
import {
  fingerprintCandidate,
  isComplete,
  isWhatWasEvaluated,
  readCandidate,
} from '../states/candidate.ts';
import {
  compareWithLive,
  readComparison,
  readLivePackage,
  wasCompared,
} from '../states/comparison.ts';
import { outcomes, settleOn } from '../states/outcome.ts';

/** Refuses what is incomplete, tampered with or worse than what is live. */
export function checkCandidate(protocol: Protocol, next: IChainable): State {
  const { scope, resources } = protocol;
  const read = protocol.guard(readCandidate(scope, resources));
  read.next(
    choose(scope, 'Package complete?')
      .when(isComplete, checkArchives(protocol, compareIfUnknown(protocol, next)))
      .otherwise(refuseIncomplete(protocol)),
  );
  return read;
}

/** The archives must be the ones that were evaluated. */
function checkArchives(protocol: Protocol, next: IChainable): State {
  const { scope, resources } = protocol;
  const changed = protocol.settle(
    'Refuse changed artifacts',
    settleOn(
      outcomes.refused,
      '"The artifacts below " & $candidate.folder & " are missing or not the ones that were evaluated."',
    ),
  );
  return fingerprintCandidate(scope, resources, {
    next: choose(scope, 'Archives as evaluated?').when(isWhatWasEvaluated, next).otherwise(changed),
    guard: (task) => {
      task.addCatch(changed, { errors: [archiveIsMissing], outputs: {} });
      return protocol.guard(task);
    },
  });
}

function refuseIncomplete(protocol: Protocol): IChainable {
  const { packaging } = protocol.resources.project.registry;
  const containers = packaging === 'pipeline' ? 'two containers' : 'one container';
  return protocol.settle(
    'Refuse incomplete package',
    settleOn(
      outcomes.refused,
      `"The package was not registered by the training workflow: it lacks the inference specification of ${containers}, the folder or the fingerprint in its metadata."`,
    ),
  );
}

/** Training may have compared it with another champion than the model that is live now. */
function compareIfUnknown(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  if (resources.project.gate.champion === undefined) return next;
  return choose(scope, 'Compared with live model?')
    .when(wasCompared(resources), next)
    .otherwise(compare(protocol, next));
}

/** Measures the candidate and what is live on the same rows. */
function compare(protocol: Protocol, next: IChainable): IChainable {
  const judge = choose(protocol.scope, 'Better than live model?')
    .when(passesTheGate, next)
    .otherwise(
      protocol.settle('Keep live model', settleOn(outcomes.notBetter, '$join($objections, "; ")')),
    );
  return protocol
    .guard(readLivePackage(protocol.scope, protocol.resources))
    .next(protocol.run(compareWithLive(protocol.scope, protocol.resources)))
    .next(protocol.guard(readComparison(protocol.scope, protocol.resources)))
    .next(
      choose(protocol.scope, 'Metric missing?')
        .when(lacksMetrics, protocol.failWith('Fail to compare', '$join($lacks, " ")'))
        .otherwise(judge),
    );
}
