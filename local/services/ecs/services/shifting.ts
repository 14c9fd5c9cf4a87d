import { ServiceError } from '../../../cloud/service-error.ts';
import type { ServiceView } from './deployment.ts';
import { deploymentName } from './names.ts';
import type { DeploymentRecord, RevisionRecord } from './records.ts';
import type { ServiceTasks } from './service-tasks.ts';
import { MS_PER_MINUTE, trafficSteps } from './strategy.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html */
const LONGEST_STAGE_MS = 24 * 60 * MS_PER_MINUTE;

interface Shift {
  readonly view: ServiceView;
  readonly tasks: ServiceTasks;
  readonly deployment: DeploymentRecord;
  readonly target: RevisionRecord;
  readonly mayStart: boolean;
}

/** Takes one step of a blue/green, canary or linear deployment, or of its way back. */
export async function shift(
  view: ServiceView,
  tasks: ServiceTasks,
  mayStart: boolean,
): Promise<void> {
  const { deployment } = view;
  const target = deployment && view.revision(deployment.target);
  if (deployment === undefined || target === undefined) return;
  const step: Shift = { view, tasks, deployment, target, mayStart };
  try {
    await takeStep(step);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    refused(step, error);
  }
}

async function takeStep(step: Shift): Promise<void> {
  const { deployment, view } = step;
  if (deployment.status === 'ROLLBACK_IN_PROGRESS') return goBack(step);
  keep(step, deployment.source);
  if (isStageOver(step)) {
    return view.fail(
      'ECS deployment',
      `the stage ${deployment.stage} took more than 24 hours.`,
      true,
    );
  }
  await STAGES[deployment.stage ?? 'RECONCILE_SERVICE'](step);
}

/** The load balancer, or the role for it, does not let the deployment change the traffic. */
function refused({ deployment, view }: Shift, { code, message }: ServiceError): void {
  const reason = `the traffic could not be shifted: ${code}: ${message}`;
  if (deployment.status !== 'ROLLBACK_IN_PROGRESS')
    return view.fail('ECS deployment', reason, true);
  failRollback(view, reason);
}

function failRollback(view: ServiceView, reason: string): void {
  const { deployment } = view;
  const now = view.context.cloud.clock.now();
  view.changeDeployment({ status: 'ROLLBACK_FAILED', statusReason: reason, finishedAt: now });
  view.tell(`(deployment ${deploymentName(deployment?.target ?? '')}) rollback failed: ${reason}`);
}

function isStageOver({ deployment, view }: Shift): boolean {
  return view.context.cloud.clock.now() >= deployment.stageAt + LONGEST_STAGE_MS;
}

const STAGES: Readonly<
  Record<NonNullable<DeploymentRecord['stage']>, (step: Shift) => Promise<void> | void>
> = {
  RECONCILE_SERVICE: reconcile,
  PRE_SCALE_UP: ({ view }) => view.enter('SCALE_UP'),
  SCALE_UP: scaleUp,
  POST_SCALE_UP: ({ view }) => view.enter('TEST_TRAFFIC_SHIFT'),
  TEST_TRAFFIC_SHIFT: shiftTest,
  POST_TEST_TRAFFIC_SHIFT: ({ view }) => view.enter('PRODUCTION_TRAFFIC_SHIFT', { step: -1 }),
  PRODUCTION_TRAFFIC_SHIFT: shiftProduction,
  POST_PRODUCTION_TRAFFIC_SHIFT: ({ view }) => view.enter('BAKE_TIME'),
  BAKE_TIME: bake,
  CLEAN_UP: cleanUp,
};

/** Gives all traffic back to the source, and stops the tasks of a deployment that this one replaces. */
async function reconcile(step: Shift): Promise<void> {
  const { deployment, target, tasks, view } = step;
  const strangers = tasks
    .present()
    .filter(
      ({ startedBy }) =>
        startedBy !== deploymentName(target.id) &&
        (deployment.source === undefined || startedBy !== deploymentName(deployment.source)),
    );
  if (deployment.stage === undefined) {
    view.enter('RECONCILE_SERVICE');
    // Without a source the target is the first revision, which gets all traffic as soon as it is healthy.
    await weigh(step, 'productionListenerRule', deployment.source === undefined ? 100 : 0);
    await weigh(step, 'testListenerRule', deployment.source === undefined ? 100 : 0);
    for (const task of strangers) {
      if (task.desiredStatus === 'RUNNING') await tasks.stop(task, reasonOf(target.id));
    }
  }
  if (strangers.length === 0) view.enter('PRE_SCALE_UP');
}

function scaleUp(step: Shift): void {
  keep(step, step.target.id);
  if (isComplete(step, step.target.id)) step.view.enter('POST_SCALE_UP');
}

