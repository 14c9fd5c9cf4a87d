import type { Routes } from '../../../api/index.ts';
import { readAudit } from '../audit.ts';
import { decideDelivery, SUBJECT_OF_AUDIT } from '../decide-delivery.ts';
import { findPipeline, reaching, readDelivery } from '../pipeline-state.ts';
import type { RouteFunction } from '../route-function.ts';

/** A pipeline changes every few minutes, and its account is asked by each console. */
const KEPT_MS = 5_000;

export const getDelivery: RouteFunction<Routes['getDelivery']> = async (
  _request,
  { api, noteActivity },
) => {
  const access = findPipeline(api);
  const delivery = await api.cache.get('delivery', KEPT_MS, () =>
    reaching(access, () => readDelivery(api, access)),
  );
  // An approval can wait for days.
  const isBusy = delivery.stages.some(({ steps }) =>
    steps.some(({ status }) => status === 'InProgress'),
  );
  if (isBusy) noteActivity();
  return delivery;
};

export const approveDelivery: RouteFunction<Routes['approveDelivery']> = ({ body }, call) =>
  decideDelivery(call, { ...body, status: 'Approved', action: 'approveDelivery' });

export const rejectDelivery: RouteFunction<Routes['rejectDelivery']> = ({ body }, call) =>
  decideDelivery(call, { ...body, status: 'Rejected', action: 'rejectDelivery' });

export const listDeliveryAudit: RouteFunction<Routes['listDeliveryAudit']> = async (
  { query },
  { api },
) => {
  findPipeline(api);
  return readAudit(api, SUBJECT_OF_AUDIT, query);
};
