import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { AnswerOf, Routes } from '../../../api/index.ts';
import { driftReportSchema, type ProjectParameter } from '../../../events/index.ts';
import {
  startRetraining as askForRetraining,
  startMonitoring as startWindow,
} from '../../../operations/index.ts';
import type { Api, KnownProject } from '../api-state.ts';
import { audited } from '../audit.ts';
import { listDownloads, NO_DOWNLOADS } from '../downloads.ts';
import { readExecutionPage } from '../execution-page.ts';
import { executionArnOf, timeOf } from '../executions.ts';
import { readReport } from '../monitoring-reports.ts';
import { ProblemError } from '../problem-error.ts';
import { readDecisionPage } from '../retraining-decisions.ts';
import type { RouteFunction } from '../route-function.ts';
import { readStored } from '../stored-json.ts';

export const getMonitoring: RouteFunction<Routes['getMonitoring']> = async ({ path }, { api }) => {
  const { facts, resources } = await api.project(path.project);
  const { monitoring: settings = null } = facts;
  const alarms = settings === null ? [] : await listDriftAlarms(api, resources);
  return { project: facts.project, settings, alarms };
};

/** The alarms that count windows: of drift, and of quality below the gate. */
async function listDriftAlarms(
  { clients }: Api,
  { endpointName }: ProjectParameter,
): Promise<AnswerOf<Routes['getMonitoring']>['alarms']> {
  const { MetricAlarms = [] } = await clients.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [`${endpointName}-drift`, `${endpointName}-quality`] }),
  );
  return MetricAlarms.map(
    ({ AlarmName = '', StateValue = '', StateReason = '', StateUpdatedTimestamp: since }) => ({
      name: AlarmName,
      state: StateValue,
      reason: StateReason,
      ...(since === undefined ? {} : { since: timeOf(since) }),
    }),
  );
}

/** As far back as a project may let a window reach. */
const LONGEST_WINDOW_HOURS = 2_160;
const HOUR_MS = 3_600_000;

export const startMonitoring: RouteFunction<Routes['startMonitoring']> = async (
  { path, body },
  call,
) => {
  const { resources } = await call.api.project(path.project);
  const { monitoring } = resources;
  if (monitoring === undefined) {
    throw new ProblemError(
      'not-monitored',
      `${path.project} is not monitored; nothing was started. Add monitoring: {} to its project.ts: npm start takes it over; on AWS, deploy it.`,
    );
  }
  const [start, end] = [readTime(body.windowStart), readTime(body.windowEnd)];
  checkWindow(start, end);
  const change = {
    project: path.project,
    action: 'startMonitoring',
    subject: `from ${body.windowStart ?? 'the start of a window'} to ${body.windowEnd ?? 'now'}`,
  };
  const { result: executionArn } = await audited(call, change, () =>
    startWindow(
      call.api.clients,
      { ...resources, monitoring },
      { start, end, ...(call.name === undefined ? {} : { name: call.name }) },
    ),
  );
  call.api.cache.clear(`executions ${monitoring.stateMachineArn}`);
  return {
    project: path.project,
    workflow: 'monitoring',
    execution: executionArn.split(':').at(-1) ?? '',
    executionArn,
  };
};

function readTime(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** Where an end is missing, the workflow's clock says it. */
function checkWindow(start: Date | undefined, end: Date | undefined): void {
  if (start === undefined || end === undefined) return;
  const hours = (end.getTime() - start.getTime()) / HOUR_MS;
  const detail =
    hours <= 0
      ? 'must be before windowEnd'
      : hours > LONGEST_WINDOW_HOURS
        ? `must be at most ${LONGEST_WINDOW_HOURS} hours before windowEnd`
        : undefined;
  if (detail === undefined) return;
  throw new ProblemError('malformed-request', 'The window has a mistake; nothing was started.', [
    { pointer: '#/windowStart', detail },
  ]);
}

export const listReports: RouteFunction<Routes['listReports']> = async ({ path, query }, call) => {
  const known = await call.api.project(path.project);
  const machine = known.resources.monitoring?.stateMachineArn;
  if (machine === undefined) return { reports: [] };
  const { executions, nextPageToken } = await readExecutionPage(call, machine, query);
  const reports = await Promise.all(executions.map((item) => readReport(call.api, known, item)));
  // What labels have changed is in the report of the window that they belong to.
  const own = reports.filter(({ isUpdate }) => !isUpdate);
  return { reports: own.map(({ summary }) => summary), nextPageToken };
};

export const getReport: RouteFunction<Routes['getReport']> = async (
  { path },
  { api, noteActivity },
) => {
  const known: KnownProject = await api.project(path.project);
  const executionArn = executionArnOf(known.resources, 'monitoring', path.report);
  const { summary, folder } = await readReport(api, known, { executionArn });
  if (summary.status === 'RUNNING') noteActivity();
  if (folder === undefined) return { ...summary, ...NO_DOWNLOADS };
  const [details, downloads] = await Promise.all([
    readStored(api, driftReportSchema, {
      bucket: folder.bucket,
      key: `${folder.prefix}stepmill-drift.json`,
    }),
    listDownloads(api, folder, (name) => !name.startsWith('input/')),
  ]);
  return { ...summary, ...(details === undefined ? {} : { details }), ...downloads };
};

export const listRetrainingDecisions: RouteFunction<Routes['listRetrainingDecisions']> = async (
  { path, query },
  { api, noteActivity },
) => {
  const known = await api.project(path.project);
  if (known.resources.retraining === undefined) return { isOn: false, decisions: [] };
  const { decisions, nextPageToken } = await readDecisionPage(api, known, query);
  if (decisions.some(({ dataset, training }) => dataset !== undefined && training === undefined)) {
    noteActivity();
  }
  return { isOn: true, decisions, nextPageToken };
};

export const startRetraining: RouteFunction<Routes['startRetraining']> = async ({ path }, call) => {
  const { resources } = await call.api.project(path.project);
  const { retraining } = resources;
  if (retraining === undefined) {
    throw new ProblemError(
      'not-retrained',
      `${path.project} is not retrained automatically; nothing was started. Add retraining: {} to its project.ts: npm start takes it over; on AWS, deploy it.`,
    );
  }
  const change = { project: path.project, action: 'startRetraining', subject: 'a decision' };
  const { result: executionArn } = await audited(call, change, () =>
    askForRetraining(
      call.api.clients,
      { ...resources, retraining },
      call.name === undefined ? {} : { name: call.name },
    ),
  );
  call.api.cache.clear(`executions ${retraining.stateMachineArn}`);
  return {
    project: path.project,
    workflow: 'retraining',
    execution: executionArn.split(':').at(-1) ?? '',
    executionArn,
  };
};
