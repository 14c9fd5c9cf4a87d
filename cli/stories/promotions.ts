import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
} from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { decide, findLiveModel, listRollbackAlarms } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import { pause } from '../follow/execution-progress.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { UserError } from '../terminal/user-error.ts';

/** The result of a promotion. */
export interface Promotion {
  readonly executionArn: string;
  readonly status: string;
  /** The error's name, where it failed. */
  readonly error: string | undefined;
  readonly cause: string;
  /** The states it went through, in order. */
  readonly path: readonly string[];
}

/** Approves and rejects packages and waits for the results. */
export class Promotions {
  readonly #connection: Connection;
  readonly #project: ProjectResources;
  readonly #patienceMs: number;

  /** @param patienceMs the maximum wait for an event, in real milliseconds */
  constructor(connection: Connection, project: ProjectResources, patienceMs: number) {
    this.#connection = connection;
    this.#project = project;
    this.#patienceMs = patienceMs;
  }

  /** Approves or rejects a package; resolves to the execution that this started. */
  async begin(packageArn: string, decision: 'Approved' | 'Rejected'): Promise<string> {
    const before = new Set(await this.#executions());
    await decide(this.#connection, packageArn, decision, 'A story');
    return this.until(`a promotion of ${packageArn}`, async () => {
      const begun = (await this.#executions()).filter((arn) => !before.has(arn));
      for (const executionArn of begun) {
        const { input = '' } = await this.#connection.states.send(
          new DescribeExecutionCommand({ executionArn }),
        );
        if (input.includes(`"${packageArn}"`) && input.includes(`"${decision}"`)) {
          return executionArn;
        }
      }
      return undefined;
    });
  }

  /** Waits for the end of a promotion. */
  async end(executionArn: string): Promise<Promotion> {
    const description = await this.until(`the end of ${executionArn}`, async () => {
      const found = await this.#connection.states.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      return found.status === 'RUNNING' ? undefined : found;
    });
    return {
      executionArn,
      status: description.status ?? '',
      error: description.error,
      cause: description.cause ?? description.output ?? '',
      path: await this.path(executionArn),
    };
  }

  /** Ends a promotion as an operator or a failure would, at any state. */
  async kill(executionArn: string): Promise<void> {
    await this.#connection.states.send(new StopExecutionCommand({ executionArn }));
  }

  /** The states a promotion has entered so far. */
  async path(executionArn: string): Promise<readonly string[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#connection.states.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000, nextToken }),
      );
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }

  /** Waits until no promotion runs and no alarm of the endpoint is in ALARM. */
  async quiet(): Promise<void> {
    await this.until('the end of all promotions and alarms', async () => {
      const running = await this.#executions('RUNNING');
      const alarms = await listRollbackAlarms(this.#connection, this.#project);
      const ringing = alarms.filter(({ StateValue }) => StateValue === 'ALARM');
      return running.length + ringing.length === 0 ? true : undefined;
    });
  }

  endpoint(): Promise<DescribeEndpointCommandOutput> {
    const EndpointName = this.#project.endpointName;
    return this.#connection.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  }

  /** Waits until two fleets serve, so that the new model bakes. */
  async baking(): Promise<DescribeEndpointCommandOutput> {
    return this.until('a bake', async () => {
      const endpoint = await this.endpoint();
      const status = endpoint.PendingDeploymentSummary?.ProductionVariants?.flatMap(
        ({ VariantStatus = [] }) => VariantStatus.map(({ Status }) => Status),
      );
      return status?.includes('Baking') === true ? endpoint : undefined;
    });
  }

  /** The package that serves. */
  async livePackage(): Promise<string> {
    const live = await findLiveModel(this.#connection, this.#project);
    return (await live?.packageOf()) ?? '';
  }

  /** Polls until there is an answer. @throws UserError if there is none in time */
  async until<Answer>(what: string, look: () => Promise<Answer | undefined>): Promise<Answer> {
    const deadline = performance.now() + this.#patienceMs;
    while (performance.now() < deadline) {
      const answer = await look();
      if (answer !== undefined) return answer;
      await pause(this.#connection.pollMs);
    }
    throw new UserError(`Waited ${this.#patienceMs / 1_000} s for ${what}, which did not happen.`);
  }

  async #executions(statusFilter?: 'RUNNING'): Promise<readonly string[]> {
    const { executions = [] } = await this.#connection.states.send(
      new ListExecutionsCommand({
        stateMachineArn: this.#project.promotionStateMachineArn,
        statusFilter,
      }),
    );
    return executions.flatMap(({ executionArn }) => executionArn ?? []);
  }
}
