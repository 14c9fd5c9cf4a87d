export { type AnnounceProps, announce } from './announce.ts';
export { awaitCapacity, noShortage } from './await-capacity.ts';
export { type CallServiceProps, callService } from './call-service.ts';
export { CreateJob, type CreateJobProps, passToSageMaker } from './create-job.ts';
export { describePackage } from './describe-package.ts';
export {
  addToFailure,
  caughtReason,
  failurePath,
  noteFailure,
  noteFailureOf,
} from './failure-path.ts';
export { archiveIsMissing, fingerprintArchives } from './fingerprint-archives.ts';
export type { Guard, Guardable } from './guardable.ts';
export { isCompleted } from './is-completed.ts';
export { type ListPagesProps, listPages } from './list-pages.ts';
export { readObject, writeRecord } from './objects.ts';
export {
  evaluationWork,
  folderInput,
  jobTimeout,
  output,
} from './processing-job.ts';
export { retryFunction, retryItemCall, retryJob } from './retries.ts';
export { stepJob } from './step-job.ts';
export type { JobResult, ScriptWork, StepJob, TrainingWork } from './step-work.ts';
export { watchingJob } from './watching-job.ts';
