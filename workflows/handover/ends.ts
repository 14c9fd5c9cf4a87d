import { Fail, Pass, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { choose, when } from '../choice.ts';
import type { Claim } from '../claim/index.ts';
import { causeText } from '../field-text.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import { announce, type Guard, writeRecord } from '../tasks/index.ts';
import type { HandoverResources } from './source.ts';

/** How a handover can end; all else is a failure. */
export const handoverOutcomes = {
  handedOver: 'Handed over',
  alreadyThere: 'Already there',
  refused: 'Refused',
} as const;

type Outcome = (typeof handoverOutcomes)[keyof typeof handoverOutcomes];

/** @param reason JSONata */
export function settle(
  scope: Construct,
  id: string,
  settled: { readonly kind: Outcome; readonly reason: string },
): Pass {
  const { kind, reason } = settled;
  return Pass.jsonata(scope, id, {
    assign: { outcome: { kind, reason: jsonata(reason) } },
    outputs: {},
  });
}

/** Where the workflow ends; the claim is released before. */
export function endStates(scope: Construct, claim: Claim): State {
  const { handedOver, alreadyThere, refused } = handoverOutcomes;
  const succeed = (kind: Outcome) =>
    Succeed.jsonata(scope, kind, {
      outputs: {
        outcome: kind,
        reason: jsonata('$outcome.reason'),
        modelPackage: jsonata('$exists($copied.arn) ? $copied.arn : "none"'),
        sourcePackage: jsonata('$handover.arn'),
      },
    });
  const how = choose(scope, 'Outcome?')
    .when(when(`$outcome.kind = ${quote(handedOver)}`), succeed(handedOver))
    .when(when(`$outcome.kind = ${quote(alreadyThere)}`), succeed(alreadyThere))
    .otherwise(
      Fail.jsonata(scope, refused, {
        error: refused,
        cause: jsonata(causeText('$outcome.reason')),
      }),
    );
  return claim.release({
    next: how,
    // A claim that is left is taken over once this execution has ended.
    guard: (task) => {
      task.addCatch(how, { errors: ['States.ALL'], outputs: {} });
      return task;
    },
  });
}

/** Keeps beside the copied run where it comes from. */
export function recordHandover(
  scope: Construct,
  { resources, source }: HandoverResources,
  guard: Guard,
): CallAwsService {
  return guard(
    writeRecord(scope, 'Record handover', resources, {
      pattern: `${resources.keys.runs}*`,
      key: '$package.folder & "handover.json"',
      body: {
        modelPackage: jsonata('$copied.arn'),
        sourcePackage: jsonata('$handover.arn'),
        sourceEnvironment: source.names.environment,
        sourceDigest: jsonata('$package.fingerprint'),
        digest: jsonata('$fingerprint'),
        objects: jsonata('$total'),
        images: jsonata('$images'),
        execution: jsonata(executionArn),
        recordedAt: jsonata('$states.context.State.EnteredTime'),
      },
    }),
  );
}

/** Notifies the topic of a model that arrived, or that was not taken. */
export function announceHandover(
  scope: Construct,
  { resources: { names, topic }, source, approval }: HandoverResources,
): SnsPublish {
  const { environment } = source.names;
  const arrived = approval ? ' waits for approval' : ' goes live';
  const isRefused = `$outcome.kind = ${quote(handoverOutcomes.refused)}`;
  return announce(scope, 'Announce handover', {
    topic,
    subject: `${isRefused} ? ${quote(`${names.qualified}: a model of ${environment} was refused`)} : ${quote(`${names.qualified}: model `)} & $copied.version & ${quote(` from ${environment}${arrived}`)}`,
    lines: [
      '"Outcome: " & $outcome.kind',
      '$outcome.reason != "" ? "Reason: " & $outcome.reason',
      '$exists($copied.arn) ? "Model package: " & $copied.arn',
      '"Source package: " & $handover.arn',
      `"Execution: " & ${executionArn}`,
      ...(approval
        ? [
            '$exists($copied.arn) ? "Approve it in the registry, or with: stepmill approve " & $copied.arn',
          ]
        : []),
    ],
  });
}
