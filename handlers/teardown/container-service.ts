import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  type ECSClient,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';

/** The time between two polls of a service whose tasks end. */
const POLL_MILLISECONDS = 10_000;

/** When to look again, and when to stop. */
export interface Waiting {
  /** Stops waiting for the tasks. */
  readonly signal: AbortSignal;
  /** @default 10,000 */
  readonly pollMilliseconds?: number;
}

export interface ContainerServiceNames {
  readonly cluster: string;
  readonly service: string;
  /** Of the task definition. */
  readonly family: string;
}

export interface ContainerClients {
  readonly ecs: ECSClient;
  readonly autoscaling: ApplicationAutoScalingClient;
}

/**
 * Removes the service that promotion made, what scales it, and the revisions of its tasks. A cluster with a service, and a
 * target group with tasks, could not be deleted after it.
 *
 * @returns what was removed
 */
export async function removeContainerService(
  { ecs, autoscaling }: ContainerClients,
  names: ContainerServiceNames,
  waiting: Waiting,
): Promise<string[]> {
  await deregisterTarget(autoscaling, names);
  const removed = await deleteService(ecs, names, waiting);
  const revisions = await listRevisions(ecs, names);
  for (const taskDefinition of revisions) {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  }
  return [...removed, ...revisions];
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html */
async function deregisterTarget(
  client: ApplicationAutoScalingClient,
  { cluster, service }: ContainerServiceNames,
): Promise<void> {
  const request = client.send(
    new DeregisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/${cluster}/${service}`,
      ScalableDimension: 'ecs:service:DesiredCount',
    }),
  );
  await ignore(['ObjectNotFoundException'], request);
}

/** Its tasks answer what they have, so that it drains for a while. */
async function deleteService(
  ecs: ECSClient,
  { cluster, service }: ContainerServiceNames,
  { signal, pollMilliseconds = POLL_MILLISECONDS }: Waiting,
): Promise<string[]> {
  let wasThere = false;
  for (;;) {
    const { services: [found] = [] } =
      (await ignore(
        ['ClusterNotFoundException'],
        ecs.send(new DescribeServicesCommand({ cluster, services: [service] })),
      )) ?? {};
    if (found === undefined || found.status === 'INACTIVE') return wasThere ? [service] : [];
    wasThere = true;
    if (found.status === 'ACTIVE') {
      await ignore(
        ['ServiceNotFoundException', 'ServiceNotActiveException'],
        ecs.send(new DeleteServiceCommand({ cluster, service, force: true })),
      );
    }
    await sleep(pollMilliseconds, undefined, { signal });
  }
}

async function listRevisions(
  client: ECSClient,
  { family }: ContainerServiceNames,
): Promise<string[]> {
  const arns: string[] = [];
  const input = { familyPrefix: family, status: 'ACTIVE' } as const;
  for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions({ client }, input)) {
    arns.push(...taskDefinitionArns);
  }
  return arns;
}

/** Another process may have removed it. */
async function ignore<Answer>(
  names: readonly string[],
  request: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}
