/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
export const MAX_LOAD_BALANCERS = 50;
export const MAX_TARGET_GROUPS = 3_000;
export const MAX_LISTENERS_OF_LOAD_BALANCER = 50;
/** Default rules do not count. */
export const MAX_RULES_OF_LOAD_BALANCER = 100;
export const MAX_TARGETS_OF_GROUP = 1_000;
export const MAX_TARGET_GROUPS_OF_ACTION = 5;
export const MAX_CONDITION_VALUES = 5;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html */
export const MAX_WEIGHT = 999;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
export const MAX_DESCRIBED_TAGS = 20;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
export const PAGE_SIZE = 400;
/** Of a request: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-463-issues */
export const MAX_FORWARDED_ADDRESSES = 30;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html: the load balancer gives up connecting. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html: of all headers. */
export const HEADERS_BYTES = 65_536;
