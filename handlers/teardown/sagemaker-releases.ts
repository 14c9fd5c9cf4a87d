import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteModelPackageCommand,
  DescribeEndpointCommand,
  paginateListEndpointConfigs,
  paginateListModelPackages,
  paginateListModels,
  type SageMakerClient,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import type { Releases } from './remove-releases.ts';

/** The time between two polls of an endpoint that is being deleted or changed. */
const POLL_MILLISECONDS = 10_000;

export interface ReleaseNames {
  readonly endpoint: string;
  readonly releasePrefix: string;
  readonly modelPackageGroup: string;
  /** Of models that score files; a scoring that was aborted leaves one. */
  readonly scoringPrefix?: string | undefined;
}

/** The releases as SageMaker has them. */
export class SageMakerReleases implements Releases {
  readonly #client: SageMakerClient;
  readonly #names: ReleaseNames;
  readonly #signal: AbortSignal;

  /** @param signal stops waiting for the endpoint */
  constructor(client: SageMakerClient, names: ReleaseNames, signal: AbortSignal) {
    this.#client = client;
    this.#names = names;
    this.#signal = signal;
  }

  async deleteEndpoint(): Promise<void> {
    const EndpointName = this.#names.endpoint;
    // An endpoint cannot be deleted while it is created or updated.
    for (;;) {
      const status = await this.#endpointStatus();
      if (status === undefined) return;
      if (!['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'].includes(status)) {
        await ignoreMissing(this.#client.send(new DeleteEndpointCommand({ EndpointName })));
      }
      await sleep(POLL_MILLISECONDS, undefined, { signal: this.#signal });
    }
  }

  async listEndpointConfigs(): Promise<string[]> {
    const names = [];
    const input = { NameContains: this.#names.releasePrefix };
    for await (const page of paginateListEndpointConfigs({ client: this.#client }, input)) {
      names.push(...(page.EndpointConfigs ?? []).map((config) => config.EndpointConfigName ?? ''));
    }
    return names.filter((name) => name.startsWith(this.#names.releasePrefix));
  }

  async deleteEndpointConfig(name: string): Promise<void> {
    await ignoreMissing(
      this.#client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })),
    );
  }

  async listModels(): Promise<string[]> {
    const { releasePrefix, scoringPrefix } = this.#names;
    const releases = await this.#listModels(releasePrefix);
    return scoringPrefix === undefined
      ? releases
      : [...releases, ...(await this.#listModels(scoringPrefix))];
  }

  async #listModels(prefix: string): Promise<string[]> {
    const names = [];
    const input = { NameContains: prefix };
    for await (const page of paginateListModels({ client: this.#client }, input)) {
      names.push(...(page.Models ?? []).map((model) => model.ModelName ?? ''));
    }
    return names.filter((name) => name.startsWith(prefix));
  }

  async deleteModel(name: string): Promise<void> {
    await ignoreMissing(this.#client.send(new DeleteModelCommand({ ModelName: name })));
  }

  async listModelPackages(): Promise<string[]> {
    const arns: string[] = [];
    const input = { ModelPackageGroupName: this.#names.modelPackageGroup };
    const read = async () => {
      for await (const page of paginateListModelPackages({ client: this.#client }, input)) {
        arns.push(
          ...(page.ModelPackageSummaryList ?? []).map((entry) => entry.ModelPackageArn ?? ''),
        );
      }
    };
    // The group itself may never have been created.
    await ignoreMissing(read());
    return arns;
  }

  async deleteModelPackage(arn: string): Promise<void> {
    await ignoreMissing(
      this.#client.send(new DeleteModelPackageCommand({ ModelPackageName: arn })),
    );
  }

  async #endpointStatus(): Promise<string | undefined> {
    const described = await ignoreMissing(
      this.#client.send(new DescribeEndpointCommand({ EndpointName: this.#names.endpoint })),
    );
    return described?.EndpointStatus;
  }
}

/** SageMaker answers 400, not 404, for a resource that does not exist; another process may have removed it. */
async function ignoreMissing<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    const isMissing =
      error instanceof SageMakerServiceException &&
      /could not find|does not exist|not found/i.test(error.message);
    if (isMissing) return undefined;
    throw error;
  }
}
