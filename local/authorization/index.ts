export type { AuthorizationRequest, Authorizer } from './authorizer.ts';
export { createIamAuthorizer } from './iam-authorizer.ts';
