import type { Cloud } from '../../../cloud/cloud.ts';
import { clusterArn } from '../arns.ts';
import { deploymentName, serviceArn } from './names.ts';
import type { ServiceRecord, ServiceStore } from './records.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html */
const MAX_EVENTS = 100;

/** Adds a line to the history that DescribeServices shows. */
export function tell(
  cloud: Cloud,
  store: ServiceStore,
  { cluster, name }: Place,
  text: string,
): void {
  const service = store.get(cluster, name);
  if (service === undefined) return;
  const event = {
    id: cloud.random.uuid(),
    at: cloud.clock.now(),
    message: `(service ${name}) ${text}`,
  };
  store.put({ ...service, events: [event, ...service.events].slice(0, MAX_EVENTS) });
}

type Place = Pick<ServiceRecord, 'cluster' | 'name'>;

type Level = 'ERROR' | 'INFO' | 'WARN';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html */
export function publishAction(
  cloud: Cloud,
  { cluster, name }: Place,
  eventType: Level,
  eventName: string,
  more: object = {},
): void {
  cloud.publish({
    source: 'aws.ecs',
    'detail-type': 'ECS Service Action',
    resources: [serviceArn(cloud, cluster, name)],
    detail: {
      eventType,
      eventName,
      clusterArn: clusterArn(cloud, cluster),
      createdAt: new Date(cloud.clock.now()).toISOString(),
      ...more,
    },
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
export function publishDeployment(
  cloud: Cloud,
  { cluster, name }: Place,
  change: {
    readonly eventType: Level;
    readonly eventName: string;
    readonly revision: string;
    readonly reason: string;
  },
): void {
  const { eventName, eventType, reason, revision } = change;
  cloud.publish({
    source: 'aws.ecs',
    'detail-type': 'ECS Deployment State Change',
    resources: [serviceArn(cloud, cluster, name)],
    detail: {
      eventType,
      eventName,
      deploymentId: deploymentName(revision),
      updatedAt: new Date(cloud.clock.now()).toISOString(),
      reason,
    },
  });
}
