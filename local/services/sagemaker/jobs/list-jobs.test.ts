import { expect, it } from 'vitest';
import { MemoryStore } from '../../../store/index.ts';
import { listJobs } from './list-jobs.ts';
import type { JobRecord } from './records.ts';

const at = (second: number) => new Date(second * 1_000);

const JOBS: readonly JobRecord[] = (
  [
    ['train-a', 'Completed', 1, 10],
    ['train-b', 'Failed', 2, 5],
    ['other', 'Completed', 3, 7],
    ['train-c', 'InProgress', 3, 3],
  ] as const
).map(([name, status, created, modified]) => ({
  name,
  arn: name,
  status,
  creationTime: at(created).getTime(),
  lastModifiedTime: at(modified).getTime(),
}));

function listed(request: Parameters<typeof listJobs>[1]) {
  const jobs = new MemoryStore().table<JobRecord>('jobs');
  for (const job of JOBS) jobs.put(job.name, job);
  return listJobs(jobs, request);
}

// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html
it.each<[request: Parameters<typeof listJobs>[1], names: string]>([
  [{}, 'train-c other train-b train-a'],
  [{ SortOrder: 'Ascending' }, 'train-a train-b other train-c'],
  [{ SortBy: 'Name' }, 'train-c train-b train-a other'],
  [{ SortBy: 'Name', SortOrder: 'Ascending' }, 'other train-a train-b train-c'],
  [{ StatusEquals: 'Completed' }, 'other train-a'],
  [{ StatusEquals: 'Stopped' }, ''],
  [{ NameContains: 'train' }, 'train-c train-b train-a'],
  [{ LastModifiedTimeAfter: at(5) }, 'other train-a'],
  [{ LastModifiedTimeBefore: at(5) }, 'train-c'],
  [{ LastModifiedTimeAfter: at(3), LastModifiedTimeBefore: at(10) }, 'other train-b'],
  [{ CreationTimeAfter: at(2) }, 'train-c other'],
  [{ CreationTimeBefore: at(2) }, 'train-a'],
  [{ StatusEquals: 'Completed', NameContains: 'train' }, 'train-a'],
])('%o lists %s', (request, names) => {
  expect(listed(request).items.map(({ name }) => name)).toEqual(names.split(' ').filter(Boolean));
});

it.each(['Ascending', 'Descending'])('pages are complete and in order, %s', (SortOrder) => {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = listed({ SortOrder, MaxResults: 1, NextToken });
    expect(page.items).toHaveLength(1);
    names.push(...page.items.map(({ name }) => name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);

  expect(names).toEqual(listed({ SortOrder }).items.map(({ name }) => name));
});
