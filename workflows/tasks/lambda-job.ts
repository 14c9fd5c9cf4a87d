import { Duration } from 'aws-cdk-lib';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata, quote } from '../jsonata.ts';
import type { LambdaCompute, ProjectResources } from '../project-resources.ts';
import { noShortage } from './await-capacity.ts';
import { InvokeVersion } from './invoke-version.ts';
import { retryFunction, retryPendingImage } from './retries.ts';
import { type JobWays, partOf, type StepJob, type StepJobProps } from './step-work.ts';
import { describeJob } from './trainer-job.ts';

/** Step Functions hears of the function's end a moment after it. */
const ANSWER_TAKES = Duration.seconds(60);

const payload = '$states.result.Payload';

/** A step in a container of Lambda; the state waits for its answer. */
export function runOnLambda(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  { compute, assign, ...props }: StepJobProps & { readonly compute: LambdaCompute },
): StepJob {
  const task = new InvokeVersion(scope, id, {
    version: compute.version,
    payload: TaskInput.fromText(jsonata(describeJob(resources, props))),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.seconds(compute.timeoutSeconds).plus(ANSWER_TAKES)),
    assign: {
      ...assign({
        ifCompleted: (value) =>
          `${payload}.status = "Completed" ? ${value} : $error(${quote(`${id}: the function answered without a result.`)})`,
        name: `${payload}.name`,
        arn: quote(compute.version.functionArn),
        model: `${payload}.model`,
        said: `${payload}.said`,
      }),
      ...noShortage,
    },
    outputs: {},
  });
  task.addRetry(retryFunction);
  task.addRetry(retryPendingImage);
  return {
    task,
    recover: (ways) => explainEnd(task, ways, resources, { compute, step: props.step }),
  };
}

/**
 * Says why a function ended, and what to change where it outgrew its time or its memory.
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 */
function explainEnd(
  task: InvokeVersion,
  { noteOf, failed }: JobWays,
  resources: ProjectResources,
  { compute, step }: { readonly compute: LambdaCompute } & Pick<StepJobProps, 'step'>,
): void {
  const part = resources.project.oneJob ? 'compute' : `${partOf(step)}.compute`;
  const { memoryMb, timeoutSeconds } = compute;
  const outgrewTime = `It needs more than the ${timeoutSeconds} s that a function has. Set ${part} to "fargate" or "sagemaker". `;
  const outgrewMemory = `It needs more than its memory of ${memoryMb} MB. Set memoryMb of ${part} (at most 10240), or "fargate" as its type. `;
  const reason = `(
  $cause := $states.errorOutput.Cause & "";
  $error := $states.errorOutput.Error;
  $said := $match($cause, /"errorMessage":\\s*"([^"\\x5c]*(?:\\x5c.[^"\\x5c]*)*)"/)[0].groups[0];
  ($error in ["Sandbox.Timedout", "JobTimedOut", "States.Timeout"] or $contains($cause, "Task timed out after")
    ? ${quote(outgrewTime)}
    : $error = "JobOutOfMemory" or $contains($cause, "signal: killed") or $contains($cause, "Runtime.OutOfMemory")
    ? ${quote(outgrewMemory)}
    : "") & ($exists($said) ? $said : $cause)
)`;
  task.addCatch(failed, { ...noteOf(reason), errors: ['States.TaskFailed', 'States.Timeout'] });
}
