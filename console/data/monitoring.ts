import type { Schemas } from '../../api/client/index.ts';
import { useChange } from './change.ts';
import { usePolled } from './polling.ts';

/** Windows that are shown over time. */
const REPORTS = 60;
const DECISIONS = 20;

export type Monitoring = Schemas['Monitoring'];
export type ReportSummary = Schemas['MonitoringReportSummary'];
export type Report = Schemas['MonitoringReport'];

/** How a project is watched, and its alarms. */
export function useMonitoring(project: string) {
  const params = { path: { project } };
  return usePolled({
    key: ['monitoring', project],
    ask: (api, signal) => api.GET('/projects/{project}/monitoring', { params, signal }),
  });
}

/** The windows that were judged last, the newest first. */
export function useReports(project: string) {
  const params = { path: { project }, query: { pageSize: REPORTS } };
  return usePolled({
    key: ['reports', project],
    ask: (api, signal) => api.GET('/projects/{project}/monitoring/reports', { params, signal }),
  });
}

/** One report with every column. */
export function useReport(project: string, report: string) {
  const params = { path: { project, report } };
  return usePolled({
    key: ['report', project, report],
    ask: (api, signal) =>
      api.GET('/projects/{project}/monitoring/reports/{report}', { params, signal }),
  });
}

/** Decisions to train again, and not to. */
export function useDecisions(project: string) {
  const params = { path: { project }, query: { pageSize: DECISIONS } };
  return usePolled({
    key: ['decisions', project],
    ask: (api, signal) => api.GET('/projects/{project}/retraining/decisions', { params, signal }),
  });
}

export interface Window {
  readonly windowStart?: string;
  readonly windowEnd?: string;
}

/** Judges a window; without one, that which ends now. */
export function useStartMonitoring(project: string) {
  return useChange({
    ask: (api, body: Window, header) =>
      api.POST('/projects/{project}/monitoring/start', {
        params: { path: { project }, header },
        body,
      }),
    refresh: [['reports', project]],
  });
}

/** Asks now whether to train again. */
export function useStartRetraining(project: string) {
  return useChange({
    ask: (api, _: void, header) =>
      api.POST('/projects/{project}/retraining/start', {
        params: { path: { project }, header },
        body: {},
      }),
    refresh: [['decisions', project]],
  });
}
