import { useChange } from './change.ts';
import { usePolled } from './polling.ts';

/** The pipeline of the app, with the approvals that wait. */
export function useDelivery(isThere = true) {
  return usePolled({
    key: ['delivery'],
    ask: (api, signal) => api.GET('/delivery', { signal }),
    enabled: isThere,
  });
}

/** What a person says of the approval that they saw. */
export interface DeliveryAnswer {
  readonly revision: string;
  readonly reason: string;
}

/** Also after a refusal: another person may have decided. */
const refresh = [['delivery']];

/** Lets the deployment to this environment happen. */
export function useApproveDelivery() {
  return useChange({
    ask: (api, { revision, reason }: DeliveryAnswer, header) =>
      api.POST('/delivery/approve', {
        params: { header },
        body: { revision, ...(reason === '' ? {} : { reason }) },
      }),
    refresh,
  });
}

/** Ends the delivery. */
export function useRejectDelivery() {
  return useChange({
    ask: (api, body: DeliveryAnswer, header) =>
      api.POST('/delivery/reject', { params: { header }, body }),
    refresh,
  });
}
