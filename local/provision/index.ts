export { type Assembly, readAssembly, UnreadableAssembly } from './assembly.ts';
export {
  ProvisioningFailed,
  type ProvisionOptions,
  type ProvisionReport,
  provision,
  type ResourceProgress,
  type StackReport,
} from './provision.ts';
export {
  type ResourceRecord,
  type StackOutput,
  type StackRecord,
  stackTable,
} from './stack-record.ts';
export { InvalidTemplate } from './template-problem.ts';
