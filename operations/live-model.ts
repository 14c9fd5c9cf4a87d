import { GetAliasCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { ProjectParameter, ServingPlace } from '../events/index.ts';
import type { Clients } from './clients.ts';
import { describeEndpoint, findLivePackage } from './live-endpoint.ts';
import { readPackageOf, readService } from './live-service.ts';
import { isOnTrial } from './trial.ts';

/** What serves the requests of a project, in whichever place. */
export interface LiveModel {
  /** In SageMaker's words: `InService`, `Updating` while a release is rolled out. */
  readonly status: string;
  readonly failureReason?: string | undefined;
  /** What serves, which never changes: an endpoint config, a version of a function, or a revision of a task definition. */
  readonly release: string;
  /** Whether a model stands beside it on trial. */
  readonly isOnTrial: boolean;
  /** The model package that serves, or that a variant, version or revision serves; undefined where it is of none. */
  packageOf(variant?: string): Promise<string | undefined>;
}

/** The live model of a project; undefined while there is none. */
export async function findLiveModel(
  clients: Clients,
  project: ProjectParameter,
): Promise<LiveModel | undefined> {
  if (project.serving?.type === 'lambda') return findFunction(clients, project.serving);
  if (project.serving?.type === 'container') return findService(clients, project.serving);
  const endpoint = await describeEndpoint(clients, project);
  if (endpoint === undefined) return undefined;
  return {
    status: endpoint.EndpointStatus ?? '',
    failureReason: endpoint.FailureReason,
    release: endpoint.EndpointConfigName ?? '',
    isOnTrial: isOnTrial(endpoint),
    packageOf: (variant) => findLivePackage(clients, endpoint, variant),
  };
}

/** The package of a version stands in its environment. */
const PACKAGE = 'MODEL_PACKAGE';

async function findService(
  clients: Clients,
  place: Extract<ServingPlace, { type: 'container' }>,
): Promise<LiveModel | undefined> {
  const service = await readService(clients, place);
  if (service === undefined) return undefined;
  const { status, taskDefinition } = service;
  return {
    status,
    release: taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1),
    isOnTrial: false,
    packageOf: (revision) =>
      readPackageOf(
        clients,
        revision === undefined ? taskDefinition : taskDefinition.replace(/:\d+$/, `:${revision}`),
      ),
  };
}

/** A function and its alias. */
type FunctionPlace = Extract<ServingPlace, { type: 'lambda' }>;

async function findFunction(
  clients: Clients,
  place: FunctionPlace,
): Promise<LiveModel | undefined> {
  const alias = await readAlias(clients, place);
  if (alias === undefined) return undefined;
  const { functionName: FunctionName } = place;
  const [live] = alias.shares;
  if (live === undefined) return undefined;
  return {
    status: alias.shares.length > 1 ? 'Updating' : 'InService',
    release: `${FunctionName}:${live.version}`,
    isOnTrial: false,
    async packageOf(version = live.version) {
      const { Environment } = await clients.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName, Qualifier: version }),
      );
      return Environment?.Variables?.[PACKAGE];
    },
  };
}

/** A version of a function, and its share of the alias's requests, from 0 to 1. */
interface VersionShare {
  readonly version: string;
  readonly share: number;
}

/** What a promotion that shifts requests writes beside the shares: `workflows/promotion/places/function/shift.ts`. */
const BAKING = /^Baking for (\d+) seconds since (\S+)$/;

/** What is known of an alias. */
interface AliasState {
  readonly shares: readonly VersionShare[];
  /** Since when the last share is watched, and for how long. It stays after the last one has been. */
  readonly bake: { readonly since: Date; readonly seconds: number } | undefined;
}

/** The versions behind the alias, the live one first; undefined where there is no alias. */
export async function readAlias(
  { lambda }: Pick<Clients, 'lambda'>,
  { functionName: FunctionName, alias: Name }: FunctionPlace,
): Promise<AliasState | undefined> {
  try {
    const {
      Description = '',
      FunctionVersion: version = '',
      RoutingConfig,
    } = await lambda.send(new GetAliasCommand({ FunctionName, Name }));
    const others = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {}).map(
      ([each, share]) => ({ version: each, share }),
    );
    const rest = others.reduce((sum, { share }) => sum - share, 1);
    const [, seconds, since = ''] = BAKING.exec(Description) ?? [];
    return {
      shares: [{ version, share: rest }, ...others],
      bake:
        seconds === undefined ? undefined : { since: new Date(since), seconds: Number(seconds) },
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
