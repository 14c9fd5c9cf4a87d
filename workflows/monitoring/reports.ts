import type { CatchProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { executionArn, executionHash, jsonata, quote, readableCause } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce, callService } from '../tasks/index.ts';

/** Notifies the topic once the last windows say so; not again while they do. */
export function announceAlarm(scope: Construct, resources: ProjectResources): SnsPublish {
  const { names } = resources;
  return announce(scope, 'Announce drift', {
    topic: resources.topic,
    subject: `${quote(`${names.qualified}: `)} & ($alarm.drift ? "requests have drifted" : "quality is below the gate")`,
    lines: [
      '"Model package: " & $package.arn',
      '"Window: " & $window.start & " to " & $window.end',
      '$alarm.drift ? "Drifted: " & $join($append($report.drifted, $report.driftedPredictions), ", ")',
      '$map($objections, function($objection) { "- " & $objection })',
      '"Rows: " & $string($report.rows)',
      '"Report: " & $window.uri & "stepmill-drift.json"',
      '"The endpoint is as it was. Look at the columns with: stepmill monitor"',
    ],
  });
}

/** The one way into the failure path. */
export const noteFailure: CatchProps = {
  errors: ['States.ALL'],
  assign: {
    failure: {
      state: jsonata('$states.context.State.Name'),
      error: jsonata('$states.errorOutput.Error'),
      reason: jsonata(`$substring(${readableCause('$states.errorOutput.Cause')}, 0, 2000)`),
    },
  },
  outputs: {},
};

/** Keeps what went wrong. */
export function recordFailure(
  scope: Construct,
  { bucket, keys }: ProjectResources,
): CallAwsService {
  return callService(scope, 'Record failure', {
    service: 's3',
    action: 'putObject',
    resources: [bucket.arnForObjects(`${keys.monitoring}failures/*`)],
    comment: 'The one failure path: every failure comes here, is recorded and announced',
    arguments: {
      Bucket: bucket.bucketName,
      Key: jsonata(`${quote(`${keys.monitoring}failures/`)} & ${executionHash} & ".json"`),
      ContentType: 'application/json',
      Body: {
        failure: jsonata('$failure'),
        input: jsonata('$states.context.Execution.Input'),
        execution: jsonata(executionArn),
        recordedAt: jsonata('$states.context.State.EnteredTime'),
      },
    },
  });
}

/** Notifies the topic of what failed, what did not happen because of it, and what to do. */
export function announceFailure(scope: Construct, resources: ProjectResources): SnsPublish {
  return announce(scope, 'Announce failure', {
    topic: resources.topic,
    subject: `${quote(`${resources.names.qualified}: monitoring failed in `)} & $failure.state`,
    lines: [
      '"Window: " & $window.start & " to " & $window.end',
      '"State: " & $failure.state',
      '"Error: " & $failure.error',
      '"Reason: " & $failure.reason',
      '"The window was not judged. The endpoint is as it was, and the next window is judged at its time."',
      `"Execution: " & ${executionArn}`,
      '"Correct the cause, then judge it again with: stepmill monitor --run"',
    ],
  });
}
