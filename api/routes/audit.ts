import * as z from 'zod';
import { auditEntrySchema } from '../../events/index.ts';
import { nextPageToken, pageQuery, projectName } from '../fields.ts';
import { defineRoute, forPeople } from '../route.ts';
import { anyGroup } from '../scopes.ts';

const entrySchema = auditEntrySchema.meta({ id: 'AuditEntry' });

export const listAudit = defineRoute({
  id: 'listAudit',
  method: 'GET',
  path: '/projects/{project}/audit',
  summary: 'Lists who changed what and when, the newest first',
  description:
    'Written before the change is made; where the change then fails, a second entry says so. Entries are kept for a year, and the API cannot change them. With `subject`, a page can have fewer entries than `pageSize`, also none, where a `nextPageToken` follows.',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: z.object({ project: projectName }),
    query: z.strictObject({
      subject: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .meta({ description: 'Only what is about this, such as abalone:3', example: 'abalone:3' }),
      ...pageQuery,
    }),
  },
  answer: {
    status: 200,
    description: 'A page of entries',
    body: z.object({ entries: z.array(entrySchema), nextPageToken }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  example: {
    path: { project: 'abalone' },
    answer: {
      entries: [
        {
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
        },
      ],
    },
  },
});
