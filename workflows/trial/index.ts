export { TrialWorkflow } from './trial-workflow.ts';
