import type {
  ScalingActivity,
  SuspendedState,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';

/** A variant that may be scaled. The key of both tables begins with the resource. */
export interface TargetRecord {
  readonly resourceId: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly creationTime: number;
  readonly suspended?: SuspendedState;
}

export interface PolicyRecord {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly configuration: TargetTrackingScalingPolicyConfiguration;
  readonly highAlarm: string;
  readonly lowAlarm: string;
  readonly creationTime: number;
  /** The times of the latest scaling, for the cooldowns. */
  readonly lastScaleOut?: number;
  readonly lastScaleIn?: number;
}

export interface ActivityRecord {
  readonly activity: ScalingActivity;
}

/** The endpoint and name of a scalable variant. */
export interface VariantPlace {
  readonly endpointName: string;
  readonly variantName: string;
}

/** `endpoint/<endpoint>/variant/<variant>` */
export function parseResourceId(resourceId: string): VariantPlace | undefined {
  const { endpointName, variantName } =
    /^endpoint\/(?<endpointName>[^/]+)\/variant\/(?<variantName>[^/]+)$/.exec(resourceId)?.groups ??
    {};
  return endpointName === undefined || variantName === undefined
    ? undefined
    : { endpointName, variantName };
}
