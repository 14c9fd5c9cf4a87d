export { readAssembly } from './assembly.ts';
export {
  ProvisioningFailed,
  type ProvisionOptions,
  type ProvisionReport,
  provision,
  type ResourceProgress,
  type StackReport,
  UnknownParameter,
} from './provision.ts';
export {
  type ResourceRecord,
  type StackOutput,
  type StackRecord,
  stackTable,
} from './stack-record.ts';
export { type DigestSwap, type SwappedResources, swapDigests } from './swap-digests.ts';
export type { Assembly } from './template.ts';
export { InvalidTemplate } from './template-problem.ts';
export { UnreadableAssembly } from './unreadable-assembly.ts';
