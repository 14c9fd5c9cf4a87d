import * as z from 'zod';
import { nextPageToken, pageQuery, projectName } from '../fields.ts';
import { defineRoute, forPeople } from '../route.ts';
import { auditEntry, exampleEntry } from '../schemas/audit-entry.ts';
import { anyGroup } from '../scopes.ts';

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
    body: z.object({ entries: z.array(auditEntry), nextPageToken }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  example: {
    path: { project: 'abalone' },
    answer: {
      entries: [exampleEntry],
    },
  },
});
