/**
 * AWS Step Functions on one machine: every operation of its API, on the interpreter in `engine/`.
 *
 * Missing, and answered as missing by name: KMS keys of state machines, HTTP tasks and the optimized integrations of services
 * this runtime lacks. There are no X-Ray traces: `tracingConfiguration` is stored without effect.
 *
 * Different by design: a role that IAM does not know acts as the account's own user (see `role.ts`);
 * requests are throttled only on request (see `request-quotas.ts`), state transitions never; a call that must
 * not be repeated and was interrupted by a crash of the runtime fails its task with
 * `<Service>.SdkClientException` (see `integrations/repeat.ts`).
 *
 * SDKs send StartSyncExecution and TestState to a host of their own: `sync-` and the endpoint's host, which
 * a machine does not resolve. Switch that off in the client: `inject_host_prefix=False` in boto3's `Config`,
 * `disableHostPrefix: true` in the SDK for JavaScript.
 *
 * Behaviour from: recordings of AWS, its documentation, and published measurements.
 */
export { createStepFunctionsService } from './service.ts';
