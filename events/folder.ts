import * as z from 'zod';
import { objectVersionSchema, placeSchema } from './dataset.ts';

/** `files.json`: the files of a folder that was closed. They are too many for the state of a workflow. */
export const folderFilesSchema = z.object({
  version: z.literal(1),
  /** The folder's key, which ends in `/`. */
  folder: z.string(),
  files: z
    .array(
      objectVersionSchema.extend({
        /** Below the folder. */
        path: z.string(),
        /** The name of its copy, which scripts read. */
        name: z.string(),
      }),
    )
    .min(1),
});

export type FolderFiles = z.infer<typeof folderFilesSchema>;

/** What the training workflow asks of `close-folder`. */
export const closingRequestSchema = z.object({
  /** The upload that started the execution. */
  trigger: objectVersionSchema,
  /** `incoming/<project>/` */
  incoming: z.string(),
  /** `runs/<project>/`: `files.json` is written to `<id>/` below it. */
  runs: z.string(),
  /** The name of the file that closes a folder; without it, the newest file closes the folder. */
  marker: z.string().optional(),
  settleSeconds: z.number(),
  /** Part of the identity of the dataset: what a person set for the run. */
  settings: z.string(),
});

export type ClosingRequest = z.infer<typeof closingRequestSchema>;

export const closingReplySchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('closed'),
    /** Of the dataset: 32 hexadecimal digits over all its files and their versions. */
    id: z.string(),
    folder: z.string(),
    files: z.number(),
  }),
  z.object({ outcome: z.literal('superseded'), newest: z.string() }),
  z.object({ outcome: z.literal('rejected'), reason: z.string() }),
]);

export type ClosingReply = z.infer<typeof closingReplySchema>;

/** What the training workflow asks of `keep-folder`: copies of the files of a folder below the run. */
export const keepingRequestSchema = z.object({
  files: placeSchema,
  /** What precedes the name of each copy. */
  to: z.object({ bucket: z.string(), prefix: z.string() }),
});

export type KeepingRequest = z.infer<typeof keepingRequestSchema>;
