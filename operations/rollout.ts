import type {
  DescribeEndpointCommandOutput,
  PendingProductionVariantSummary,
  ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { ProjectParameter, ServingPlace } from '../events/index.ts';
import type { Clients } from './clients.ts';
import { describeEndpoint, listRollbackAlarms } from './live-endpoint.ts';
import { readAlias } from './live-model.ts';
import { readService } from './live-service.ts';

/** What serves a share of the traffic: one variant of one fleet. */
export interface FleetShare {
  readonly endpointConfig: string;
  readonly variant: string;
  readonly percent: number;
  /** Undefined for a serverless variant and on Lambda. */
  readonly instances: number | undefined;
  readonly wantedInstances: number | undefined;
  readonly phases: readonly FleetPhase[];
}

/** What is being done to a fleet, in the words of its service. */
export interface FleetPhase {
  readonly status: string;
  readonly since: Date | undefined;
  readonly message: string | undefined;
}

/** An alarm that takes a new model back. */
export interface RollbackAlarm {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
}

/** An endpoint at one moment: who gets the traffic, what bakes, which alarms ring. */
export interface Rollout {
  readonly endpointName: string;
  readonly status: string;
  readonly failureReason: string | undefined;
  readonly fleets: readonly FleetShare[];
  readonly alarms: readonly RollbackAlarm[];
}

/** A wait during which alarms may still take the new model back. */
export interface Bake {
  readonly since: Date;
  /** Undefined where SageMaker's message does not say it. */
  readonly seconds: number | undefined;
}

/** Looks at the project's endpoint; undefined while there is none. */
export async function readRollout(
  connection: Clients,
  project: ProjectParameter,
): Promise<Rollout | undefined> {
  const [place, alarms] = await Promise.all([
    readPlace(connection, project),
    listRollbackAlarms(connection, project),
  ]);
  if (place === undefined) return undefined;
  return {
    endpointName: project.endpointName,
    ...place,
    alarms: alarms.map(({ AlarmName = '', StateValue = '', StateReason = '' }) => ({
      name: AlarmName,
      state: StateValue,
      reason: StateReason,
    })),
  };
}

type Place = Pick<Rollout, 'status' | 'failureReason' | 'fleets'>;

async function readPlace(
  connection: Clients,
  project: ProjectParameter,
): Promise<Place | undefined> {
  if (project.serving?.type === 'lambda') {
    return readFunction(connection, project, project.serving);
  }
  if (project.serving?.type === 'container') return readContainers(connection, project.serving);
  const endpoint = await describeEndpoint(connection, project);
  if (endpoint === undefined) return undefined;
  return {
    status: endpoint.EndpointStatus ?? '',
    failureReason: endpoint.FailureReason,
    fleets: readFleets(endpoint),
  };
}

/** Versions of a function are what fleets of an endpoint are; they have no instances. */
async function readFunction(
  connection: Clients,
  project: ProjectParameter,
  place: Extract<ServingPlace, { type: 'lambda' }>,
): Promise<Place | undefined> {
  const alias = await readAlias(connection, place);
  if (alias === undefined) return undefined;
  const isShared = alias.shares.length > 1;
  const isBaking =
    alias.bake !== undefined && (isShared || (await isWatched(connection, project, alias.bake)));
  return {
    status: isShared || isBaking ? 'Updating' : 'InService',
    failureReason: undefined,
    fleets: alias.shares.map(({ version, share }, index) => ({
      endpointConfig: `${place.functionName}:${version}`,
      variant: place.alias,
      percent: Math.round(100 * share),
      instances: undefined,
      wantedInstances: undefined,
      // The live version comes first; the one beside it bakes, and at last the live one itself.
      phases:
        isBaking && alias.bake !== undefined && index === alias.shares.length - 1
          ? [phaseOf(alias.bake)]
          : [],
    })),
  };
}

/** Whether the promotion that gave a version all requests still runs: what it wrote then stays on the alias. */
async function isWatched(
  { states }: Clients,
  { promotionStateMachineArn: stateMachineArn }: ProjectParameter,
  { since }: Required<Bake>,
): Promise<boolean> {
  const { executions: [running] = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
  );
  return running?.startDate !== undefined && running.startDate <= since;
}

/** In SageMaker's words. */
function phaseOf({ seconds, since }: Required<Bake>): FleetPhase {
  return { status: 'Baking', since, message: `Baking for ${seconds} seconds` };
}

/** Revisions of a service are what fleets of an endpoint are; their tasks are its instances. */
async function readContainers(
  connection: Clients,
  place: Extract<ServingPlace, { type: 'container' }>,
): Promise<Place | undefined> {
  const service = await readService(connection, place);
  if (service === undefined) return undefined;
  return {
    status: service.status,
    failureReason: undefined,
    fleets: service.shares.map(({ revision, percent, tasks, wantedTasks, stage }) => ({
      endpointConfig: revision,
      variant: place.serviceName,
      percent,
      instances: tasks,
      wantedInstances: wantedTasks,
      phases: stage === undefined ? [] : [{ status: stage, since: undefined, message: undefined }],
    })),
  };
}

/** The bake that is going on; undefined while none is. */
export function findBake({ fleets }: Rollout): Bake | undefined {
  const phase = fleets.flatMap(({ phases }) => phases).find(({ status }) => status === 'Baking');
  if (phase?.since === undefined) return undefined;
  const [, seconds] = /Baking for (\d+) seconds/.exec(phase.message ?? '') ?? [];
  return { since: phase.since, seconds: seconds === undefined ? undefined : Number(seconds) };
}

type Variant = ProductionVariantSummary | PendingProductionVariantSummary;

/** While a model is rolled out there are two fleets; their weights add up to the whole. */
function readFleets(endpoint: DescribeEndpointCommandOutput): readonly FleetShare[] {
  const { PendingDeploymentSummary: pending } = endpoint;
  const variants = [endpoint, ...(pending === undefined ? [] : [pending])].flatMap(
    ({ EndpointConfigName: config = '', ProductionVariants = [] }) =>
      ProductionVariants.map((variant: Variant) => ({ config, variant })),
  );
  const total = variants.reduce((sum, { variant }) => sum + (variant.CurrentWeight ?? 0), 0);
  return variants.map(({ config, variant }) => ({
    endpointConfig: config,
    variant: variant.VariantName ?? '',
    percent: total === 0 ? 0 : Math.round((100 * (variant.CurrentWeight ?? 0)) / total),
    instances: variant.CurrentInstanceCount,
    wantedInstances: variant.DesiredInstanceCount,
    phases: (variant.VariantStatus ?? []).map(({ Status, StartTime, StatusMessage }) => ({
      status: Status ?? '',
      since: StartTime,
      message: StatusMessage,
    })),
  }));
}
