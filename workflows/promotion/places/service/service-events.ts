import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { callEcs, serviceArn } from './call-ecs.ts';
import { serviceOf } from './service-serving.ts';

/** Events that say what is wrong with tasks: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
const TROUBLE = '/unhealthy in|health checks|unable to|failed to|stopped:/';
const MOST = 2;

/** Adds to `$rollout.reason` why tasks did not run: a deployment only says that they did not. */
export function readEvents(scope: Construct, resources: ProjectResources): CallAwsService {
  const { clusterArn, logGroupName, name } = serviceOf(resources);
  return callEcs(scope, 'Read service events', {
    action: 'describeServices',
    resources: [serviceArn(scope, resources)],
    arguments: { Cluster: clusterArn, Services: [name] },
    assign: {
      rollout: jsonata(`(
  $began := $toMillis($release.began);
  $events := $states.result.Services[0].Events[$toMillis(CreatedAt) >= $began - 1000].Message;
  $trouble := $distinct($events[$contains($, ${TROUBLE})])[[0..${MOST - 1}]];
  $log := $count($trouble) > 0 ? "The log group of the tasks says more: ${logGroupName}.";
  $merge([$rollout, {"reason": $join([[$rollout.reason][$ != ""], $trouble, $log], " ")}])
)`),
    },
  });
}
