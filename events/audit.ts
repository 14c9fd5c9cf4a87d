import * as z from 'zod';

/** One entry of the audit: who changed what. Written once; nothing changes it. */
export const auditEntrySchema = z.object({
  project: z.string(),
  /** `<time>#<id>`: the order of a project's entries. */
  auditId: z.string(),
  at: z.string(),
  who: z.object({ sub: z.string(), name: z.string(), client: z.string() }),
  /** The id of the route. */
  action: z.string(),
  subject: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  reason: z.string().optional(),
  requestId: z.string(),
  /** That what was written before did not happen. */
  failure: z.string().optional(),
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;
