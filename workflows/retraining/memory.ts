import { Duration } from 'aws-cdk-lib';
import { Pass, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoPutItem } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { limitToKeys } from '../claim/limit-to-keys.ts';
import { executionArn, jsonata } from '../jsonata.ts';
import type { ProjectResources, RetrainingResources } from '../project-resources.ts';
import { retryItemCall } from '../tasks/index.ts';
import { FORGET_LAST, renderDecision } from './decision.ts';
import { MEMORY_KEY } from './facts.ts';
import { text } from './request.ts';

/** Weighs what is known; before rows are counted, and after. */
export function decide(
  scope: Construct,
  id: 'Weigh guards' | 'Weigh new rows',
  { settings }: RetrainingResources,
): Pass {
  return Pass.jsonata(scope, id, {
    comment:
      id === 'Weigh guards'
        ? 'What costs nothing is asked first'
        : 'Another execution may have decided since',
    assign: {
      decision: jsonata(`(
  $question := {
    "now": $fromMillis($toMillis($states.context.State.EnteredTime)),
    "decision": $decisionId,
    "execution": ${executionArn},
    "trigger": $request.trigger,
    "model": $package.arn,
    "liveSince": $package.since,
    "verdict": $request.verdict,
    "lastFailed": $lastFailed,
    "newRows": $rows.newRows,
    "unreadable": $rows.unreadable.count > 0 ? " " & $string($rows.unreadable.count) & " files of captures and labels could not be read, such as " & $rows.unreadable.examples[0] & "." : ""
  };
  ${renderDecision(settings)}
)`),
    },
    outputs: {},
  });
}

export const trains = when('$decision.trains');

/** What people have heard of last; the same again is no news. */
const news =
  '$decision.outcome & " " & $package.arn & " " & ($exists($request.verdict) ? $join([$request.verdict.drifted], " ") : "")';

/** Keeps the decision, unless another execution has kept one since: of two that would train, one does. */
export function keepDecision(scope: Construct, { claims }: ProjectResources): DynamoPutItem {
  const task = DynamoPutItem.jsonata(scope, 'Keep decision', {
    table: claims,
    item: {
      claim: DynamoAttributeValue.fromString(MEMORY_KEY),
      memory: text('$string($decision.memory)'),
      decision: text(
        '$string({"outcome": $decision.outcome, "reason": $decision.reason, "trains": $decision.trains, "before": $kept.reported})',
      ),
      reported: text(news),
      keptBy: text(executionArn),
      revision: DynamoAttributeValue.numberFromString(
        jsonata('$string($number($kept.revision) + 1)'),
      ),
    },
    conditionExpression: 'attribute_not_exists(#claim) OR #revision = :revision',
    expressionAttributeNames: { '#claim': 'claim', '#revision': 'revision' },
    expressionAttributeValues: {
      ':revision': DynamoAttributeValue.numberFromString(jsonata('$kept.revision')),
    },
    comment: 'Of two executions that would train, one does; the other decides again',
    assign: { decision: jsonata('$merge([$decision, {"before": $kept.reported}])') },
    outputs: {},
    taskTimeout: Timeout.duration(Duration.seconds(60)),
  });
  task.addRetry(retryItemCall);
  limitToKeys(task, MEMORY_KEY);
  return task;
}

/** Gives a training's place of the budget back that was never started. */
export function forgetLast(scope: Construct): Pass {
  return Pass.jsonata(scope, 'Give place back', {
    comment: 'The execution of the last decision ended before its dataset was uploaded',
    assign: { memory: jsonata(FORGET_LAST), lastFailed: false },
    outputs: {},
  });
}

/** Takes the decision that this execution kept before its answer was lost. */
export function takeKeptDecision(scope: Construct): Pass {
  return Pass.jsonata(scope, 'Take kept decision', {
    assign: { decision: jsonata('$kept.decision') },
    outputs: {},
  });
}

/** Trainings, what a person asked, and what differs from the last decision. */
export const isNews = when(
  `$decision.trains or $request.trigger = "request" or $decision.before != ${news}`,
);
