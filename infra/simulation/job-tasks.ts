import { TaskError } from './run-workflow.ts';

type Request = Readonly<Record<string, unknown>>;

/** A job of images/trainer, as far as simulated services look at it. */
export interface StartedJob {
  readonly name: string;
  readonly steps: readonly { readonly step: string; readonly model?: string }[];
}

/** The job that a request of ECS or Lambda starts; undefined of a job of SageMaker. */
export function startedJob(request: Request): StartedJob | undefined {
  if (request['Overrides'] !== undefined) return jobOfTask(request);
  return request['Payload'] as StartedJob | undefined;
}

function jobOfTask({ Overrides: overrides }: Request): StartedJob {
  const { ContainerOverrides: [container] = [] } = overrides as {
    readonly ContainerOverrides?: readonly {
      readonly Environment: readonly { readonly Name: string; readonly Value: string }[];
    }[];
  };
  const job = container?.Environment.find(({ Name }) => Name === 'STEPMILL_JOB');
  if (job === undefined) throw new Error('The task has no job.');
  return JSON.parse(job.Value) as StartedJob;
}

const TASK_ID = '0123456789abcdef0123456789abcdef';
const TASK_ARN = `arn:aws:ecs:us-east-1:000000000000:task/cluster/${TASK_ID}`;

/** A task that ended, in the words of Step Functions: success and failure have the same stop code. */
export function stoppedTask(exitCode: number): Record<string, unknown> {
  return {
    Containers: [{ ExitCode: exitCode, LastStatus: 'STOPPED', Name: 'trainer' }],
    LastStatus: 'STOPPED',
    StopCode: 'EssentialContainerExited',
    StoppedReason: 'Essential container in task exited',
    TaskArn: TASK_ARN,
  };
}

/** The error of a task whose machine Spot took. */
export function interruptedTask(): TaskError {
  return new TaskError(
    'States.TaskFailed',
    JSON.stringify({
      ...stoppedTask(143),
      StopCode: 'SpotInterruption',
      StoppedReason: 'Your Spot Task was interrupted.',
    }),
  );
}

/** The answer of any job that ends well, on every compute. */
export function answerJob(request: Request): Request {
  const job = startedJob(request);
  if (job === undefined) return answerSageMaker(request);
  if (request['Overrides'] !== undefined) return stoppedTask(0);
  const model = job.steps.find((step) => step.model !== undefined)?.model ?? '';
  return {
    StatusCode: 200,
    Payload: { status: 'Completed', name: job.name, model, said: '' },
  };
}

function answerSageMaker(request: Request): Request {
  if (request['TrainingJobName'] === undefined) {
    return {
      ProcessingJobStatus: 'Completed',
      ProcessingJobName: request['ProcessingJobName'],
    };
  }
  return {
    TrainingJobStatus: 'Completed',
    TrainingJobName: request['TrainingJobName'],
    TrainingJobArn: 'arn:aws:sagemaker:us-east-1:000000000000:training-job/j',
    ModelArtifacts: { S3ModelArtifacts: 's3://bucket/model.tar.gz' },
  };
}
