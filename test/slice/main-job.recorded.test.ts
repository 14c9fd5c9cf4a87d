import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe } from 'vitest';
import { findFurtherData } from '../further-data.ts';
import { describeMainJob } from './main-job.testing.ts';
import { type SliceRuntime, startSlice } from './slice-runtime.ts';

const REAL_DATA = findFurtherData('data/abalone.csv');

describe.skipIf(REAL_DATA === undefined)('Rows that lie beside the checkout', () => {
  let runtime: SliceRuntime;

  beforeAll(async () => {
    runtime = await startSlice();
  });

  afterAll(() => runtime?.close());

  const rows = REAL_DATA === undefined ? '' : readFileSync(REAL_DATA, 'utf8');
  describeMainJob('the real Abalone data', () => runtime.slice, rows);
});
