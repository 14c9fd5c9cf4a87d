/** The events, inputs, keys and limits that the parts of Stepmill share. */
export { LONGEST_ALARM_WAIT_MINUTES } from './alarm-wait.ts';
export { type AuditEntry, auditEntrySchema } from './audit.ts';
export { type ConsoleDelivery, consoleDeliverySchema } from './console-delivery.ts';
export { splitQuotedRow } from './csv-row/index.ts';
export {
  type Column,
  columnSchema,
  type DatasetContract,
  datasetContractSchema,
  datasetFactsSchema,
  type InspectionReply,
  type InspectionRequest,
  inspectionReplySchema,
  inspectionRequestSchema,
  type Manifest,
  manifestSchema,
  type ObjectVersion,
  objectVersionSchema,
  type Problem,
  problemSchema,
  type QuarantineRecord,
  quarantineRecordSchema,
  type UnreadableObjects,
} from './dataset.ts';
export {
  type DriftReport,
  type DriftSummary,
  driftReportSchema,
  driftSummarySchema,
  driftVerdicts,
} from './drift-report.ts';
export {
  type Evaluation,
  evaluationSchema,
  metricsKeys,
  type SmokeRows,
  smokeRowsSchema,
} from './evaluation.ts';
export type { EventSelection } from './event-selection.ts';
export {
  type HandoverInput,
  handoverInputPaths,
  handoverInputSchema,
  type PromotionInput,
  promotionInputPaths,
  promotionInputSchema,
  type TrainingInput,
  type TrialDecision,
  type TrialInput,
  trainingInputPaths,
  trainingInputSchema,
  trialDecisionSchema,
  trialInputSchema,
} from './execution-input.ts';
export {
  type ClosingReply,
  type ClosingRequest,
  closingReplySchema,
  closingRequestSchema,
  type FolderFiles,
  folderFilesSchema,
  type KeepingRequest,
  keepingRequestSchema,
} from './folder.ts';
export {
  type ImageCopyRequest,
  type ImageLayer,
  type ImagePlan,
  imageCopyRequestSchema,
} from './image-copy.ts';
export { type KeyLayout, layOutKeys } from './key-layout.ts';
export {
  type LabellingReply,
  type LabellingRequest,
  labellingReplySchema,
  labellingRequestSchema,
} from './labelling.ts';
export {
  approvalStatusSchema,
  type ModelPackageStateChange,
  modelPackageStateChangeSchema,
  selectApprovals,
  selectHandovers,
} from './model-package-state-change.ts';
export {
  type GatheringReply,
  type GatheringRequest,
  gatheringReplySchema,
  gatheringRequestSchema,
  type MonitoringInput,
  type MonitoringOutput,
  monitoringInputSchema,
  monitoringOutputSchema,
  QUALITY_FILE,
  type WindowQuality,
  windowMetricSchema,
  windowQualitySchema,
} from './monitoring.ts';
export {
  type ObjectCreated,
  objectCreatedSchema,
  selectClosings,
  selectUploads,
  selectUploadsOutside,
} from './object-created.ts';
export {
  anyEventSchema,
  type Observed,
  type ObservedEvent,
  observedEventSchema,
  selectObserved,
} from './observed-event.ts';
export {
  describedColumnSchema,
  hyperparameterSchema,
  type ProjectFacts,
  projectFactsSchema,
  rolloutSchema,
  servingCapacitySchema,
  servingTypes,
  trialTermsSchema,
} from './project-facts.ts';
export {
  nameProjectParameter,
  type ProjectParameter,
  projectParameterSchema,
} from './project-parameter.ts';
export {
  type CombinationReply,
  type CombinationRequest,
  combinationReplySchema,
  combinationRequestSchema,
  countedRowsSchema,
  judgedWindowSchema,
  labelInputPaths,
  type RetrainingDecision,
  type RetrainingInput,
  retrainingCauses,
  retrainingDecisionSchema,
  retrainingInputSchema,
  retrainingOutcomes,
} from './retraining.ts';
export {
  type AnswersSummary,
  answersSummarySchema,
  type RowsReply,
  type RowsRequest,
  rowsReplySchema,
  rowsRequestSchema,
  type ScoresRequest,
  type ScoringInput,
  type ScoringSummary,
  scoresRequestSchema,
  scoringInputPaths,
  scoringInputSchema,
  scoringSummarySchema,
} from './scoring.ts';
export { type ServingPlace, servingPlaceSchema } from './serving-place.ts';
export {
  SMOKE_TEST_INFERENCE_ID,
  type SmokeTestReply,
  type SmokeTestRequest,
  smokeTestReplySchema,
  smokeTestRequestSchema,
} from './smoke-test.ts';
export { nameLiveWorkflow, startableWorkflow, WORKFLOW_ALIAS } from './workflow-alias.ts';
