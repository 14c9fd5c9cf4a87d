import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import {
  nameProjectParameter,
  type ProjectFacts,
  type ProjectParameter,
  projectParameterSchema,
} from '../../events/index.ts';
import { type Clients, describeUnknownProject } from '../../operations/index.ts';
import { BriefCache } from './brief-cache.ts';
import type { PipelineAccess } from './pipeline-access.ts';
import { ProblemError } from './problem-error.ts';
import { ReadingPace } from './reading-pace.ts';

/** What routes have in common, handed in so that a test can hand in other things. */
export interface ApiOptions {
  readonly environment: string;
  readonly clients: Clients & {
    readonly dynamodb: DynamoDBClient;
    readonly lambda: LambdaClient;
  };
  readonly projects: readonly ProjectFacts[];
  readonly auditTable: string;
  /** The function that appends to the audit. */
  readonly auditFunction: string;
  /** Idempotency keys, and who decides right now. */
  readonly requestsTable: string;
  /** @default the app has no pipeline */
  readonly delivery?: PipelineAccess | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** A project with everything that is known of it. */
export interface KnownProject {
  readonly facts: ProjectFacts;
  /** Where its parts are, as commands find them too. */
  readonly resources: ProjectParameter;
}

/**
 * Reads of Step Functions and of what changes while one looks. With `POLL_AFTER_SECONDS.busy` it is how long a change
 * can take to be seen: two seconds, and the request itself.
 *
 * A function asks at most once a second after an execution, however many people watch it: one DescribeExecution and
 * one GetExecutionHistory. An account has 15 and 20 of them a second, after 300 and 400 at once, so 15 executions can
 * be watched all the time and more for minutes. An execution that has succeeded is asked after once a minute.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const BRIEFLY_MS = 1_000;
/** What only a deployment changes. */
const DEPLOYED_MS = 30_000;

/** The state of the API in one process. */
export class Api {
  readonly options: ApiOptions;
  readonly cache: BriefCache;
  /** How often the overview lists the executions of each workflow. */
  readonly lists = new ReadingPace();
  /** How often it reads what else there is of each project. */
  readonly standings = new ReadingPace();

  constructor(options: ApiOptions) {
    this.options = options;
    this.cache = new BriefCache(options.now);
  }

  get clients(): ApiOptions['clients'] {
    return this.options.clients;
  }

  /**
   * Finds a project.
   *
   * @throws ProblemError `project-not-found`
   */
  async project(name: string): Promise<KnownProject> {
    const facts = this.options.projects.find(({ project }) => project === name);
    const resources = facts === undefined ? undefined : await this.#resourcesOf(name);
    if (facts !== undefined && resources !== undefined) return { facts, resources };
    throw new ProblemError(
      'project-not-found',
      describeUnknownProject(
        name,
        this.options.projects.map(({ project }) => project),
      ),
    );
  }

  /** All projects that are deployed. */
  async projects(): Promise<readonly KnownProject[]> {
    const all = await Promise.all(
      this.options.projects.map(async (facts) => ({
        facts,
        resources: await this.#resourcesOf(facts.project),
      })),
    );
    return all.flatMap(({ facts, resources }) =>
      resources === undefined ? [] : [{ facts, resources }],
    );
  }

  #resourcesOf(name: string): Promise<ProjectParameter | undefined> {
    return this.cache.get(`project ${name}`, DEPLOYED_MS, () => this.#readParameter(name));
  }

  async #readParameter(name: string): Promise<ProjectParameter | undefined> {
    const { environment, clients } = this.options;
    try {
      const { Parameter } = await clients.ssm.send(
        new GetParameterCommand({ Name: nameProjectParameter(environment, name) }),
      );
      return projectParameterSchema.parse(JSON.parse(Parameter?.Value ?? 'null'));
    } catch (error) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
      throw error;
    }
  }
}
