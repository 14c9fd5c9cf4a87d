import { Duration } from 'aws-cdk-lib';
import { Pass, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoPutItem } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { Claim } from '../claim/index.ts';
import { limitToKeys } from '../claim/limit-to-keys.ts';
import { executionArn, executionHash, jsonata } from '../jsonata.ts';
import type { ProjectResources, RetrainingResources } from '../project-resources.ts';
import { retryItemCall } from '../tasks/index.ts';

/** Covers the wait for labels and the counting of rows. */
export const EXECUTION_TIMEOUT = Duration.days(2);
const CALL_TIMEOUT = Timeout.duration(Duration.seconds(60));
const CONDITION_FAILED = 'DynamoDB.ConditionalCheckFailedException';
export const HELD_BY_ANOTHER = { errors: [CONDITION_FAILED], outputs: {} };

const input = '$states.context.Execution.Input';
const startTime = '$states.context.Execution.StartTime';

/** What is asked, and the name of the decision. */
export function setRequest(scope: Construct): Pass {
  return Pass.jsonata(scope, 'Set request', {
    assign: {
      request: jsonata(`{"trigger": ${input}.trigger, "verdict": ${input}.verdict}`),
      decisionId: jsonata(
        `$replace($substringBefore($fromMillis($toMillis(${startTime})), "."), /[-:]/, "") & "Z-" & ${executionHash}`,
      ),
      // What comes after it is for the next decision.
      asked: jsonata(`$fromMillis($toMillis(${startTime}))`),
      rows: jsonata('{"newRows": -1}'),
      package: { arn: '', since: '', learnedUntil: '', folder: '' },
      lastFailed: false,
    },
    outputs: {},
  });
}

export const isOfLabels = when(`${input}.trigger = "labels"`);

/** Events are delivered at least once, and Scheduler may start twice. */
export function requestClaim(scope: Construct, { claims, names }: ProjectResources): Claim {
  return new Claim(scope, {
    table: claims,
    thing: 'request',
    name: { jsonata: `${input}.eventId` },
    ownedBy: names.retrainingStateMachine,
    keptWhile: ['SUCCEEDED', 'RUNNING', 'PENDING_REDRIVE'],
    expiresAfter: Duration.days(7),
  });
}

const LABELS_KEY = 'labels#retraining';
const NOW_SECONDS = '$floor($toMillis($states.context.State.EnteredTime) / 1000)';

/**
 * The first label of some minutes waits for the others, which end here: ten thousand labels are counted once. An
 * object is in S3 before its event, so that whoever waits counts the labels whose events ended.
 */
export function gatherLabelEvents(
  scope: Construct,
  { claims }: ProjectResources,
  { settings }: RetrainingResources,
): DynamoPutItem {
  const until = `${NOW_SECONDS} + ${settings.settleMinutes * 60}`;
  const task = DynamoPutItem.jsonata(scope, 'Gather label events', {
    table: claims,
    item: {
      claim: DynamoAttributeValue.fromString(LABELS_KEY),
      owner: text(executionArn),
      expires: number(until),
    },
    conditionExpression: 'attribute_not_exists(#claim) OR #expires <= :now OR #owner = :me',
    expressionAttributeNames: { '#claim': 'claim', '#expires': 'expires', '#owner': 'owner' },
    expressionAttributeValues: { ':now': number(NOW_SECONDS), ':me': text(executionArn) },
    comment: 'The first label waits for the others, so that many of them are counted once',
    assign: { asked: jsonata(`$fromMillis((${until}) * 1000)`) },
    outputs: {},
    taskTimeout: CALL_TIMEOUT,
  });
  task.addRetry(retryItemCall);
  limitToKeys(task, LABELS_KEY);
  return task;
}

export function awaitLabels(scope: Construct): Wait {
  return Wait.jsonata(scope, 'Wait for labels to settle', {
    time: WaitTime.timestamp(jsonata('$asked')),
  });
}

export function text(expression: string): DynamoAttributeValue {
  return DynamoAttributeValue.fromString(jsonata(expression));
}

/** DynamoDB's numbers are texts on the wire. */
function number(expression: string): DynamoAttributeValue {
  return DynamoAttributeValue.numberFromString(jsonata(`$string(${expression})`));
}
