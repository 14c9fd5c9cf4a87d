import { useChange } from './change.ts';
import { usePolled } from './polling.ts';

/** The endpoint of a project: traffic, bake, alarms, capacity, history. */
export function useEndpoint(project: string) {
  return usePolled({
    key: ['endpoint', project],
    ask: (api, signal) =>
      api.GET('/projects/{project}/endpoint', { params: { path: { project } }, signal }),
  });
}

/** The model on trial beside the live one. */
export function useTrial(project: string) {
  return usePolled({
    key: ['trial', project],
    ask: (api, signal) =>
      api.GET('/projects/{project}/trial', { params: { path: { project } }, signal }),
  });
}

/** What a rejection of the live version would do. */
export function useRollbackPlan(version: string) {
  return usePolled({
    key: ['plan', version],
    ask: (api, signal) =>
      api.GET('/models/{version}/plan', { params: { path: { version } }, signal }),
  });
}

/** Rejects the live model, so that the one before comes back; the input is why. */
export function useRollBack(project: string) {
  return useChange({
    ask: (api, reason: string, header) =>
      api.POST('/projects/{project}/endpoint/rollback', {
        params: { path: { project }, header },
        body: { reason },
      }),
    refresh: refreshedBy(project),
  });
}

/** The model on trial becomes the live one; the input is why. */
export function usePromoteTrial(project: string) {
  return useChange({
    ask: (api, reason: string, header) =>
      api.POST('/projects/{project}/trial/promote', {
        params: { path: { project }, header },
        body: reason === '' ? {} : { reason },
      }),
    refresh: refreshedBy(project),
  });
}

/** The model on trial is rejected and taken away; the input is why. */
export function useWithdrawTrial(project: string) {
  return useChange({
    ask: (api, reason: string, header) =>
      api.POST('/projects/{project}/trial/withdraw', {
        params: { path: { project }, header },
        body: { reason },
      }),
    refresh: refreshedBy(project),
  });
}

function refreshedBy(project: string) {
  return [['endpoint', project], ['trial', project], ['overview'], ['models']];
}
