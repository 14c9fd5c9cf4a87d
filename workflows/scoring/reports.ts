import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce, failurePath } from '../tasks/index.ts';
import { recordKey } from './batch.ts';

const describedProblem =
  '$problem.rule & " (" & $string($problem.count) & "): " & $join($problem.examples, "; ")';
const problems = `$map($inspection.problems, function($problem) { "- " & ${describedProblem} })`;

const answers = `(
  $answers := $scores.answers;
  $answers.kind = "number"
    ? "Predictions: mean " & $string($round($answers.mean, 4)) & ", from " & $string($round($answers.minimum, 4)) & " to " & $string($round($answers.maximum, 4))
    : "Predictions: " & $join($map($answers.classes, function($class) { $class.name & " " & $string($class.count) })[[0..9]], ", ")
)`;

/** Notifies the topic of a file that was scored. */
export function announceScores(scope: Construct, resources: ProjectResources): SnsPublish {
  return announce(scope, 'Announce scores', {
    topic: resources.topic,
    subject: `${quote(`${resources.names.qualified}: `)} & $string($scores.rows.scored) & " rows scored"`,
    lines: [
      '"File: " & $batch.key & " (version " & $batch.versionId & ")"',
      '"Model package: " & $package.arn',
      '"Rows scored: " & $string($scores.rows.scored) & ", set aside: " & $string($scores.rows.rejected)',
      problems,
      answers,
      '"Drift: " & $drift.verdict & ($count($drift.drifted) > 0 ? ": " & $join($drift.drifted, ", ") : "")',
      '"Predictions: " & $scores.files.predictions',
      '$exists($scores.files.rejected) ? "Rows set aside, with the reasons: " & $scores.files.rejected',
    ],
  });
}

/** Notifies the topic of a file that has no row to score. */
export function announceRefusal(scope: Construct, resources: ProjectResources): SnsPublish {
  return announce(scope, 'Announce rejection', {
    topic: resources.topic,
    subject: quote(`${resources.names.qualified}: a file was not scored`),
    lines: [
      '"File: " & $batch.key & " (version " & $batch.versionId & ")"',
      '"Reason: " & $inspection.reason',
      problems,
      `"Record, with the values: s3://${resources.bucket.bucketName}/" & ${recordKey(resources)}`,
      '"No job was started. The upload stays; correct the file and upload it again."',
    ],
  });
}

/** Notifies the topic of a file that waits in vain for a model. */
export function announceNoModel(scope: Construct, resources: ProjectResources): SnsPublish {
  return announce(scope, 'Announce missing model', {
    topic: resources.topic,
    subject: quote(`${resources.names.qualified}: no model to score with`),
    lines: [
      '"File: " & $file.key',
      quote(noModelReason),
      '"Nothing was scored. The upload stays; approve a model, then upload the file again or name a version."',
    ],
  });
}

export const noModelReason = 'No model of the registry is live.';

/** The reason a file that is not there is not scored for. */
export const fileIsGone = 'The file was not found. It was deleted, or was never uploaded.';

/** Notifies the topic of a file that is not there. */
export function announceMissingFile(scope: Construct, resources: ProjectResources): SnsPublish {
  return announce(scope, 'Announce missing file', {
    topic: resources.topic,
    subject: quote(`${resources.names.qualified}: a file to score is missing`),
    lines: ['"File: " & $file.key', quote(fileIsGone), '"Nothing was scored."'],
  });
}

/** Keeps what went wrong, and says it. */
export function recordAndSayFailure(scope: Construct, resources: ProjectResources): TaskStateBase {
  return failurePath(scope, {
    resources,
    what: 'scoring',
    prefix: resources.keys.scored,
    about: '"File: " & $states.context.Execution.Input.object.key',
    consequence: 'There are no predictions. The live model and its endpoint are as they were.',
    remedy: 'Correct the cause, then upload the file again: what a failed run claimed is free.',
  });
}
