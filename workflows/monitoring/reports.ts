import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce, failurePath } from '../tasks/index.ts';

/** Notifies the topic once the last windows say so; not again while they do. */
export function announceAlarm(scope: Construct, resources: ProjectResources): SnsPublish {
  const { names } = resources;
  return announce(scope, 'Announce drift', {
    topic: resources.topic,
    subject: `${quote(`${names.qualified}: `)} & ($counts.drift and $alarm.drift ? "requests have drifted" : "quality is below the gate")`,
    lines: [
      '"Model package: " & $package.arn',
      '"Window: " & $window.start & " to " & $window.end',
      '$counts.drift and $alarm.drift ? "Drifted: " & $join($append($report.drifted, $report.driftedPredictions), ", ")',
      '$map($objections, function($objection) { "- " & $objection })',
      '"Rows: " & $string($report.rows)',
      '"Report: " & $window.uri & "stepmill-drift.json"',
      '"The endpoint is as it was. Look at the columns with: stepmill monitor"',
    ],
  });
}

/** Keeps what went wrong, and says it. */
export function monitoringFailed(scope: Construct, resources: ProjectResources): TaskStateBase {
  return failurePath(scope, {
    resources,
    what: 'monitoring',
    prefix: resources.keys.monitoring,
    about: '"Window: " & $window.start & " to " & $window.end',
    consequence:
      'The window was not judged. The endpoint is as it was, and the next window is judged at its time.',
    remedy: 'Correct the cause, then judge it again with: stepmill monitor --run',
  });
}
