export { ScoringWorkflow, type ScoringWorkflowProps } from './scoring-workflow.ts';