/** Whether all tasks of a revision are there and healthy. */
function isComplete({ tasks, view }: Shift, revision: string): boolean {
  const own = tasks.live(revision);
  return own.length >= view.service.desiredCount && own.every((task) => tasks.isHealthy(task));
}

async function shiftTest(step: Shift): Promise<void> {
  keep(step, step.target.id);
  await weigh(step, 'testListenerRule', 100);
  step.view.enter('POST_TEST_TRAFFIC_SHIFT', { testWeight: 100 });
}

/** One step of the traffic after the other, each with its bake time. */
async function shiftProduction(step: Shift): Promise<void> {
  const { deployment, target, view } = step;
  keep(step, target.id);
  const steps =
    deployment.source === undefined
      ? [{ weight: 100, bakeMs: 0 }]
      : trafficSteps(deployment.configuration);
  const current = steps[deployment.step];
  const now = view.context.cloud.clock.now();
  if (current !== undefined && now < deployment.stageAt + current.bakeMs) return;
  const next = steps[deployment.step + 1];
  if (next === undefined) return view.enter('POST_PRODUCTION_TRAFFIC_SHIFT');
  await weigh(step, 'productionListenerRule', next.weight);
  view.enter('PRODUCTION_TRAFFIC_SHIFT', { step: deployment.step + 1, weight: next.weight });
  view.tell(
    `(deployment ${deploymentName(target.id)}) shifted ${next.weight} percent of the production traffic.`,
  );
}

function bake(step: Shift): void {
  const { deployment, target, view } = step;
  keep(step, target.id);
  const { bakeTimeInMinutes = 0 } = deployment.configuration;
  // The first revision replaces nothing that could come back.
  const bakeMs = deployment.source === undefined ? 0 : bakeTimeInMinutes * MS_PER_MINUTE;
  if (view.context.cloud.clock.now() >= deployment.stageAt + bakeMs) view.enter('CLEAN_UP');
}

async function cleanUp(step: Shift): Promise<void> {
  const { target, tasks, view } = step;
  keep(step, target.id);
  const others = tasks.present().filter(({ startedBy }) => startedBy !== deploymentName(target.id));
  for (const task of others) {
    if (task.desiredStatus === 'RUNNING') await tasks.stop(task, reasonOf(target.id));
  }
  if (others.length === 0) view.succeed();
}

/** All traffic to the source at once, then the tasks of the target go. It ends when the source's tasks, which a kill may have ended, answer again. */
async function goBack(step: Shift): Promise<void> {
  const { deployment, target, tasks, view } = step;
  keep(step, deployment.source);
  if (deployment.weight > 0 || deployment.testWeight > 0 || deployment.step !== ROLLED_BACK) {
    await weigh(step, 'productionListenerRule', 0);
    await weigh(step, 'testListenerRule', 0);
    view.changeDeployment({ weight: 0, testWeight: 0, step: ROLLED_BACK });
    view.tell(`(deployment ${deploymentName(target.id)}) shifted all traffic back.`);
  }
  const gone = tasks.present(target.id);
  for (const task of gone) {
    if (task.desiredStatus === 'RUNNING') await tasks.stop(task, reasonOf(target.id));
  }
  const { rollback, source = '' } = deployment;
  if (gone.length === 0 && isComplete(step, source)) return view.succeed();
  const begunAt = rollback?.startedAt ?? deployment.stageAt;
  if (view.context.cloud.clock.now() >= begunAt + LONGEST_STAGE_MS) {
    failRollback(view, 'the tasks of the former revision were not healthy within 24 hours.');
  }
}

/** The step of a deployment whose traffic has gone back. */
const ROLLED_BACK = -2;

/** Starts what is missing of a revision's tasks. */
function keep({ deployment, mayStart, tasks, view }: Shift, id: string | undefined): void {
  const revision = id === undefined ? undefined : view.revision(id);
  const isLeaving = deployment.stage === 'CLEAN_UP' && id === deployment.source;
  if (revision === undefined || isLeaving || !mayStart) return;
  tasks.start(revision, view.service.desiredCount - tasks.live(revision.id).length);
}

async function weigh(
  { target, view }: Shift,
  rule: 'productionListenerRule' | 'testListenerRule',
  percent: number,
): Promise<void> {
  for (const balancer of target.loadBalancers) {
    const arn = balancer.advancedConfiguration?.[rule];
    if (arn !== undefined) await view.context.balancers.shift(balancer, arn, target, percent);
  }
}

function reasonOf(revision: string): string {
  return `Scaling activity initiated by (deployment ${deploymentName(revision)})`;
}
