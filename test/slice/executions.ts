import { createHash } from 'node:crypto';
import { ListProcessingJobsCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import type { Connection } from '../../cli/connection/connection.ts';
import { until } from './until.ts';

/** The output of a training execution. */
export interface Outcome {
  readonly outcome: string;
  readonly datasetId: string;
  readonly key: string;
  readonly reason?: string;
  readonly modelPackage?: string;
  readonly metrics?: { readonly mse: { readonly value: number } };
}

/** How an execution ended. */
export interface Ending {
  readonly executionArn: string;
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The parsed output; undefined if the execution failed. */
  readonly output: Outcome | undefined;
  /** The states it entered, in order. */
  readonly path: readonly string[];
}

/** The executions of one state machine, many of them concurrent. */
export class Executions {
  readonly #connection: Connection;
  readonly #stateMachineArn: string;
  readonly #inputs = new Map<string, string>();

  constructor(connection: Connection, stateMachineArn: string) {
    this.#connection = connection;
    this.#stateMachineArn = stateMachineArn;
  }

  /** Waits for the execution whose input contains all the texts. */
  begunBy(...texts: readonly string[]): Promise<string> {
    return until(`an execution with ${texts.join(' and ')}`, async () => {
      await this.#readNew();
      const found = [...this.#inputs].find(([, input]) =>
        texts.every((text) => input.includes(text)),
      );
      return found?.[0];
    });
  }

  async end(executionArn: string): Promise<Ending> {
    const { states } = this.#connection;
    const description = await until(`the end of ${executionArn}`, async () => {
      const found = await states.send(new DescribeExecutionCommand({ executionArn }));
      return found.status === 'RUNNING' ? undefined : found;
    });
    const { status = '', error, cause, output } = description;
    return {
      executionArn,
      status,
      error,
      cause,
      output: output === undefined ? undefined : (JSON.parse(output) as Outcome),
      path: await this.path(executionArn),
    };
  }

  /** The states an execution has entered so far. */
  async path(executionArn: string): Promise<readonly string[]> {
    const events = await this.history(executionArn);
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }

  /** The time at which an execution left a state; undefined if it has not. */
  async leftAt(executionArn: string, state: string): Promise<Date | undefined> {
    const events = await this.history(executionArn);
    return events.find(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === state)
      ?.timestamp;
  }

  /** The names of the jobs that an execution has started; they contain its hash. */
  async jobs(executionArn: string): Promise<readonly string[]> {
    const { sagemaker } = this.#connection;
    const NameContains = hashOf(executionArn);
    const { ProcessingJobSummaries = [] } = await sagemaker.send(
      new ListProcessingJobsCommand({ NameContains }),
    );
    const { TrainingJobSummaries = [] } = await sagemaker.send(
      new ListTrainingJobsCommand({ NameContains }),
    );
    return [
      ...ProcessingJobSummaries.flatMap(({ ProcessingJobName }) => ProcessingJobName ?? []),
      ...TrainingJobSummaries.flatMap(({ TrainingJobName }) => TrainingJobName ?? []),
    ];
  }

  async history(executionArn: string): Promise<readonly HistoryEvent[]> {
    const { events = [] } = await this.#connection.states.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 }),
    );
    return events;
  }

  async #readNew(): Promise<void> {
    const { states } = this.#connection;
    const { executions = [] } = await states.send(
      new ListExecutionsCommand({ stateMachineArn: this.#stateMachineArn, maxResults: 1_000 }),
    );
    const unread = executions
      .flatMap(({ executionArn }) => executionArn ?? [])
      .filter((executionArn) => !this.#inputs.has(executionArn));
    for (const executionArn of unread) {
      const { input = '' } = await states.send(new DescribeExecutionCommand({ executionArn }));
      this.#inputs.set(executionArn, input);
    }
  }
}

/** The part of names that identifies an execution. */
export function hashOf(executionArn: string): string {
  return createHash('sha256').update(executionArn).digest('hex').slice(0, 12);
}
