/**
 * AWS Lambda on one machine.
 *
 * Here: functions from zip files (in S3 or in the request) with up to five layers, their versions, aliases, tags, reserved
 * concurrency, recursion settings, provisioned concurrency (ready after a minute, with two processes of a version that stay warm, and measured with what spills over) and resource policies; synchronous invocations (with log tail), asynchronous
 * ones (two retries, destinations, dead-letter queues, kept across restarts) and dry runs; event source
 * mappings of SQS queues with partial batch failures. Every function runs in its own process that uses the
 * Lambda Runtime API, with AWS's environment variables and a session of its role, so that its requests are
 * authorized; it stays warm for a while. Timeouts and memory limits end it with AWS's errors.
 * Its output goes to CloudWatch Logs with AWS's START, END and REPORT lines, its metrics to AWS/Lambda.
 * Runtimes: `nodejs*` (this Node.js), `python3.*` (this machine's `python3`), `provided*`. Functions of images in ECR run in
 * containers without a container engine (docs/containers.md), with the runtime interface client of the image.
 *
 * Missing, and answered as missing by name: layers of other accounts, other runtimes, function URLs,
 * response streaming, code signing, event sources other than SQS, filter
 * criteria, durable executions, capacity providers.
 *
 * Different by design: a process is not a security boundary: a function can access this machine's files
 * and network. Versions of Node.js and Python are those of this machine. Node.js
 * functions find the AWS SDK's clients for the services of this runtime. A package of `@aws-sdk` or
 * `@smithy` in the app's folder comes first; other clients have to be installed there. Python functions
 * find their own packages, those of their layers, and boto3. Layers are not in `/opt`, which belongs to this
 * machine: `PATH`, `LD_LIBRARY_PATH`, `NODE_PATH` and `sys.path` lead to them, `STEPMILL_LAYERS` is their
 * folder, and an error that names `/opt` is explained in the function's log. Extensions in layers are not
 * started. Functions run in real time, and the runtime's clock runs at real speed
 * while one runs. What is provisioned beyond two processes of a version only counts. An image is built when its function is
 * created or updated; after a restart in the middle of that an invocation waits for it, and a restart asks again for an image that cannot run.
 * Images are not read-only, custom resources in them are not answered, and extensions in them are not started. A burst
 * starts a few functions, and a few processes of a version, at a time instead of being throttled: short invocations wait for
 * those. Python interpreters are
 * started before they are needed. When the code of functions changes, the one of them that was invoked last is started
 * before its next invocation, unless it has reserved concurrency. While the app's files are watched, at most one Node.js
 * process waits for that, until ten minutes after the last change of a handler; it has about 15 MB of its own.
 * Memory is the private memory of the process. Traces are not collected.
 *
 * Behaviour from: the Lambda developer guide, aws-lambda-nodejs-runtime-interface-client, and LocalStack's recordings.
 */
export { createLambdaService } from './service.ts';
