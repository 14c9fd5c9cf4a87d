export { createIamAuthorizer } from './iam-authorizer.ts';
export {
  type PolicyKind,
  readPolicyDocument,
  statementsOf,
  storedPolicyDocument,
} from './policy-document.ts';
export type { PolicyProblem, PolicyRule } from './policy-problem.ts';
