import {
  type CatchProps,
  Choice,
  type IChainable,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { jsonata } from '../jsonata.ts';
import type { CreateJob } from './create-job.ts';

/** How often a job is tried again while other jobs have its capacity; `uniqueName` counts on it. */
export const MAXIMUM_WAITS = 10;
const FIRST_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 600;

const cause = '$states.errorOutput.Cause';

/** What a workflow with jobs knows before the first one, and what each job that ends leaves. */
export const noShortage = { shortage: { count: 0, hopeless: false } };

/**
 * Whether the quota is smaller than what the job asks for, so that no wait can help:
 * `The account-level service limit 'ml.m5.large for processing job usage' is 0 Instances, with
 * current utilization of 0 Instances and a request delta of 1 Instances. Please …`, as reported in
 * https://github.com/aws-samples/sagemaker-custom-project-templates/issues/51
 */
const quota = [
  'is ([0-9]+) Instances?, ',
  'with current utilization of [0-9]+ Instances? ',
  'and a request delta of ([0-9]+) Instance',
].join('');
const isHopeless = `(
  $quota := $match(${cause}, /${quota}/)[0].groups;
  $exists($quota)
    ? $number($quota[1]) > $number($quota[0])
    : $contains(${cause} & "", /is 0 Instance/)
)`;

export interface Shortage {
  readonly scope: Construct;
  /** Notes why the job did not run, should it be the end. */
  readonly note: CatchProps;
  /** Where that goes. */
  readonly failed: IChainable;
}

/**
 * Waits for capacity that other jobs give back. Not by a retry, which knows an error's name only: a
 * quota that is too small for the job fails immediately, and the cause says which.
 */
export function awaitCapacity(job: CreateJob, { scope, note, failed }: Shortage): void {
  const { id } = job.node;
  const wait = waitForCapacity(scope, id);
  wait.next(job);
  const later = Choice.jsonata(scope, `${id} later?`, {})
    .when(when(`$not($shortage.hopeless) and $shortage.count <= ${MAXIMUM_WAITS}`), wait)
    .otherwise(failed);
  job.addCatch(later, {
    ...note,
    errors: ['SageMaker.ResourceLimitExceededException'],
    assign: {
      ...note.assign,
      shortage: {
        count: jsonata('$shortage.count + 1'),
        hopeless: jsonata(isHopeless),
      },
    },
  });
}

/** The state that waits until a job is tried again. */
export function waitForCapacity(scope: Construct, id: string): Wait {
  const longest = `$min([${LONGEST_WAIT_SECONDS}, ${FIRST_WAIT_SECONDS} * $power(2, $shortage.count - 1)])`;
  return Wait.jsonata(scope, `Wait to ${id.charAt(0).toLowerCase()}${id.slice(1)}`, {
    // As a retry with full jitter.
    time: WaitTime.seconds(jsonata(`$max([1, $ceil($random() * ${longest})])`)),
    comment: 'Other jobs have the capacity',
  });
}
