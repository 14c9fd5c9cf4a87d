import * as z from 'zod';
import { approvalStatusSchema } from '../../events/index.ts';
import { versionName } from '../fields.ts';

export const approvalStatus = approvalStatusSchema.meta({ id: 'ApprovalStatus' });

/** What became of a version by a decision. */
export const decision = z
  .object({
    version: versionName,
    status: approvalStatus,
    before: approvalStatus.meta({ description: 'The status until then' }),
    decision: z.string().meta({ description: 'What the registry now says' }),
    auditId: z.string(),
  })
  .meta({ id: 'Decision' });

/** The answer of an example in which Ada decides. */
export function exampleDecision(status: 'Approved' | 'Rejected', reason: string) {
  return {
    version: 'abalone:3',
    status,
    before: status === 'Approved' ? 'PendingManualApproval' : 'Approved',
    decision: `ada: ${reason}`,
    auditId: '2026-11-29T19:35:00.000Z#5d1f3c0a',
  };
}
