import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { visibleLine } from '../../local/index.ts';
import type { Connection } from '../connection/connection.ts';
import { dim, type Terminal } from '../terminal/terminal.ts';

/** The log groups of the jobs that a state machine can start, by the resource of its task. */
const logGroups: Readonly<Record<string, string>> = {
  'createProcessingJob.sync': '/aws/sagemaker/ProcessingJobs',
  'createTrainingJob.sync': '/aws/sagemaker/TrainingJobs',
  'createTransformJob.sync': '/aws/sagemaker/TransformJobs',
};

interface Job {
  readonly logGroupName: string;
  readonly name: string;
}

/** Prints the log lines of the SageMaker jobs that an execution starts. */
export class JobLogTail {
  readonly #connection: Connection;
  readonly #terminal: Terminal;
  readonly #printed = new Set<string>();
  #jobs: readonly Job[] = [];

  constructor(connection: Connection, terminal: Terminal) {
    this.#connection = connection;
    this.#terminal = terminal;
  }

  /** Notices the jobs that the history tells of. */
  watch({ taskScheduledEventDetails: task }: HistoryEvent): void {
    const logGroupName = logGroups[task?.resource ?? ''];
    if (task === undefined || logGroupName === undefined) return;
    const parameters = JSON.parse(task.parameters ?? '{}') as Record<string, unknown>;
    const name =
      parameters['ProcessingJobName'] ??
      parameters['TrainingJobName'] ??
      parameters['TransformJobName'];
    this.#jobs = [...this.#jobs, { logGroupName, name: String(name) }];
  }

  /** Whether a job that was noticed has ended with this event. */
  endsJob(event: HistoryEvent): boolean {
    const { resource = '' } =
      event.taskSucceededEventDetails ??
      event.taskFailedEventDetails ??
      event.taskTimedOutEventDetails ??
      {};
    return resource in logGroups;
  }

  async print(): Promise<void> {
    for (const job of this.#jobs) {
      for (const line of await this.#linesOf(job))
        this.#terminal.note(`      ${dim(visibleLine(line))}`);
    }
  }

  async #linesOf({ logGroupName, name }: Job): Promise<readonly string[]> {
    const { events = [] } = await this.#connection.logs
      .send(new FilterLogEventsCommand({ logGroupName, logStreamNamePrefix: `${name}/` }))
      .catch((error: Error) => {
        // The group is made with the first line of the first job.
        if (error.name === 'ResourceNotFoundException') return { events: [] };
        throw error;
      });
    const fresh = events.filter(({ eventId = '' }) => !this.#printed.has(eventId));
    for (const { eventId = '' } of fresh) this.#printed.add(eventId);
    return fresh.map(({ message = '' }) => message.trimEnd());
  }
}
