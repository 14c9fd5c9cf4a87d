/** How a commit gets to production: the stages as data, and what is made from them beside the CDK app. */
export {
  BOUNDARY,
  findUnknownPolicies,
  findUnknownTypes,
  listRoleActions,
  listTypes,
  MAXIMUM_POLICIES,
  MAXIMUM_POLICY_CHARACTERS,
  renderBootstrapCommands,
  renderBootstrapTemplate,
  renderBoundary,
  renderStatements,
  splitPolicies,
} from './bootstrap/execution-policy.ts';
export { renderGithubWorkflow } from './github/render-workflow.ts';
export {
  CDK_ROLES,
  DELIVERY,
  nameApiRole,
  nameCdkRole,
  nameConsoleRole,
  nameConsoleStack,
  nameEnvironmentStack,
  nameReferenceRole,
  nameStepRole,
  nameVisitRole,
} from './names.ts';
export {
  type Access,
  type ApprovalStep,
  type Artifact,
  type BuildStep,
  type DeliveryPlan,
  listBuildSteps,
  listTrainingSteps,
  PLAN_FILE,
  type Place,
  planSchema,
  type Stage,
  type Step,
  type TrainingStep,
  type Window,
} from './plan.ts';
export { type DeliveryInput, partitionOf, planDelivery } from './plan-delivery.ts';
