/** On the runtime's clock: how often a policy looks at its metric. */
export const EVALUATION_INTERVAL_MS = 60_000;
/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html */
export const DEFAULT_COOLDOWN_SECONDS = 300;
/** Datapoints of a minute above the target before it scales out, and below it before it scales in. */
export const SCALE_OUT_DATAPOINTS = 3;
export const SCALE_IN_DATAPOINTS = 15;
/** AWS's lower alarm stands a tenth below the target. */
export const SCALE_IN_SHARE = 0.9;
export const METRIC_PERIOD_SECONDS = 60;
/** Activities older than AWS's six weeks are not kept; here their number is bounded. */
export const MAX_ACTIVITIES_PER_TARGET = 200;
export const MAX_POLICY_NAME_CHARACTERS = 256;
