export { createTransformJobs } from './transform-jobs.ts';
