import { ServiceError } from '../../cloud/service-error.ts';
import {
  BatchEntryIdsNotDistinct,
  EmptyBatchRequest,
  InvalidBatchEntryId,
  TooManyEntriesInBatchRequest,
} from './errors.ts';
import { BATCH_ENTRIES } from './limits.ts';

interface BatchFailure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/** Runs an operation for every entry of a batch; a failed entry does not stop the others. */
export function runBatch<Entry extends { readonly Id: string | undefined }, Result extends object>(
  entries: readonly Entry[],
  run: (entry: Entry) => Result,
): { Successful: (Result & { Id: string })[]; Failed: BatchFailure[] } {
  const Successful: (Result & { Id: string })[] = [];
  const Failed: BatchFailure[] = [];
  for (const entry of entries) {
    const Id = entry.Id ?? '';
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { code: Code, message: Message, fault } = error;
      Failed.push({ Id, SenderFault: fault === 'client', Code, Message });
    }
  }
  return { Successful, Failed };
}

/** @throws EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct */
export function checkEntries(
  entries: readonly { readonly Id: string | undefined }[],
  entryName: string,
): void {
  if (entries.length === 0) throw new EmptyBatchRequest(entryName);
  if (entries.length > BATCH_ENTRIES) throw new TooManyEntriesInBatchRequest(entries.length);
  const ids = new Set<string>();
  for (const { Id = '' } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) throw new InvalidBatchEntryId();
    if (ids.has(Id)) throw new BatchEntryIdsNotDistinct(Id);
    ids.add(Id);
  }
}
