/**
 * AWS Identity and Access Management on one machine.
 *
 * Missing, and answered as missing by name: users, groups, access keys, instance profiles, identity providers,
 * permissions boundaries, service-linked roles, policy simulation.
 *
 * Different by design: AWS managed policies other than those in `aws-managed-policies.ts` can be attached,
 * are named in the start-up report, and grant nothing; changes take effect immediately; on AWS they take some seconds.
 *
 * Behaviour from: the IAM API reference and user guide.
 */
export { createIamService } from './service.ts';
