import { Choice, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { jsonata, quote } from '../jsonata.ts';
import type { FargateCompute, ProjectResources } from '../project-resources.ts';
import { MAXIMUM_WAITS, noShortage, waitForCapacity } from './await-capacity.ts';
import { callService } from './call-service.ts';
import { jobTimeout } from './processing-job.ts';
import { retryTask } from './retries.ts';
import { RunTask } from './run-task.ts';
import { type JobWays, partOf, type StepJob, type StepJobProps } from './step-work.ts';
import { describeJob, modelUriOf } from './trainer-job.ts';

/** After this many attempts, a Spot task runs on demand. */
const ON_DEMAND_AFTER = 3;
/** How many log lines of a failed task are reported. */
const LOG_LINES = 12;

interface FargateProps extends StepJobProps {
  readonly compute: FargateCompute;
}

/** A step in a task of ECS on Fargate. */
export function runOnFargate(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  props: FargateProps,
): StepJob {
  const { assign, compute } = props;
  const result = '$states.result';
  // Runtime Monitoring of GuardDuty adds a container of its own to tasks:
  // https://docs.aws.amazon.com/guardduty/latest/ug/how-runtime-monitoring-works-ecs-fargate.html
  const exitCode = `${result}.Containers[Name = ${quote(compute.containerName)}].ExitCode`;
  const task = new RunTask(scope, id, {
    compute,
    arguments: taskRequest(resources, props),
    taskTimeout: jobTimeout(compute.timeoutSeconds),
    assign: {
      ...assign({
        // The stop code is the same for success and failure.
        ifCompleted: (value) =>
          `${exitCode} = 0 ? ${value} : $error(${quote(`${id}: the container ended with exit code `)} & ${exitCode})`,
        name: `${result}.TaskArn`,
        arn: `${result}.TaskArn`,
        model: modelUriOf(resources, props),
        said: '""',
      }),
      ...noShortage,
    },
    outputs: {},
  });
  task.addRetry(retryTask);
  return { task, recover: (ways) => recover(task, ways, { ...props, id, resources }) };
}

function taskRequest(resources: ProjectResources, props: FargateProps): Record<string, unknown> {
  const { clusterArn, containerName, network, spot, taskDefinitionArn } = props.compute;
  return {
    Cluster: clusterArn,
    TaskDefinition: taskDefinitionArn,
    ...(spot
      ? {
          CapacityProviderStrategy: [
            {
              CapacityProvider: jsonata(
                `$shortage.count < ${ON_DEMAND_AFTER} ? "FARGATE_SPOT" : "FARGATE"`,
              ),
              Weight: 1,
            },
          ],
        }
      : { LaunchType: 'FARGATE' }),
    NetworkConfiguration: {
      AwsvpcConfiguration: {
        Subnets: network.subnets,
        SecurityGroups: network.securityGroups,
        AssignPublicIp: network.assignPublicIp ? 'ENABLED' : 'DISABLED',
      },
    },
    PropagateTags: 'TASK_DEFINITION',
    Overrides: {
      ContainerOverrides: [
        {
          Name: containerName,
          Environment: [
            { Name: 'STEPMILL_JOB', Value: jsonata(`$string(${describeJob(resources, props)})`) },
          ],
        },
      ],
    },
  };
}

interface Recovery extends FargateProps {
  readonly id: string;
  readonly resources: ProjectResources;
}

const cause = '$states.errorOutput.Cause';

/**
 * What passes: the machine was taken or is broken, or Fargate has none for now.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
 */
const PASSES = [
  '"StopCode":"SpotInterruption"',
  '"StopCode":"TerminationNotice"',
  '"StopCode":"InfrastructureHealth"',
  'Capacity is unavailable at this time',
  'RESOURCE:',
  'Rate exceeded',
  'limit on the number of vCPUs',
];

/** Starts the step again after an interruption, and adds the end of its log to any other failure. */
function recover(task: RunTask, ways: JobWays, recovery: Recovery): void {
  const { scope, failed, noteOf } = ways;
  const { id } = recovery;
  const note = noteOf(renderReason(recovery));
  const read = readLog(ways, recovery);
  const wait = waitForCapacity(scope, id);
  wait.next(task);
  const later = Choice.jsonata(scope, `${id} later?`, {})
    .when(when(`$not($shortage.hopeless) and $shortage.count <= ${MAXIMUM_WAITS}`), wait)
    .when(when('$ended.task != ""'), read)
    .otherwise(failed);
  task.addCatch(later, {
    ...note,
    errors: ['States.TaskFailed', 'States.Timeout'],
    assign: {
      ...note.assign,
      ended: {
        task: jsonata(
          `($task := $match(${cause} & "", /"TaskArn":"[^"]*\\x2f([0-9a-f]+)"/)[0].groups[0]; $exists($task) ? $task : "")`,
        ),
      },
      shortage: {
        count: jsonata('$shortage.count + 1'),
        hopeless: jsonata(
          `$not($states.errorOutput.Error != "States.Timeout" and (${PASSES.map((text) => `$contains(${cause} & "", ${quote(text)})`).join(' or ')}))`,
        ),
      },
    },
  });
}

/** The first text of a field of the cause, which is JSON that may be cut off. */
function textOf(field: string): string {
  return `$match($cause, /"${field}":"([^"\\x5c]*(?:\\x5c.[^"\\x5c]*)*)"/)[0].groups[0]`;
}

/** Why the task stopped, and what to change where it outgrew its time or its memory. */
function renderReason({ compute, resources, step }: Recovery): string {
  const part = resources.project.oneJob ? 'compute' : `${partOf(step)}.compute`;
  const time = `It needs more than its ${compute.timeoutSeconds} s. Raise timeoutSeconds of ${partOf(step)}, or vcpu of ${part}. `;
  const memory = `It needs more than its memory of ${compute.memoryMb} MB. Raise memoryMb of ${part}. `;
  return `(
  $cause := ${cause} & "";
  $code := $match($cause, /"ExitCode":([0-9]+)/)[0].groups[0];
  $reasons := [${textOf('Reason')}, ${textOf('StoppedReason')}];
  $stopped := $join($distinct($reasons), ". ") & ($exists($code) ? " (exit code " & $code & ")" : "");
  ($states.errorOutput.Error = "States.Timeout" or $code = "124"
    ? ${quote(time)}
    : $contains($cause, "OutOfMemory") or ($code = "137" and $not($contains($cause, "UserInitiated")))
    ? ${quote(memory)}
    : "") & ($count($reasons) > 0 ? $stopped : $cause)
)`;
}

/** The last lines that the container wrote; a task that did not start has none. */
function readLog({ addToReason, failed, scope }: JobWays, { compute, id }: Recovery): IChainable {
  const { groupArn, groupName, prefix } = compute.logs;
  const stream = `${prefix}/${compute.containerName}/`;
  const lines = '$states.result.Events.Message';
  const read = callService(scope, `Read log of ${id.charAt(0).toLowerCase()}${id.slice(1)}`, {
    service: 'cloudwatchlogs',
    action: 'getLogEvents',
    iamAction: 'logs:GetLogEvents',
    resources: [`${groupArn}:log-stream:${stream}*`],
    comment: 'A task has no message: what it said last is in its log',
    arguments: {
      LogGroupName: groupName,
      LogStreamName: jsonata(`${quote(stream)} & $ended.task`),
      Limit: LOG_LINES,
      StartFromHead: false,
    },
    assign: addToReason(`($exists(${lines}) ? ". It said: " & $join(${lines}, " ") : "")`),
  });
  // The reason was noted before; the log only adds to it.
  read.addCatch(failed, { errors: ['States.ALL'], outputs: {} });
  read.next(failed);
  return read;
}
