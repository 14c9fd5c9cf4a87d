/**
 * The services of AWS that the tasks of the workflows call, and executions in virtual time. The tests of
 * the workflows use them, and `npm run aws:check`, which records what each state does.
 */
export { BucketTasks, noSuchKey } from './bucket-tasks.ts';
export { ClaimTasks } from './claim-tasks.ts';
export {
  answerJob,
  interruptedTask,
  type StartedJob,
  startedJob,
  stoppedTask,
} from './job-tasks.ts';
export { answerMonitoring, type MonitoringServices, quietWindow } from './monitoring-tasks.ts';
export {
  addArchives,
  answerPromotion,
  fingerprintOf,
  inService,
  type PromotionAnswers,
} from './promotion-tasks.ts';
export { answerRetraining, type RetrainingServices } from './retraining-tasks.ts';
export {
  type Answer,
  createWorkflowClock,
  executionArnOf,
  executionIdentity,
  PowerCut,
  runWorkflow,
  TaskError,
  WorkflowExecution,
  type WorkflowRun,
} from './run-workflow.ts';
export { checkPackageFields, packageArn, SageMakerTasks } from './sagemaker-tasks.ts';
export { answerScoring, type ScoringServices } from './scoring-tasks.ts';
