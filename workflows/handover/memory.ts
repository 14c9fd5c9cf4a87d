import { Duration } from 'aws-cdk-lib';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService, DynamoGetItem } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { DynamoAttributeValue, DynamoPutItem } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { Claim, limitToKeys, readItem } from '../claim/index.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import { describePackage, retryItemCall } from '../tasks/index.ts';
import type { HandoverResources } from './source.ts';

const PREFIX = 'copy#';
const PATTERN = `${PREFIX}*`;
const key = jsonata(`${quote(PREFIX)} & $handover.id`);

/** One execution at a time copies a package; the claim of one that has ended is taken over. */
export function handoverClaim(scope: Construct, { resources }: HandoverResources): Claim {
  return new Claim(scope, {
    table: resources.claims,
    thing: 'handover',
    name: { jsonata: '$handover.id' },
    ownedBy: resources.names.handoverStateMachine,
  });
}

/** Whether the package was copied before. */
export function readCopy(scope: Construct, { resources }: HandoverResources): DynamoGetItem {
  return readItem(scope, 'Read copy', {
    table: resources.claims,
    key,
    pattern: PATTERN,
    comment: 'Which package of this registry is the copy, from an earlier approval',
    assign: {
      former: jsonata('$exists($states.result.Item.package) ? $states.result.Item.package.S : ""'),
    },
  });
}

export const wasCopied = when('$former != ""');

/** A copy may have been deleted since. */
export function lookUpCopy(scope: Construct, { resources }: HandoverResources): CallAwsService {
  return describePackage(scope, 'Look up copy', resources, {
    arn: '$former',
    assign: {
      copied: jsonata('{"arn": $former, "version": $split($former, "/")[-1]}'),
    },
  });
}

/** Names the copy of a package, so that another approval of it makes no second one. */
export function noteCopy(scope: Construct, { resources }: HandoverResources): DynamoPutItem {
  const task = DynamoPutItem.jsonata(scope, 'Note copy', {
    table: resources.claims,
    item: {
      claim: DynamoAttributeValue.fromString(key),
      package: DynamoAttributeValue.fromString(jsonata('$copied.arn')),
      source: DynamoAttributeValue.fromString(jsonata('$handover.arn')),
      execution: DynamoAttributeValue.fromString(jsonata(executionArn)),
    },
    outputs: {},
    taskTimeout: Timeout.duration(Duration.seconds(60)),
  });
  task.addRetry(retryItemCall);
  limitToKeys(task, PATTERN);
  return task;
}
