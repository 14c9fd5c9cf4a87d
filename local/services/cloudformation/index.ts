/**
 * AWS CloudFormation on one machine.
 *
 * Here: stacks, their resources, outputs, exports and events; change sets that create and update stacks, with AWS's order of
 * resources, rollbacks of failed updates and creations, capabilities, parameters and templates in S3; deletion. So the unmodified CDK toolkit deploys
 * to this runtime (`AWS_ENDPOINT_URL`).
 *
 * Missing, and answered as missing by name: CreateStack and UpdateStack, imports, refactorings, drift, stack sets, nested stacks, macros and
 * transforms, hooks, stack policies, termination protection.
 *
 * Different by design: resources are made by the runtime itself, not with the permissions of the execution role. The stacks of the runtime's own cloud assembly come from
 * its start, which has no template to compare with: a first change set of such a stack names all resources as added, and changes what differs.
 * A deployment that was in progress when the runtime was killed is completed by the next one.
 *
 * Behaviour from: the CloudFormation API reference and user guide, and the CDK toolkit.
 */
export { createCloudFormationService } from './service.ts';
