/**
 * AWS CloudFormation on one machine, for reading the provisioned stacks.
 *
 * Missing, and answered as missing by name: everything that changes stacks.
 *
 * Different by design: stacks come from the cloud assembly; provisioning writes the records that are shown
 * here. Listings have one page.
 *
 * Behaviour from: the CloudFormation API reference.
 */
export { createCloudFormationService } from './service.ts';
