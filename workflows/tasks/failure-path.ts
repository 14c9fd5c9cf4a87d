import { type CatchProps, Fail, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { causeText, errorText } from '../field-text.ts';
import { executionArn, executionHash, jsonata, quote, readableCause } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce } from './announce.ts';
import { writeRecord } from './objects.ts';

/** Why the state failed that is caught, as JSONata. */
export const caughtReason = readableCause('$states.errorOutput.Cause');

/**
 * The one way into a failure path: what failed, where and why.
 *
 * @param reason JSONata
 */
export function noteFailureOf(reason: string): CatchProps {
  return {
    errors: ['States.ALL'],
    assign: {
      failure: {
        state: jsonata('$states.context.State.Name'),
        error: jsonata('$states.errorOutput.Error'),
        reason: jsonata(`$substring(${reason}, 0, 2000)`),
      },
    },
    outputs: {},
  };
}

export const noteFailure = noteFailureOf(caughtReason);

/** The failure that was noted, with a text, as JSONata, behind its reason. */
export function addToFailure(text: string): Readonly<Record<string, unknown>> {
  return {
    failure: {
      state: jsonata('$failure.state'),
      error: jsonata('$failure.error'),
      reason: jsonata(`$substring($failure.reason & ${text}, 0, 2000)`),
    },
  };
}

export interface FailurePathProps {
  readonly resources: ProjectResources;
  /** What failed, in the subject: `training`. */
  readonly what: string;
  /** The record is below `failures/` of this prefix. */
  readonly prefix: string;
  /** What the execution was about, as JSONata. */
  readonly about: string;
  /** What did not happen because of it, and how everything else is. */
  readonly consequence: string;
  readonly remedy: string;
}

/** Records a failure, notifies the topic of it, and ends as failed. */
export function failurePath(scope: Construct, props: FailurePathProps): TaskStateBase {
  const { topic, names } = props.resources;
  const record = recordFailure(scope, props);
  const tell = announce(scope, 'Announce failure', {
    topic,
    subject: `${quote(`${names.qualified}: ${props.what} failed in `)} & $failure.state`,
    lines: [
      props.about,
      '"State: " & $failure.state',
      '"Error: " & $failure.error',
      '"Reason: " & $failure.reason',
      quote(props.consequence),
      `"Execution: " & ${executionArn}`,
      quote(props.remedy),
    ],
  });
  const failed = Fail.jsonata(scope, 'Failed', {
    error: jsonata(errorText('$failure.error')),
    cause: jsonata(causeText('$failure.state & ": " & $failure.reason')),
  });
  record.addCatch(tell, { errors: ['States.ALL'], outputs: {} });
  tell.addCatch(failed, { errors: ['States.ALL'], outputs: {} });
  record.next(tell).next(failed);
  return record;
}

function recordFailure(scope: Construct, { resources, prefix }: FailurePathProps) {
  return writeRecord(scope, 'Record failure', resources, {
    pattern: `${prefix}failures/*`,
    comment: 'The one failure path: every failure comes here, is recorded and announced',
    key: `${quote(`${prefix}failures/`)} & ${executionHash} & ".json"`,
    body: {
      failure: jsonata('$failure'),
      input: jsonata('$states.context.Execution.Input'),
      execution: jsonata(executionArn),
      recordedAt: jsonata('$states.context.State.EnteredTime'),
    },
  });
}
