/** How often a policy is evaluated, in time of the runtime's clock. */
export const EVALUATION_INTERVAL_MS = 60_000;
/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html */
export const DEFAULT_COOLDOWN_SECONDS = 300;
/** One-minute datapoints above the target before scaling out, and below it before scaling in. */
export const SCALE_OUT_DATAPOINTS = 3;
export const SCALE_IN_DATAPOINTS = 15;
/** AWS's lower alarm has its threshold 10 % below the target. */
export const SCALE_IN_SHARE = 0.9;
export const METRIC_PERIOD_SECONDS = 60;
/** AWS keeps activities for six weeks; here their number is limited. */
export const MAX_ACTIVITIES_PER_TARGET = 200;
export const MAX_POLICY_NAME_CHARACTERS = 256;
