/**
 * AWS Identity and Access Management on one machine.
 *
 * Missing, and answered as missing by name: users, groups, access keys, instance profiles, identity providers,
 * service-linked roles, policy simulation. A stack's role whose permissions boundary is not in the account is made without
 * it, and named in the start-up report; on AWS the role is not made.
 *
 * Different by design: AWS managed policies other than those in `aws-managed-policies.ts` can be attached,
 * are named in the start-up report, and grant nothing; changes take effect immediately; on AWS they take some seconds.
 *
 * Behaviour from: the IAM API reference and user guide.
 */
export { createIamService } from './service.ts';
