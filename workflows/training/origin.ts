import type { DynamoGetItem } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { readItem } from '../claim/index.ts';
import { metadataValue } from '../field-text.ts';
import { jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { decisionOf, runItem, uploadsOf } from '../retraining/run-item.ts';

/** Entries of a package's metadata that say who started its training. */
export const ORIGIN_ENTRIES = 5;

/**
 * Which decision to train again uploaded the dataset. The decision has noted the id of this very version, so that
 * whoever uploads another file under its key gets no approval with it.
 */
export function readOrigin(scope: Construct, resources: ProjectResources): DynamoGetItem {
  const decision = decisionOf(uploadsOf(resources), '$dataset.key');
  const item = '$states.result.Item';
  return readItem(scope, 'Look up retraining', {
    table: resources.claims,
    key: jsonata(runItem.keyOf(decision)),
    pattern: runItem.pattern,
    comment: 'Whether a decision to train again uploaded the dataset, and why',
    assign: {
      origin: jsonata(`$exists(${item}) and ${item}.datasetId.S = $dataset.id ? {
  "decision": ${decision},
  "trigger": ${item}.trigger.S,
  "reason": ${item}.reason.S,
  "labelledUntil": ${item}.labelledUntil.S
} : {}`),
    },
  });
}

const isRetrained = '$exists($origin.decision)';

/** What the package says of its origin; an expression of an object. */
export function renderOrigin({ retraining }: ProjectResources): string {
  if (retraining === undefined) return '{}';
  return `${isRetrained} ? {
    "startedBy": "retraining",
    "retrainingTrigger": ${metadataValue('$origin.trigger')},
    "retrainingReason": ${metadataValue('$origin.reason')},
    "retrainingDecision": ${metadataValue('$origin.decision')},
    "labelledUntil": ${metadataValue('$origin.labelledUntil')}
  } : {}`;
}

/** Whether the model goes live by itself; JSONata. */
export function approvesItself({ project, retraining }: ProjectResources): string {
  const own = String(project.registry.approval === 'automatic');
  if (retraining === undefined) return own;
  return `(${isRetrained} ? ${retraining.settings.approval === 'automatic'} : ${own})`;
}
