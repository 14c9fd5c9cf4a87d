export { RetrainingWorkflow, type RetrainingWorkflowProps } from './retraining-workflow.ts';
