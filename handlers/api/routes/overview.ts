import { ListModelPackagesCommand } from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { AnswerOf, Routes } from '../../../api/index.ts';
import { findLiveModel, listRollbackAlarms } from '../../../operations/index.ts';
import type { Api, KnownProject } from '../api-state.ts';
import { type ExecutionSummary, lastExecutions, timeOf } from '../executions.ts';
import { readReport } from '../monitoring-reports.ts';
import { liveVersion } from '../predict-records.ts';
import type { RouteFunction } from '../route-function.ts';
import { versionOf } from '../version-name.ts';

type Overview = AnswerOf<Routes['getOverview']>;
type ProjectOverview = Overview['projects'][number];
type Need = ProjectOverview['needs'][number];

export const getOverview: RouteFunction<Routes['getOverview']> = async (
  _request,
  { api, noteActivity },
) => {
  const all = await api.projects();
  const projects = await Promise.all(all.map((known) => readProject(api, known, all.length)));
  const isBusy = projects.some(
    ({ running, endpoint }) => running > 0 || endpoint.status.endsWith('ing'),
  );
  if (isBusy) noteActivity();
  const { environment, delivery } = api.options;
  return { environment, delivery: delivery !== undefined, projects };
};

/** Windows are judged every five minutes at most. */
const DRIFT_MS = 10_000;

/** Executions of each workflow that are looked at. */
const LOOKED_AT = 10;

/** Workflows of a project whose executions are listed. */
const LISTED = ['training', 'promotion'] as const;

/** One of so many projects. What runs is read each second; what is quiet, as often as an account allows for all. */
async function readProject(api: Api, known: KnownProject, count: number): Promise<ProjectOverview> {
  const { facts, resources } = known;
  const [trainings = [], promotions = []] = await Promise.all(
    LISTED.map((workflow) => listExecutions(api, known, workflow, LISTED.length * count)),
  );
  const running = [...trainings, ...promotions].filter(({ status }) => status === 'RUNNING').length;
  const standing = await readStanding(api, known, running > 0, count);
  const { endpoint, live, alarms, approvals, drift, trial } = standing;
  return {
    project: facts.project,
    description: facts.description,
    problem: facts.problem,
    trial,
    live,
    endpoint: { type: facts.serving.type, name: resources.endpointName, status: endpoint },
    running,
    lastTraining: trainings[0] ?? null,
    lastPromotion: promotions[0] ?? null,
    alarms,
    drift,
    needs: [
      ...approvals,
      ...alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => needOfAlarm(name)),
      ...needOfRun(trainings[0]),
      ...needOfRun(promotions[0]),
      ...needOfDrift(drift),
    ],
  };
}

async function listExecutions(
  api: Api,
  { facts: { project }, resources }: KnownProject,
  workflow: (typeof LISTED)[number],
  count: number,
): Promise<readonly ExecutionSummary[]> {
  const name = `${workflow} ${project}`;
  const keptMs = api.lists.keptMs(name, count);
  const executions = await lastExecutions(api, resources, workflow, LOOKED_AT, keptMs);
  const isRunning = executions.some(({ status }) => status === 'RUNNING');
  const hasEnded = api.lists.note(name, isRunning);
  // The result is read again now: once nothing runs, the next request may be late.
  if (hasEnded) api.cache.clear(standingKey(project));
  return executions;
}

function standingKey(project: string): string {
  return `standing ${project}`;
}

/** What stands where nothing runs: the endpoint, its model and its alarms, what waits for approval. */
async function readStanding(api: Api, known: KnownProject, isRunning: boolean, count: number) {
  const { facts, resources } = known;
  const { project } = facts;
  api.standings.note(project, isRunning);
  const keptMs = api.standings.keptMs(project, count);
  return api.cache.get(standingKey(project), keptMs, async () => {
    const [endpoint, live, alarms, approvals, drift] = await Promise.all([
      findLiveModel(api.clients, resources),
      liveVersion(api, known),
      listRollbackAlarms(api.clients, resources),
      listApprovals(api, known),
      api.cache.get(`drift ${project}`, DRIFT_MS, () => lastDrift(api, known)),
    ]);
    return {
      endpoint: endpoint?.status ?? 'None',
      trial: endpoint?.isOnTrial === true,
      live: live ?? null,
      alarms: alarms.map(({ AlarmName = '', StateValue = '' }) => ({
        name: AlarmName,
        state: StateValue,
      })),
      approvals,
      drift,
    };
  });
}

async function listApprovals(api: Api, { facts, resources }: KnownProject): Promise<Need[]> {
  const { ModelPackageSummaryList = [] } = await api.clients.sagemaker.send(
    new ListModelPackagesCommand({
      ModelPackageGroupName: resources.modelPackageGroupName,
      ModelApprovalStatus: 'PendingManualApproval',
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: LOOKED_AT,
    }),
  );
  return ModelPackageSummaryList.map(({ ModelPackageArn, CreationTime }) => {
    const model = versionOf(facts.project, ModelPackageArn);
    return {
      kind: 'approval',
      text: `${model} waits for approval`,
      since: timeOf(CreationTime),
      model,
    };
  });
}

type Drift = ProjectOverview['drift'];

/** The verdict about the window that was judged last. */
async function lastDrift(api: Api, known: KnownProject): Promise<Drift> {
  const stateMachineArn = known.resources.monitoring?.stateMachineArn;
  if (stateMachineArn === undefined) return null;
  const { executions = [] } = await api.clients.states.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: LOOKED_AT }),
  );
  for (const item of executions) {
    if (item.status !== 'SUCCEEDED') continue;
    const { summary, labelsDue } = await readReport(api, known, item);
    // A window of days ago, which was judged for its quality.
    if (labelsDue) continue;
    const { verdict, report, window, startedAt, drifted } = summary;
    if (verdict !== undefined) return { verdict, report, at: window?.end ?? startedAt, drifted };
  }
  return null;
}

function needOfDrift(drift: Drift): Need[] {
  if (drift?.verdict !== 'drifted') return [];
  const { drifted, report, at: since } = drift;
  return [{ kind: 'drift', text: `${drifted.join(', ')} drifted`, report, since }];
}

function needOfAlarm(alarm: string): Need {
  return { kind: 'alarm', text: `${alarm} is in ALARM`, alarm };
}

/** Without `ABORTED`: a person stopped that run on purpose. */
const BAD_ENDS: readonly string[] = ['FAILED', 'TIMED_OUT'];

function needOfRun(run: ExecutionSummary | undefined): Need[] {
  if (run === undefined) return [];
  const { workflow, execution, status, outcome, dataset, startedAt, stoppedAt } = run;
  const place = { workflow, execution, dataset, since: stoppedAt ?? startedAt };
  if (outcome === 'Dataset rejected') {
    return [{ kind: 'refused-data', text: 'The last upload was refused', ...place }];
  }
  if (!BAD_ENDS.includes(status)) return [];
  return [{ kind: 'failed-run', text: `The last ${workflow} ended as ${status}`, ...place }];
}
