export { UnclaimedUploadsWorkflow } from './unclaimed-uploads-workflow.ts';
