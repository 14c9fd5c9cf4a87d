/**
 * Amazon Elastic Container Service on one machine.
 *
 * Here: clusters, with the capacity providers of Fargate; task definitions with Fargate's sizes and rules; tasks of
 * Fargate (`RunTask`, `StopTask`) whose containers run as docs/containers.md says, with dependencies, health checks, stop
 * timeouts, overrides, secrets from Parameter Store, bind mounts of the task, logs (`awslogs`), stop codes and reasons, the
 * task metadata endpoint version 4, credentials of the task role, client tokens, and `ECS Task State Change` events; tags.
 *
 * Missing: services and deployments, container instances (launch type EC2), task sets, ECS Exec, environment files,
 * restart policies, EFS and other file systems, log drivers other than awslogs, secrets of Secrets Manager, statistics of
 * the metadata endpoint, and settings of the account. What would make a task different is refused by name.
 *
 * Different by design: containers share the network of the machine, and ports are not mapped. The metadata endpoint and the
 * credentials are on the gateway (`AWS_CONTAINER_CREDENTIALS_FULL_URI` with a token, in place of
 * `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`), because only root can serve 169.254.170.2. A task starts without the delays of
 * AWS. A task that ran when the runtime ended is stopped at the next start, with the code InfrastructureHealth. Stopping a
 * task of FARGATE_SPOT with the reason `Your Spot Task was interrupted.` is an interruption (SpotInterruption).
 *
 * Behaviour from: the Amazon ECS developer guide and API reference, the ECS agent, an answer that LocalStack recorded on AWS,
 * and messages of AWS that public issues quote.
 */
export { createEcsService } from './service.ts';
