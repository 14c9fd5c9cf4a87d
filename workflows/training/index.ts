export { TrainingWorkflow } from './training-workflow.ts';
