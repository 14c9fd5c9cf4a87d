import type { CatchProps, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ProjectResources } from '../project-resources.ts';
import { failurePath, noteFailureOf } from '../tasks/index.ts';

/** For the step that reads what the preparation wrote, or did not write. */
export function noteFailureAfterPreparation(reason: string): CatchProps {
  return noteFailureOf(
    `${reason} & ($prepared.said = "" ? "" : ' Before, "Prepare data" completed and said: ' & $prepared.said)`,
  );
}

/** Keeps what went wrong beside the run, and says it. */
export function trainingFailed(scope: Construct, resources: ProjectResources): TaskStateBase {
  return failurePath(scope, {
    resources,
    what: 'training',
    prefix: resources.keys.runs,
    about: '"Upload: " & $states.context.Execution.Input.object.key',
    consequence: 'Nothing was registered and the endpoint is as it was.',
    // A redrive continues at what did not end: a caught failure ended, so it would only fail once more.
    remedy: 'Correct the cause, then upload the file again: what a failed run claimed is free.',
  });
}
