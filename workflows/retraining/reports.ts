import { type State, Succeed, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { retrainingOutcomes } from '../../events/index.ts';
import { choose, when } from '../choice.ts';
import { executionArn, executionHash, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce, failurePath, writeRecord } from '../tasks/index.ts';

const decidedAt = '$states.context.State.EnteredTime';
const rowsOrNull = '($rows.newRows >= 0 ? $rows : null)';
const verdictOrNull = '($exists($request.verdict) ? $request.verdict : null)';
const datasetOrNull = '($decision.trains ? $dataset : null)';

/** Keeps the decision where people and the API read it: the newest comes first in a list of keys. */
export function recordDecision(scope: Construct, resources: ProjectResources): CallAwsService {
  const { keys } = resources;
  const key = `${quote(`${keys.monitoring}retraining/`)} & $formatNumber(9999999999999 - $toMillis(${decidedAt}), "0000000000000") & "-" & ${executionHash} & ".json"`;
  return writeRecord(scope, 'Record decision', resources, {
    pattern: `${keys.monitoring}retraining/*`,
    key,
    body: {
      version: 1,
      decision: jsonata('$decisionId'),
      outcome: jsonata('$decision.outcome'),
      reason: jsonata('$decision.reason'),
      trigger: jsonata('$request.trigger'),
      decidedAt: jsonata(decidedAt),
      execution: jsonata(executionArn),
      modelPackage: jsonata('$package.arn'),
      verdict: jsonata(verdictOrNull),
      rows: jsonata(rowsOrNull),
      dataset: jsonata(datasetOrNull),
    },
    assign: { recordKey: jsonata(key) },
  });
}

/** Notifies the topic; not of the same decision again. */
export function announceDecision(
  scope: Construct,
  { names, bucket, topic }: ProjectResources,
): SnsPublish {
  return announce(scope, 'Announce decision', {
    topic,
    subject: `${quote(`${names.qualified}: `)} & ($decision.trains ? "a training was started by itself" : "no training: " & $decision.outcome)`,
    lines: [
      '"Decision: " & $decision.outcome',
      '"Reason: " & $decision.reason',
      '"Asked by: " & $request.trigger',
      '$package.arn != "" ? "Live model: " & $package.arn',
      '$exists($request.verdict) and $count([$request.verdict.drifted]) > 0 ? "Drifted: " & $join([$request.verdict.drifted], ", ")',
      '$decision.trains ? "Dataset: " & $dataset.key',
      `"Record: s3://${bucket.bucketName}/" & $recordKey`,
      '$decision.trains ? "" : "Nothing was trained and the endpoint is as it was. See the decisions with: stepmill retrain"',
    ],
  });
}

/** A state for each outcome, so that it is seen in the list of executions. */
export function endDecision(scope: Construct): State {
  const end = (outcome: string) =>
    Succeed.jsonata(scope, outcome, {
      outputs: {
        outcome,
        trigger: jsonata('$request.trigger'),
        reason: jsonata('$decision.reason'),
        decision: jsonata('$decisionId'),
        modelPackage: jsonata('$package.arn'),
        dataset: jsonata(datasetOrNull),
        record: jsonata('$recordKey'),
        metrics: jsonata(METRICS),
      },
    });
  const [last, ...others] = [...retrainingOutcomes].reverse();
  if (last === undefined) throw new Error('A decision has no outcome.');
  const choice = choose(scope, 'Decision?');
  for (const outcome of others.reverse()) {
    choice.when(when(`$decision.outcome = ${quote(outcome)}`), end(outcome));
  }
  return choice.otherwise(end(last));
}

const METRICS = `[
  {"name": "RetrainingDecisions", "value": 1},
  {"name": "RetrainingsStarted", "value": $decision.trains ? 1 : 0},
  $rows.newRows >= 0 ? {"name": "NewLabelledRows", "value": $rows.newRows}
]`;

/** Keeps what went wrong, and says it. */
export function retrainingFailed(scope: Construct, resources: ProjectResources): TaskStateBase {
  return failurePath(scope, {
    resources,
    what: 'retraining',
    prefix: `${resources.keys.monitoring}retraining/`,
    about: '"Asked by: " & $request.trigger',
    consequence:
      'No training was started by this decision, unless its dataset was uploaded already. The endpoint is as it was.',
    remedy: 'Correct the cause, then ask again with: stepmill retrain --run',
  });
}
