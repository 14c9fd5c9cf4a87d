/** What happens then: a folder a workflow, each a state machine as a construct. */

export { describesBaseline } from './baseline.ts';
export { keysOf, openForeignObjects, viaS3 } from './bucket-key.ts';
export { ClaimsTable } from './claim/index.ts';
export { labelColumnOf } from './dataset-contract.ts';
export { describePlace } from './describe-place.ts';
export {
  approvalDescription,
  causeText,
  describeEntity,
  errorText,
  messageText,
  metadataKey,
  metadataValue,
  subjectText,
} from './field-text.ts';
export {
  type HandoverImages,
  type HandoverSource,
  HandoverWorkflow,
  nameHandoverRole,
} from './handover/index.ts';
export { MonitoringWorkflow } from './monitoring/index.ts';
export {
  DEFAULT_ENVIRONMENT,
  type JobStep,
  jobSteps,
  type Names,
  nameParts,
  type WatchingStep,
} from './names.ts';
export type {
  FargateCompute,
  FolderHandlers,
  LambdaCompute,
  MonitoringResources,
  ProjectCode,
  ProjectResources,
  RetrainingResources,
  ScoringResources,
  ServingFunction,
  StepCompute,
} from './project-resources.ts';
export { PromotionWorkflow } from './promotion/index.ts';
export { RetrainingWorkflow, retrainingUploadPrefix } from './retraining/index.ts';
export { modelPackageArns } from './sagemaker-arn.ts';
export { ScoringWorkflow } from './scoring/index.ts';
export { serviceActingFor } from './service-trust.ts';
export type { ServingService } from './serving-service.ts';
export { readSharedArchives } from './shared-archives.ts';
export { TrainingWorkflow } from './training/index.ts';
export { TrialWorkflow } from './trial/index.ts';
export { UnclaimedUploadsWorkflow } from './unclaimed-uploads/index.ts';
