import { Duration } from 'aws-cdk-lib';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import {
  DynamoAttributeValue,
  type DynamoGetItem,
  DynamoPutItem,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { readItem } from '../claim/index.ts';
import { limitToKeys } from '../claim/limit-to-keys.ts';
import { executionArn, jsonata } from '../jsonata.ts';
import type { MonitoringResources, ProjectResources } from '../project-resources.ts';
import { retryItemCall } from '../tasks/index.ts';
import { VERDICTS_KEY } from '../verdicts-key.ts';

const CALL_TIMEOUT = Timeout.duration(Duration.seconds(60));
/** Another execution has written since it was read. */
export const CONDITION_FAILED = 'DynamoDB.ConditionalCheckFailedException';

/** This window, as a decision to train again needs it. */
export const JUDGED = `{
    "model": $package.arn,
    "start": $window.start,
    "end": $window.end,
    "drifted": $counts.drift ? [$append($report.drifted, $report.driftedPredictions)] : [],
    "misses": $counts.quality and $count($objections) > 0
  }`;

/** Only a schedule's windows make alarms: a window that a person looks at again counts once. */
export const isScheduled = when('$isScheduled');

/** The last verdicts about this model and, with the new one, whether people should hear of it. */
export function readVerdicts(
  scope: Construct,
  { claims }: ProjectResources,
  { settings: { alarm } }: MonitoringResources,
): DynamoGetItem {
  return readItem(scope, 'Read last verdicts', {
    table: claims,
    key: VERDICTS_KEY,
    pattern: VERDICTS_KEY,
    comment: 'Verdicts about another model say nothing about this one',
    assign: {
      verdicts: jsonata(`(
  $item := $states.result.Item;
  $isSame := $exists($item) and $item.model.S = $package.arn;
  $last := function($before, $counts, $now) { [($counts ? $append($before, $now) : $before)[[-${alarm.windows}..-1]]] };
  $hasVerdict := $counts.drift and $report.verdict in ["ok", "drifted"];
  $isMeasured := $counts.quality and $type($report.measured) = "object";
  $recent := $last($isSame ? $parse($item.recent.S) : [], $hasVerdict, {"end": $window.end, "verdict": $report.verdict});
  $measured := $last($isSame and $exists($item.measured) ? $parse($item.measured.S) : [], $isMeasured, {"end": $window.end, "misses": $count($objections) > 0});
  $former := $isSame and $exists($item.judged) ? $parse($item.judged.S) : {};
  $now := ${JUDGED};
  {
    "recent": $recent,
    "measured": $measured,
    "judged": $hasVerdict
      ? $merge([$now, {"misses": $counts.quality ? $now.misses : $former.misses = true}])
      : $isMeasured and $exists($former.model) ? $merge([$former, {"misses": $now.misses}]) : $isMeasured ? $now : $former,
    "revision": $exists($item) ? $item.revision.N : "0",
    "isKept": $exists($item) and $item.keptBy.S = $states.context.Execution.Id,
    "before": {
      "drift": $isSame and $item.driftAlarm.S = "true",
      "quality": $isSame and $item.qualityAlarm.S = "true"
    },
    "drift": $count($recent[verdict = "drifted"]) >= ${alarm.drifted},
    "quality": $count($measured[misses]) >= ${alarm.drifted}
  }
)`),
      // Only of use where this execution has kept its verdict before, and the answer was lost.
      alarm: jsonata(`(
  $item := $states.result.Item;
  {
    "drift": $item.driftAlarm.S = "true",
    "quality": $item.qualityAlarm.S = "true",
    "isNew": $item.newAlarm.S = "true"
  }
)`),
    },
  });
}

const isNew =
  '(($verdicts.drift and $not($verdicts.before.drift)) or ($verdicts.quality and $not($verdicts.before.quality)))';

/** Whether this execution has kept its verdict, and did not hear of it. */
export const isKept = when('$verdicts.isKept');

/** Keeps the new verdict, unless another execution has kept one since. */
export function keepVerdict(scope: Construct, { claims }: ProjectResources): DynamoPutItem {
  const task = DynamoPutItem.jsonata(scope, 'Keep verdict', {
    table: claims,
    item: {
      claim: DynamoAttributeValue.fromString(VERDICTS_KEY),
      model: text('$package.arn'),
      recent: text('$string($verdicts.recent)'),
      measured: text('$string($verdicts.measured)'),
      judged: text('$string($verdicts.judged)'),
      driftAlarm: text('$string($verdicts.drift)'),
      qualityAlarm: text('$string($verdicts.quality)'),
      newAlarm: text(`$string(${isNew})`),
      keptBy: text(executionArn),
      revision: DynamoAttributeValue.numberFromString(
        jsonata('$string($number($verdicts.revision) + 1)'),
      ),
    },
    conditionExpression: 'attribute_not_exists(#claim) OR #revision = :revision',
    expressionAttributeNames: { '#claim': 'claim', '#revision': 'revision' },
    expressionAttributeValues: {
      ':revision': DynamoAttributeValue.numberFromString(jsonata('$verdicts.revision')),
    },
    assign: {
      alarm: jsonata(`{
  "drift": $verdicts.drift,
  "quality": $verdicts.quality,
  "isNew": ${isNew}
}`),
    },
    outputs: {},
    taskTimeout: CALL_TIMEOUT,
  });
  task.addRetry(retryItemCall);
  limitToKeys(task, VERDICTS_KEY);
  return task;
}

export const isNewAlarm = when('$alarm.isNew');

function text(expression: string): DynamoAttributeValue {
  return DynamoAttributeValue.fromString(jsonata(expression));
}
