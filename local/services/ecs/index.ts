/**
 * Amazon Elastic Container Service on one machine.
 *
 * Here: clusters, with the capacity providers of Fargate; task definitions with Fargate's sizes and rules; tasks of
 * Fargate (`RunTask`, `StopTask`) whose containers run as docs/containers.md says, with dependencies, health checks, stop
 * timeouts, overrides, secrets from Parameter Store, bind mounts of the task, logs (`awslogs`), stop codes and reasons, the
 * task metadata endpoint version 4, credentials of the task role, client tokens, and `ECS Task State Change` events; tags.
 *
 * Services with their deployments, in target groups of Elastic Load Balancing: rolling ones with AWS's percentages, the
 * circuit breaker, throttled restarts and alarms; blue/green, canary and linear ones, which rewrite the weights of the
 * production and the test listener rule, with bake times and alarms; rollbacks, service revisions, the service's events, and
 * `ECS Service Action` and `ECS Deployment State Change` events.
 *
 * Missing: lifecycle hooks and pauses of deployments, the scheduling strategy DAEMON, CodeDeploy and external deployments,
 * service discovery, Service Connect, container instances (launch type EC2), task sets, ECS Exec, environment files,
 * restart policies, EFS and other file systems, log drivers other than awslogs, secrets of Secrets Manager, statistics of
 * the metadata endpoint, and settings of the account. What would make a task different is refused by name.
 *
 * Different by design: containers share the network of the machine, and ports are not mapped: the container of a service has to
 * listen on the port in the variable `PORT` (`PORT_<containerPort>` for each of several), which the runtime chooses. The metadata endpoint and the
 * credentials are on the gateway (`AWS_CONTAINER_CREDENTIALS_FULL_URI` with a token, in place of
 * `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`), because only root can serve 169.254.170.2. A task starts without the delays of
 * AWS. A task that ran when the runtime ended is stopped at the next start, with the code InfrastructureHealth; its service
 * starts another one and resumes its deployment. The clock runs at the speed of the wall while tasks start, and else at its
 * own; at most 32 tasks of services run, and a service that needs more says in its events, as for AWS's quota, that it was unable
 * to place a task. A deployment that a newer one replaces ends as STOPPED, and its traffic goes back first. Stopping a
 * task of FARGATE_SPOT with the reason `Your Spot Task was interrupted.` is an interruption (SpotInterruption).
 *
 * Behaviour from: the Amazon ECS developer guide and API reference, the ECS agent, an answer that LocalStack recorded on AWS,
 * and messages of AWS that public issues quote.
 */
export { createEcsService } from './service.ts';
