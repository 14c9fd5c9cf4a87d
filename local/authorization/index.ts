export type { AuthorizationRequest, Authorizer } from './authorizer.ts';
