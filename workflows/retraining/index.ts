export { RetrainingWorkflow, type RetrainingWorkflowProps } from './retraining-workflow.ts';
export { uploadPrefix as retrainingUploadPrefix } from './run-item.ts';
