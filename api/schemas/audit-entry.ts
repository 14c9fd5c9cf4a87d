import { auditEntrySchema } from '../../events/index.ts';

export const auditEntry = auditEntrySchema.meta({ id: 'AuditEntry' });

/** Ada approves a version. */
export const exampleEntry = {
  auditId: '2026-11-29T19:35:00.000Z#5d1f3c0a',
  project: 'abalone',
  at: '2026-11-29T19:35:00.000Z',
  who: { sub: '74a8d4f8-3021-70b2-6e0a-c5b1a7d3c1c9', name: 'ada', client: '4f2k9' },
  action: 'approveModel',
  subject: 'abalone:3',
  before: 'PendingManualApproval',
  after: 'Approved',
  reason: 'Better on every class',
  requestId: 'JKJaXmPLvHcESHA=',
};
