import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Claim } from '../claim/index.ts';
import { quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';

/** Jobs may wait for capacity; a run that takes longer is stuck. */
export const EXECUTION_TIMEOUT = Duration.days(3);

/**
 * Step Functions forgets an execution 90 days after its end, and a claim of an owner that it does not
 * know is free: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const EXPIRES_AFTER = Duration.days(90 + EXECUTION_TIMEOUT.toDays());

/** A run that has ended well, or will do so, keeps what it claimed; the claim of one that failed is free. */
const KEPT_WHILE = ['SUCCEEDED', 'RUNNING', 'PENDING_REDRIVE'];

/** An event may be delivered twice: of the executions that it starts, one works on the upload. */
export function datasetClaim(scope: Construct, { claims, names }: ProjectResources): Claim {
  return new Claim(scope, {
    table: claims,
    thing: 'dataset',
    name: { jsonata: '$dataset.id' },
    ownedBy: names.trainingStateMachine,
    keptWhile: KEPT_WHILE,
    details: { key: '$dataset.key', versionId: '$dataset.versionId' },
    expiresAfter: EXPIRES_AFTER,
  });
}

/** What a person set for the run is part of what is trained on once; an upload alone adds nothing. */
const settingsOfRun =
  '($exists($states.context.Execution.Input.settings) ? "-" & $substring($hash($string($settings), "SHA-256"), 0, 16) : "")';

/** What a commit is tried on was tried before: each run counts. */
const reference =
  '($exists($states.context.Execution.Input.reference) ? "-" & $states.context.Execution.Name : "")';

/**
 * The same bytes with the same code version give the same model, under any name and version
 * they were uploaded; so content is claimed, too, once it is known.
 */
export function contentClaim(scope: Construct, resources: ProjectResources): Claim {
  const { claims, code, names, triesReferences = false } = resources;
  return new Claim(scope, {
    table: claims,
    thing: 'content',
    name: {
      jsonata: `$inspection.sha256 & ${quote(`-${code.version}`)} & ${settingsOfRun}${triesReferences ? ` & ${reference}` : ''}`,
    },
    ownedBy: names.trainingStateMachine,
    keptWhile: KEPT_WHILE,
    details: { datasetId: '$dataset.id' },
    expiresAfter: EXPIRES_AFTER,
  });
}
