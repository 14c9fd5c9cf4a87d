/**
 * AWS CodeBuild on one machine.
 *
 * Here: projects; builds with build specifications of version 0.2 (phases with `finally` and `on-failure`, variables, Parameter
 * Store, exported variables, JUnit reports, primary and secondary artifacts), whose commands run as processes of this machine in
 * one shell, with the session of the project's role and this runtime as AWS; sources and artifacts in S3; logs in CloudWatch Logs;
 * timeouts, stops, limits of concurrent builds; `CodeBuild Build State Change` events; report groups and reports.
 *
 * Missing, and answered as missing by name: sources other than S3 and NO_SOURCE outside of pipelines, Secrets Manager, Windows,
 * batch builds, fleets, sandboxes, webhooks, triggers. Formats of reports other than JUNITXML are named in the log.
 *
 * Different by design: a build has the programs and the user of this machine in place of an image, so `runtime-versions`, `run-as`,
 * `privilegedMode`, caches and VPCs have no effect, and what a build specification asks of them is named in its log. Its home, its folder for
 * temporary files and its source are folders of the runtime; commands do not see the credentials of the user. At most as many builds run as the
 * machine has processors, and the others wait in QUEUED. The session of the role lasts an hour. A build that ran when the runtime was
 * killed runs again from its first phase. A project keeps its last 500 builds. Commands hold the runtime's clock; one that only waits says so
 * by POST to `$STEPMILL_WAITS/<seconds>`, which answers when that time has passed on the runtime's clock.
 *
 * Behaviour from: the CodeBuild user guide and API reference, and messages of AWS that public issues quote.
 */
export { createCodeBuildService } from './service.ts';
