/** What people do with a deployed project, as calls of AWS's APIs: behind commands and behind the HTTP API. */
export { type AskedPlace, askLiveModel } from './ask-live-model.ts';
export type { Clients } from './clients.ts';
export { listRollbackAlarms } from './live-endpoint.ts';
export { findLiveModel, type LiveModel } from './live-model.ts';
export { decide, findModelPackage, listModelPackages } from './model-packages.ts';
export { ModelError, type ModelReply, type ModelRequest, NoLiveModel } from './model-request.ts';
export {
  type JudgedWindow,
  listMonitoringReports,
  readDriftReport,
} from './monitoring-reports.ts';
export { promoteTrial } from './promote-trial.ts';
export { Refusal, type RefusalKind } from './refusal.ts';
export { listRetrainingDecisions } from './retraining-decisions.ts';
export { findRollback } from './roll-back.ts';
export {
  type Bake,
  type FleetShare,
  findBake,
  type RollbackAlarm,
  type Rollout,
  readRollout,
} from './rollout.ts';
export { isIntegerText, readSettingNumber } from './setting-number.ts';
export { compareShadow, type ShadowComparison } from './shadow-comparison.ts';
export { type MonitoringRequest, startMonitoring } from './start-monitoring.ts';
export { startRetraining } from './start-retraining.ts';
export { type ScoringRequest, startScoring } from './start-scoring.ts';
export { type RunSettings, startTraining } from './start-training.ts';
export {
  type ClassPrediction,
  type NumberPrediction,
  parsePredictions,
  type TestPredictions,
} from './test-predictions.ts';
export { findTrial, type Trial, type TrialVariant } from './trial.ts';
export { readVariantMetrics, type VariantMetrics } from './trial-metrics.ts';
export { describeUnknownProject } from './unknown-project.ts';
export {
  type LiveVersion,
  listWorkflowVersions,
  numberOfVersion,
  readLiveVersions,
  rollBackWorkflow,
  type WorkflowRollback,
  type WorkflowVersion,
} from './workflow-versions.ts';
