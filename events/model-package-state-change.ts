import * as z from 'zod';
import type { EventSelection } from './event-selection.ts';

export const approvalStatusSchema = z.enum(['Approved', 'Rejected', 'PendingManualApproval']);

/** The parts of `SageMaker Model Package State Change` that Stepmill reads. */
export const modelPackageStateChangeSchema = z.object({
  source: z.literal('aws.sagemaker'),
  'detail-type': z.literal('SageMaker Model Package State Change'),
  id: z.string(),
  time: z.string(),
  detail: z.object({
    ModelPackageGroupName: z.string(),
    ModelPackageVersion: z.number().nullish(),
    ModelPackageArn: z.string(),
    ModelApprovalStatus: approvalStatusSchema.nullish(),
    UpdatedModelPackageFields: z.array(z.string()).nullish(),
  }),
});

export type ModelPackageStateChange = z.infer<typeof modelPackageStateChangeSchema>;

/**
 * Approvals and rejections of a group's packages. A package's event is also sent when only its
 * metadata change, which Stepmill itself does; the updated fields tell them apart. A package
 * registered as approved has no updated fields.
 */
export function selectApprovals(modelPackageGroupName: string): EventSelection {
  return selectDecisions(modelPackageGroupName, ['Approved', 'Rejected']);
}

/** Approvals alone: what is rejected in one environment stays as it is in the next one. */
export function selectHandovers(modelPackageGroupName: string): EventSelection {
  return selectDecisions(modelPackageGroupName, ['Approved']);
}

function selectDecisions(
  modelPackageGroupName: string,
  statuses: readonly z.infer<typeof approvalStatusSchema>[],
): EventSelection {
  return {
    source: ['aws.sagemaker'],
    detailType: ['SageMaker Model Package State Change'],
    detail: {
      ModelPackageGroupName: [modelPackageGroupName],
      ModelApprovalStatus: [...statuses],
      $or: [
        { UpdatedModelPackageFields: ['ModelApprovalStatus'] },
        { UpdatedModelPackageFields: [{ exists: false }] },
      ],
    },
  };
}
