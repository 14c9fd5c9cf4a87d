import * as z from 'zod';

/** What encrypts the objects of a project: keys of S3 (SSE-S3), or a key of the project's own in KMS (SSE-KMS). */
export const ENCRYPTIONS = ['s3', 'kms'] as const;

export const encryptionSchema = z.enum(ENCRYPTIONS);

export type Encryption = z.output<typeof encryptionSchema>;
