import { ResourceLimitExceeded, UnsupportedBySageMaker } from './errors.ts';

/** The instances of a job. */
export interface Instances {
  readonly InstanceCount?: number | undefined;
  readonly InstanceType?: string | undefined;
}

/** The default quota for accelerators is 0, so AWS rejects such a job, too. */
const ACCELERATED = /^ml\.(?:p|g|trn|inf|dl)\d/;

/**
 * @throws ResourceLimitExceeded for instances with a quota of 0
 * @throws UnsupportedBySageMaker for more than one instance
 */
export function checkInstances(instances: Instances, kind: 'processing' | 'training'): void {
  checkInstanceQuota(instances, kind);
  const { InstanceCount = 1 } = instances;
  if (InstanceCount > 1) {
    throw new UnsupportedBySageMaker(`a ${kind} job on ${InstanceCount} instances (one only)`);
  }
}

/** @throws ResourceLimitExceeded for instances with a quota of 0 */
export function checkInstanceQuota(
  instances: Instances,
  kind: 'processing' | 'training' | 'transform',
): void {
  const { InstanceType = '', InstanceCount = 1 } = instances;
  if (ACCELERATED.test(InstanceType)) {
    throw new ResourceLimitExceeded(
      `The account-level service limit '${InstanceType} for ${kind} job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of ${InstanceCount} Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.`,
    );
  }
}
