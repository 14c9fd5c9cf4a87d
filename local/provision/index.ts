export { readAssembly } from './assembly.ts';
export { type RecipeImage, renderRecipeImage } from './images.ts';
export {
  ProvisioningFailed,
  type ProvisionOptions,
  type ProvisionReport,
  provision,
  type ResourceProgress,
  removeStack,
  type StackReport,
  UnknownParameter,
} from './provision.ts';
export {
  type ResourceRecord,
  type StackOutput,
  type StackRecord,
  stackTable,
  type TemplateRecord,
  templateTable,
} from './stack-record.ts';
export { type DigestSwap, type SwappedResources, swapDigests } from './swap-digests.ts';
export type { Assembly, Template } from './template.ts';
export { checkTemplate } from './template-check.ts';
export { InvalidTemplate, TemplateProblem } from './template-problem.ts';
export { UnreadableAssembly } from './unreadable-assembly.ts';
