import type { ServiceView } from './deployment.ts';
import { alarmBakeMs, alarmNamesOf } from './deployment-alarms.ts';
import { deploymentName } from './names.ts';
import type { ServiceTasks } from './service-tasks.ts';

/** How many tasks of a deployment can be started and stopped now. */
export interface RollingPlan {
  readonly start: number;
  readonly stopHealthy: number;
}

/** The numbers that a rolling deployment is decided by. */
export interface RollingSituation {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly own: number;
  readonly ownHealthy: number;
  readonly othersHealthy: number;
}

/**
 * The next step of a rolling deployment. As long as there is room, new tasks come before old ones go; old ones that are
 * needed for the room go as far as the minimum allows.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export function planRolling(situation: RollingSituation): RollingPlan {
  const { desiredCount, othersHealthy, own, ownHealthy } = situation;
  const least = Math.ceil((desiredCount * situation.minimumHealthyPercent) / 100);
  const most = Math.floor((desiredCount * situation.maximumPercent) / 100);
  const missing = Math.max(0, desiredCount - own);
  const room = Math.max(0, most - own - othersHealthy);
  const start = Math.min(missing, room);
  const spare = Math.max(0, othersHealthy - Math.max(0, least - ownHealthy));
  const replaced = Math.max(0, othersHealthy - Math.max(0, desiredCount - ownHealthy));
  return { start, stopHealthy: Math.min(spare, Math.max(replaced, missing - start)) };
}

/** Brings the tasks nearer to what the service is to run. */
export async function roll(
  view: ServiceView,
  tasks: ServiceTasks,
  mayStart: boolean,
): Promise<void> {
  const { service } = view;
  const { revision: id, settings } = service;
  const revision = view.revision(id);
  if (revision === undefined) return;
  const desiredCount = service.status === 'ACTIVE' ? service.desiredCount : 0;
  const live = tasks.live();
  const own = live.filter(({ startedBy }) => startedBy === deploymentName(id));
  const others = live.filter((task) => !own.includes(task));
  const healthy = others.filter((task) => tasks.isHealthy(task));
  const isFailed = revision.rolloutState === 'FAILED';
  const { maximumPercent = 200, minimumHealthyPercent = 100 } = settings.deploymentConfiguration;
  const plan = planRolling({
    desiredCount,
    minimumHealthyPercent,
    maximumPercent,
    own: own.length,
    ownHealthy: own.filter((task) => tasks.isHealthy(task)).length,
    othersHealthy: healthy.length,
  });
  const reason = `Scaling activity initiated by (deployment ${deploymentName(id)})`;
  if (!isFailed) {
    const unhealthy = others.filter((task) => !healthy.includes(task));
    for (const task of [...unhealthy, ...healthy.slice(0, plan.stopHealthy)])
      await tasks.stop(task, reason);
    if (mayStart) tasks.start(revision, plan.start);
  }
  const superfluous = own
    .toSorted((one, other) => Number(tasks.isHealthy(one)) - Number(tasks.isHealthy(other)))
    .slice(0, Math.max(0, own.length - desiredCount));
  for (const task of superfluous) await tasks.stop(task, reason);
}

/** Whether the tasks are what the service is to run: all healthy, and no others. */
export function isSteady(view: ServiceView, tasks: ServiceTasks): boolean {
  const { desiredCount, revision } = view.service;
  const own = tasks.live(revision);
  return (
    own.length === desiredCount &&
    own.every((task) => tasks.isHealthy(task)) &&
    tasks.present().length === own.length
  );
}

/** Ends a rolling deployment once it is steady, and its alarms were watched for as long as they need. */
export async function finishRolling(view: ServiceView, tasks: ServiceTasks): Promise<void> {
  const { deployment } = view;
  if (deployment === undefined || !isSteady(view, tasks)) return;
  const isWatched =
    deployment.alarms.status === 'MONITORING' && deployment.status === 'IN_PROGRESS';
  if (!isWatched) return view.succeed();
  if (deployment.stage !== 'BAKE_TIME') return view.enter('BAKE_TIME');
  const { cloud } = view.context;
  const bakeMs = await alarmBakeMs(cloud, alarmNamesOf(deployment.configuration));
  if (cloud.clock.now() >= deployment.stageAt + bakeMs) view.succeed();
}
