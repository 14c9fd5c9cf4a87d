export { HandoverWorkflow } from './handover-workflow.ts';
export type { HandoverImages, HandoverSource } from './source.ts';
export { nameHandoverRole } from './source.ts';
