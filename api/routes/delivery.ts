import * as z from 'zod';
import { nextPageToken, pageQuery, reason, time } from '../fields.ts';
import { defineRoute, forChanges, forPeople, forPolling } from '../route.ts';
import { auditEntry, exampleEntry } from '../schemas/audit-entry.ts';
import { anyGroup } from '../scopes.ts';

const commit = z.object({ id: z.string(), message: z.string() }).optional();

const step = z
  .object({
    name: z.string(),
    status: z
      .string()
      .meta({ description: 'As CodePipeline has it; PendingManualApproval while it waits' }),
    changedAt: time.optional(),
    detail: z.string().optional().meta({ description: 'Its summary, or why it failed' }),
    link: z.string().optional().meta({ description: 'To what the step ran' }),
  })
  .meta({ id: 'DeliveryStep' });

const stage = z
  .object({
    name: z.string(),
    status: z.string().meta({ description: 'As CodePipeline has it; None before the first' }),
    commit,
    changedAt: time.optional(),
    waiting: z.int().meta({ description: 'Deliveries that wait before this stage' }),
    condition: z.string().optional().meta({ description: 'What stopped it, or rolled it back' }),
    steps: z.array(step),
  })
  .meta({ id: 'DeliveryStage' });

const revision = z
  .string()
  .min(1)
  .max(100)
  .meta({ description: 'Of the approval that the person saw' });

const approval = z
  .object({
    stage: z.string(),
    since: time.optional(),
    commit,
    revision,
    review: z.string().meta({ description: 'What would change, as the step before has written' }),
    link: z.string().optional().meta({ description: 'To the whole difference' }),
    isOwn: z.boolean().meta({
      description: 'Whether it is about this environment, whose approvers alone decide on it',
    }),
  })
  .meta({ id: 'DeliveryApproval' });

const exampleCommit = { id: '4f2a9c1', message: 'Train for longer' };

export const getDelivery = defineRoute({
  id: 'getDelivery',
  method: 'GET',
  path: '/delivery',
  summary: 'Gives the stages of the pipeline, and the approvals that wait',
  scope: 'read',
  groups: anyGroup,
  request: {},
  answer: {
    status: 200,
    description: 'The pipeline as of the last seconds',
    body: z
      .object({
        pipeline: z.string(),
        environment: z.string(),
        stages: z.array(stage),
        approvals: z.array(approval),
      })
      .meta({ id: 'Delivery' }),
  },
  problems: ['no-delivery', 'pipeline-unreachable'],
  throttle: forPolling,
  isPolled: true,
  example: {
    answer: {
      pipeline: 'stepmill-delivery',
      environment: 'prod',
      stages: [
        {
          name: 'Approve-prod',
          status: 'InProgress',
          commit: exampleCommit,
          changedAt: '2026-11-29T19:30:00.000Z',
          waiting: 0,
          steps: [
            {
              name: 'Approve-prod',
              status: 'PendingManualApproval',
              changedAt: '2026-11-29T19:30:00.000Z',
            },
          ],
        },
      ],
      approvals: [
        {
          stage: 'Approve-prod',
          since: '2026-11-29T19:30:00.000Z',
          commit: exampleCommit,
          revision: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
          review: 'prod gets commit 4f2a9c1. stepmill-prod-abalone: 0 new, 1 changed, 0 removed.',
          link: 'https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/projects',
          isOwn: true,
        },
      ],
    },
  },
});

const decided = z
  .object({
    stage: z.string(),
    status: z.enum(['Approved', 'Rejected']),
    decision: z.string().meta({ description: 'What CodePipeline now says' }),
    auditId: z.string(),
  })
  .meta({ id: 'DeliveryDecision' });

function exampleDecision(status: 'Approved' | 'Rejected', why: string) {
  return {
    stage: 'Approve-prod',
    status,
    decision: `ada: ${why}`,
    auditId: '2026-11-29T19:35:00.000Z#5d1f3c0a',
  };
}

const problems = [
  'no-delivery',
  'no-approval',
  'decided-by-another',
  'pipeline-unreachable',
] as const;
const exampleRevision = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';

export const approveDelivery = defineRoute({
  id: 'approveDelivery',
  method: 'POST',
  path: '/delivery/approve',
  summary: 'Approves the deployment to this environment that waits',
  scope: 'approve',
  groups: ['approver'],
  request: {
    body: z
      .strictObject({ revision, reason: reason.optional() })
      .meta({ id: 'ApproveDeliveryRequest' }),
  },
  answer: { status: 200, description: 'The decision', body: decided },
  problems,
  throttle: forChanges,
  isChange: true,
  example: {
    body: { revision: exampleRevision, reason: 'Fewer errors' },
    answer: exampleDecision('Approved', 'Fewer errors'),
  },
});

export const rejectDelivery = defineRoute({
  id: 'rejectDelivery',
  method: 'POST',
  path: '/delivery/reject',
  summary: 'Rejects the deployment to this environment that waits; the delivery ends',
  scope: 'approve',
  groups: ['approver'],
  request: {
    body: z.strictObject({ revision, reason }).meta({ id: 'RejectDeliveryRequest' }),
  },
  answer: { status: 200, description: 'The decision', body: decided },
  problems,
  throttle: forChanges,
  isChange: true,
  example: {
    body: { revision: exampleRevision, reason: 'Not before the holidays' },
    answer: exampleDecision('Rejected', 'Not before the holidays'),
  },
});

export const listDeliveryAudit = defineRoute({
  id: 'listDeliveryAudit',
  method: 'GET',
  path: '/delivery/audit',
  summary: 'Lists who decided in this console on deployments, the newest first',
  scope: 'read',
  groups: anyGroup,
  request: { query: z.strictObject({ ...pageQuery }) },
  answer: {
    status: 200,
    description: 'A page of entries',
    body: z.object({ entries: z.array(auditEntry), nextPageToken }),
  },
  problems: ['no-delivery'],
  throttle: forPeople,
  example: {
    answer: {
      entries: [
        {
          ...exampleEntry,
          project: '#delivery',
          action: 'approveDelivery',
          subject: 'Approve-prod of 4f2a9c1',
          before: 'PendingManualApproval',
          after: 'Approved',
          reason: 'Fewer errors',
        },
      ],
    },
  },
});
