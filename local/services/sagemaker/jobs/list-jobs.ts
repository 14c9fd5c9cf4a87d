import type { Table } from '../../../store/index.ts';
import { type PageRequest, page } from '../paging.ts';
import type { JobRecord } from './records.ts';

/** The filters of ListProcessingJobs and ListTrainingJobs. */
interface ListJobsRequest extends PageRequest {
  readonly StatusEquals?: string | undefined;
  readonly LastModifiedTimeAfter?: Date | undefined;
  readonly LastModifiedTimeBefore?: Date | undefined;
}

/** A page of the jobs of one kind. */
export function listJobs<Job extends JobRecord>(jobs: Table<Job>, request: ListJobsRequest) {
  const wanted = [...jobs.entries()].map(([, job]) => job).filter((job) => isWanted(job, request));
  return page(wanted, request);
}

function isWanted({ status, lastModifiedTime }: JobRecord, request: ListJobsRequest): boolean {
  const {
    StatusEquals = status,
    LastModifiedTimeAfter: after,
    LastModifiedTimeBefore: before,
  } = request;
  return (
    status === StatusEquals &&
    (after === undefined || lastModifiedTime > after.getTime()) &&
    (before === undefined || lastModifiedTime < before.getTime())
  );
}

/** A time that is undefined until the job has reached it. */
export function asDate(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
