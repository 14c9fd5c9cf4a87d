import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  type ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import type { ServingPlace } from '../events/index.ts';
import type { Clients } from './clients.ts';

type Service = Extract<ServingPlace, { type: 'container' }>;

/** A revision of the task definition, and its share of the requests. */
export interface RevisionShare {
  /** `<family>:<number>` */
  readonly revision: string;
  /** From 0 to 100. */
  readonly percent: number;
  readonly tasks: number | undefined;
  readonly wantedTasks: number | undefined;
  /** What its deployment does, in ECS's words; undefined of one that is not deployed now. */
  readonly stage?: string | undefined;
}

/** What a service of containers does now. */
export interface ServiceState {
  readonly status: 'InService' | 'Updating' | 'Deleting';
  /** The ARN of the live revision; while another one is deployed, of the one before. */
  readonly taskDefinition: string;
  readonly shares: readonly RevisionShare[];
}

/** The service of a project; undefined where there is none. */
export async function readService(
  { ecs }: Pick<Clients, 'ecs'>,
  { clusterName: cluster, serviceName }: Service,
): Promise<ServiceState | undefined> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [serviceName] }),
  );
  const service = services.find(({ status }) => status !== 'INACTIVE');
  if (service === undefined) return undefined;
  const { runningCount, desiredCount, status } = service;
  const running =
    status === 'ACTIVE' ? await findDeployment({ ecs }, cluster, serviceName) : undefined;
  const { taskDefinition = service.taskDefinition ?? '' } = running ?? {};
  const live = {
    revision: endOf(taskDefinition),
    percent: 100,
    tasks: runningCount,
    wantedTasks: desiredCount,
  };
  return {
    status: status !== 'ACTIVE' ? 'Deleting' : running === undefined ? 'InService' : 'Updating',
    taskDefinition,
    shares: running?.shares ?? [live],
  };
}

interface RunningDeployment extends Pick<ServiceState, 'shares'> {
  /** Undefined of a first one. */
  readonly taskDefinition: string | undefined;
}

/** The deployment that runs, which ECS describes by the share of each revision. */
async function findDeployment(
  { ecs }: Pick<Clients, 'ecs'>,
  cluster: string,
  service: string,
): Promise<RunningDeployment | undefined> {
  const { serviceDeployments: listed = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({
      cluster,
      service,
      status: ['PENDING', 'IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'],
    }),
  );
  const [arn] = listed.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []);
  if (arn === undefined) return undefined;
  const { serviceDeployments: [deployment] = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  const {
    lifecycleStage,
    sourceServiceRevisions: sources = [],
    targetServiceRevision,
  } = deployment ?? {};
  const all = targetServiceRevision === undefined ? sources : [...sources, targetServiceRevision];
  const definitions = await findDefinitions({ ecs }, all);
  const definitionOf = ({ arn = '' }: ServiceRevisionSummary) => definitions.get(arn) ?? arn;
  return {
    taskDefinition: sources[0] === undefined ? undefined : definitionOf(sources[0]),
    shares: all.map((summary) => ({
      ...shareOf(summary, definitionOf(summary)),
      stage: summary === targetServiceRevision ? lifecycleStage : undefined,
    })),
  };
}

/** The ARNs of task definitions by those of service revisions. */
async function findDefinitions(
  { ecs }: Pick<Clients, 'ecs'>,
  summaries: readonly ServiceRevisionSummary[],
): Promise<ReadonlyMap<string, string>> {
  const arns = summaries.flatMap(({ arn = [] }) => arn);
  if (arns.length === 0) return new Map();
  const { serviceRevisions = [] } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns }),
  );
  return new Map(
    serviceRevisions.flatMap(({ serviceRevisionArn, taskDefinition }) =>
      serviceRevisionArn === undefined || taskDefinition === undefined
        ? []
        : [[serviceRevisionArn, taskDefinition]],
    ),
  );
}

function shareOf(summary: ServiceRevisionSummary, taskDefinition: string): RevisionShare {
  return {
    revision: endOf(taskDefinition),
    percent: Math.round(summary.requestedProductionTrafficWeight ?? 0),
    tasks: summary.runningTaskCount,
    wantedTasks: summary.requestedTaskCount,
  };
}

const endOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** The package stands in the tags that promotion gave the revision. */
export async function readPackageOf(
  { ecs }: Pick<Clients, 'ecs'>,
  taskDefinition: string,
): Promise<string | undefined> {
  const { tags = [] } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }),
  );
  return tags.find(({ key }) => key === 'stepmill:package')?.value;
}
