/**
 * Application Auto Scaling on one machine, of SageMaker variants and ECS services: target tracking on their instance or task counts.
 *
 * Missing, and answered as missing by name: the targets of other services, step and predictive policies, scheduled
 * actions, metric math in policies, provisioned concurrency.
 *
 * Different by design: a policy is evaluated once a minute, and when its alarm goes into ALARM; AWS does
 * not document when it evaluates policies.
 *
 * Behaviour from: the Application Auto Scaling User Guide and the SageMaker Developer Guide.
 */
export { createApplicationAutoScalingService } from './service.ts';
