import type { CatchProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { executionArn, executionHash, jsonata, quote, readableCause } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce, callService } from '../tasks/index.ts';

const reason = readableCause('$states.errorOutput.Cause');

/** The one way into the failure path: what failed, where and why. */
export const noteFailure = note(reason);

/** The same for the step that reads what the preparation wrote, or did not write. */
export const noteFailureAfterPreparation = note(
  `${reason} & ($prepared.said = "" ? "" : ' Before, "Prepare data" completed and said: ' & $prepared.said)`,
);

function note(why: string): CatchProps {
  return {
    errors: ['States.ALL'],
    assign: {
      failure: {
        state: jsonata('$states.context.State.Name'),
        error: jsonata('$states.errorOutput.Error'),
        reason: jsonata(`$substring(${why}, 0, 2000)`),
      },
    },
    outputs: {},
  };
}

/** Keeps what went wrong beside the run. */
export function recordFailure(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Record failure', {
    service: 's3',
    action: 'putObject',
    resources: [resources.bucket.arnForObjects(`${resources.keys.runs}*`)],
    comment: 'The one failure path: every failure comes here, is recorded and announced',
    arguments: {
      Bucket: resources.bucket.bucketName,
      Key: jsonata(`${quote(`${resources.keys.runs}failures/`)} & ${executionHash} & ".json"`),
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
    subject: `${quote(`${resources.names.qualified}: training failed in `)} & $failure.state`,
    lines: [
      '"Upload: " & $states.context.Execution.Input.object.key',
      '"State: " & $failure.state',
      '"Error: " & $failure.error',
      '"Reason: " & $failure.reason',
      '"Nothing was registered and the endpoint is as it was."',
      `"Execution: " & ${executionArn}`,
      // A redrive continues at what did not end: a caught failure ended, so it would only fail once more.
      '"Correct the cause, then upload the file again: what a failed run claimed is free."',
    ],
  });
}
