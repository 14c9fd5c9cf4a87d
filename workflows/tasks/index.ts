export { type AnnounceProps, announce } from './announce.ts';
export { type CallServiceProps, callService } from './call-service.ts';
export { CreateJob, type CreateJobProps } from './create-job.ts';
export { retryFunction, retryJob } from './retries.ts';
