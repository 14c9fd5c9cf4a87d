export { PromotionWorkflow } from './promotion-workflow.ts';
