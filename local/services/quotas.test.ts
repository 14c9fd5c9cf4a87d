import { describe, expect, it } from 'vitest';
import * as apiGateway from './apigatewayv2/limits.ts';
import * as scaling from './application-autoscaling/limits.ts';
import * as cloudFront from './cloudfront/limits.ts';
import * as cloudwatch from './cloudwatch/limits.ts';
import * as codeBuild from './codebuild/limits.ts';
import * as codePipeline from './codepipeline/limits.ts';
import * as cognito from './cognito-idp/limits.ts';
import * as dynamodb from './dynamodb/limits.ts';
import * as ecr from './ecr/limits.ts';
import * as ecs from './ecs/limits.ts';
import * as loadBalancing from './elasticloadbalancingv2/limits.ts';
import * as eventbridge from './eventbridge/limits.ts';
import * as iam from './iam/limits.ts';
import * as kms from './kms/limits.ts';
import * as lambda from './lambda/limits.ts';
import * as logs from './logs/limits.ts';
import * as s3 from './s3/limits.ts';
import * as hosting from './sagemaker/hosting/limits.ts';
import * as jobs from './sagemaker/jobs/limits.ts';
import * as sagemaker from './sagemaker/limits.ts';
import * as registry from './sagemaker/registry/limits.ts';
import * as scheduler from './scheduler/limits.ts';
import * as sns from './sns/limits.ts';
import * as sqs from './sqs/limits.ts';
import * as ssm from './ssm/limits.ts';
import * as stepfunctions from './stepfunctions/limits.ts';
import * as sts from './sts/limits.ts';

const DOCS = 'https://docs.aws.amazon.com';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KIB = 1_024;
const MIB = 1_048_576;

/** The quotas and defaults that AWS documents, by page. Limits of this program are not among them. */
const DOCUMENTED: Readonly<Record<string, readonly [actual: object, documented: object]>> = {
  [`${DOCS}/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html`]: [
    scaling,
    {
      DEFAULT_COOLDOWN_SECONDS: 300,
      SCALE_OUT_DATAPOINTS: 3,
      SCALE_IN_DATAPOINTS: 15,
      SCALE_IN_SHARE: 0.9,
      METRIC_PERIOD_SECONDS: 60,
      EVALUATION_INTERVAL_MS: MINUTE_MS,
      MAX_POLICY_NAME_CHARACTERS: 256,
    },
  ],
  [`${DOCS}/apigateway/latest/developerguide/http-api-quotas.html`]: [
    apiGateway,
    {
      ROUTES_AN_API: 300,
      INTEGRATIONS_AN_API: 300,
      AUTHORIZERS_AN_API: 10,
      STAGES_AN_API: 10,
      SCOPES_A_ROUTE: 10,
      AUDIENCES_AN_AUTHORIZER: 50,
      LONGEST_INTEGRATION_MS: 30_000,
      PAYLOAD_BYTES: 10 * MIB,
      HEADERS_BYTES: 10 * KIB,
      LOG_FORMAT_BYTES: 3 * KIB,
    },
  ],
  [`${DOCS}/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html`]: [
    cloudFront,
    {
      FUNCTION_CODE_BYTES: 10 * KIB,
      ORIGIN_TIMEOUT_SECONDS: 30,
      LEAST_COMPRESSED_BYTES: 1_000,
      MOST_COMPRESSED_BYTES: 10_000_000,
    },
  ],
  [`${DOCS}/codebuild/latest/userguide/limits.html`]: [
    codeBuild,
    {
      DEFAULT_TIMEOUT_MINUTES: 60,
      DEFAULT_QUEUED_MINUTES: 480,
      MAX_PROJECTS: 5_000,
      PAGE_SIZE: 100,
      REPORT_LIFETIME_MS: 30 * DAY_MS,
    },
  ],
  [`${DOCS}/codepipeline/latest/userguide/limits.html`]: [
    codePipeline,
    {
      MAX_PIPELINES: 1_000,
      MAX_QUEUED_EXECUTIONS: 50,
      PAGE_SIZE: 100,
      APPROVAL_TIMEOUT_MINUTES: 10_080,
      BUILD_TIMEOUT_MINUTES: 2_160,
      COMMANDS_TIMEOUT_MINUTES: 55,
      STEP_FUNCTIONS_TIMEOUT_MINUTES: 10_080,
      LAMBDA_TIMEOUT_MINUTES: 1_440,
      LAMBDA_SILENCE_MINUTES: 20,
      SOURCE_TIMEOUT_MINUTES: 60,
      RULE_TIMEOUT_MINUTES: 60,
    },
  ],
  [`${DOCS}/cognito/latest/developerguide/quotas.html`]: [
    cognito,
    {
      USER_POOLS: 1_000,
      CLIENTS_A_POOL: 1_000,
      GROUPS_A_POOL: 10_000,
      GROUPS_A_USER: 100,
      RESOURCE_SERVERS_A_POOL: 25,
      CODE_MS: 5 * MINUTE_MS,
      BROWSER_SESSION_MS: 60 * MINUTE_MS,
      CHALLENGE_MINUTES: 3,
      ACCESS_TOKEN_SECONDS: 3_600,
      SHORTEST_TOKEN_SECONDS: 300,
      LONGEST_TOKEN_SECONDS: 86_400,
      REFRESH_TOKEN_SECONDS: 30 * 86_400,
      SHORTEST_REFRESH_SECONDS: 3_600,
      LONGEST_REFRESH_SECONDS: 3_650 * 86_400,
      PASSWORD_LENGTH: 8,
      TEMPORARY_PASSWORD_DAYS: 7,
      PAGE_SIZE: 60,
    },
  ],
  [`${DOCS}/AmazonECR/latest/userguide/service-quotas.html`]: [
    ecr,
    {
      MAX_REPOSITORIES: 100_000,
      MAX_IMAGES: 100_000,
      MAX_TAGS_OF_IMAGE: 1_000,
      MAX_LAYER_PARTS: 4_200,
      PART_BYTES: 20 * MIB,
      PAGE_SIZE: 100,
      TOKEN_LIFETIME_MS: 12 * 60 * MINUTE_MS,
      MAX_EXCLUSION_FILTERS: 5,
    },
  ],
  [`${DOCS}/AmazonECS/latest/developerguide/service-quotas.html`]: [
    ecs,
    {
      MAX_CLUSTERS: 10_000,
      MAX_CONTAINERS: 10,
      MAX_TASKS_OF_REQUEST: 10,
      MAX_OVERRIDES_CHARACTERS: 8_192,
      MAX_DESCRIBED: 100,
      MAX_DESCRIBED_SERVICES: 10,
      MAX_DESCRIBED_DEPLOYMENTS: 20,
      PAGE_SIZE: 100,
      TOKEN_LIFETIME_MS: DAY_MS,
      STOPPED_RETENTION_MS: 60 * MINUTE_MS,
      DEFAULT_STOP_SECONDS: 30,
      MAX_STOP_SECONDS: 120,
      EPHEMERAL_GIB: 20,
      MAX_TARGET_GROUPS_OF_SERVICE: 5,
    },
  ],
  [`${DOCS}/elasticloadbalancing/latest/application/load-balancer-limits.html`]: [
    loadBalancing,
    {
      MAX_LOAD_BALANCERS: 50,
      MAX_TARGET_GROUPS: 3_000,
      MAX_LISTENERS_OF_LOAD_BALANCER: 50,
      MAX_RULES_OF_LOAD_BALANCER: 100,
      MAX_TARGETS_OF_GROUP: 1_000,
      MAX_TARGET_GROUPS_OF_ACTION: 5,
      MAX_CONDITION_VALUES: 5,
      MAX_WEIGHT: 999,
      MAX_DESCRIBED_TAGS: 20,
      PAGE_SIZE: 400,
      MAX_FORWARDED_ADDRESSES: 30,
      CONNECT_TIMEOUT_MS: 10_000,
      HEADERS_BYTES: 64 * KIB,
    },
  ],
  [`${DOCS}/scheduler/latest/UserGuide/scheduler-quotas.html`]: [
    scheduler,
    {
      MAX_SCHEDULE_GROUPS: 500,
      MAX_SCHEDULES: 10_000_000,
      MAX_INPUT_BYTES: 256 * KIB,
      PAGE_SIZE: 100,
      DEFAULT_EVENT_AGE_SECONDS: 86_400,
      DEFAULT_RETRY_ATTEMPTS: 185,
      OLDEST_START_MS: 5 * MINUTE_MS,
    },
  ],
  [`${DOCS}/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html`]: [
    cloudwatch,
    {
      DATA_PER_PUT: 1_000,
      OLDEST_DATUM_MS: 14 * DAY_MS,
      NEWEST_DATUM_MS: 120 * MINUTE_MS,
      VALUES_PER_DATUM: 150,
      DIMENSIONS_PER_METRIC: 30,
      QUERIES_PER_REQUEST: 500,
      STATISTICS_DATAPOINTS: 1_440,
      DATAPOINTS_PER_PAGE: 100_800,
      METRICS_PER_PAGE: 500,
      ALARMS_PER_PAGE: 50,
      HISTORY_PER_PAGE: 100,
      HISTORY_KEPT_MS: 30 * DAY_MS,
      POINTS_KEPT_MS: 15 * DAY_MS,
      LISTED_MS: 14 * DAY_MS,
      MINUTE_MS,
      DASHBOARDS_PER_PAGE: 1_000,
      LARGEST_VALUE: 2 ** 360,
      LONGEST_SPAN_SECONDS: 86_400,
      LONGEST_SPAN_OF_HOURS_SECONDS: 604_800,
      METRICS_PER_ALARM: 10,
    },
  ],
  [`${DOCS}/amazondynamodb/latest/developerguide/Constraints.html`]: [
    dynamodb,
    {
      ITEM_BYTES: 400 * KIB,
      PARTITION_KEY_BYTES: 2_048,
      SORT_KEY_BYTES: 1_024,
      NESTING_LEVELS: 32,
      NUMBER_DIGITS: 38,
      LARGEST_EXPONENT: 125,
      SMALLEST_EXPONENT: -130,
      EXPRESSION_BYTES: 4 * KIB,
      EXPRESSION_OPERATORS: 300,
      IN_OPERANDS: 100,
      PLACEHOLDER_BYTES: 255,
      SUBSTITUTION_BYTES: 2 * MIB,
      PAGE_BYTES: MIB,
      SCAN_SEGMENTS: 1_000_000,
      BATCH_GET_KEYS: 100,
      BATCH_GET_BYTES: 16 * MIB,
      BATCH_WRITE_REQUESTS: 25,
      BATCH_WRITE_BYTES: 16 * MIB,
      TRANSACTION_ACTIONS: 100,
      TRANSACTION_BYTES: 4 * MIB,
      TOKEN_MS: 10 * MINUTE_MS,
      LOCAL_INDEXES: 5,
      GLOBAL_INDEXES: 20,
      TAGS: 50,
      LIST_TABLES_LIMIT: 100,
      LIST_TAGS_LIMIT: 10,
      POLICY_BYTES: 20 * KIB,
      READ_UNIT_BYTES: 4 * KIB,
      WRITE_UNIT_BYTES: KIB,
      EXPIRY_AGE_MS: 5 * 365 * DAY_MS,
      TTL_CHANGE_MS: 60 * MINUTE_MS,
      RECOVERY_DAYS: 35,
    },
  ],
  [`${DOCS}/eventbridge/latest/userguide/eb-quota.html`]: [
    eventbridge,
    {
      RULES_PER_BUS: 300,
      TARGETS_PER_RULE: 5,
      EVENT_BUSES: 100,
      WILDCARD_RULES_PER_BUS: 30,
      ENTRY_SIZE_BYTES: MIB,
      TIME_SIZE_BYTES: 14,
      PAGE_SIZE: 100,
      DEFAULT_EVENT_AGE_SECONDS: 86_400,
      DEFAULT_RETRY_ATTEMPTS: 185,
    },
  ],
  [`${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`]: [
    iam,
    {
      MANAGED_POLICY_LIMIT_CHARACTERS: 6_144,
      INLINE_POLICIES_LIMIT_CHARACTERS: 10_240,
      TRUST_POLICY_LIMIT_CHARACTERS: 8_192,
      ATTACHED_POLICIES_LIMIT: 20,
      POLICY_VERSIONS_LIMIT: 5,
      TAGS_LIMIT: 50,
      DEFAULT_PAGE_SIZE: 100,
    },
  ],
  [`${DOCS}/lambda/latest/dg/gettingstarted-limits.html`]: [
    lambda,
    {
      ASYNCHRONOUS_PAYLOAD_BYTES: MIB,
      SYNCHRONOUS_PAYLOAD_BYTES: 6_291_556,
      ENVIRONMENT_BYTES: 4 * KIB,
      UNZIPPED_BYTES: 250 * MIB,
      DEFAULT_TIMEOUT_SECONDS: 3,
      DEFAULT_MEMORY_MB: 128,
      LOG_TAIL_BYTES: 4 * KIB,
      PAGE_SIZE: 50,
      FUNCTION_NAME_CHARACTERS: 64,
      INIT_SECONDS: 10,
      ACCOUNT_CONCURRENCY: 1_000,
      LEAST_UNRESERVED_CONCURRENCY: 100,
      ASYNCHRONOUS_RETRY_DELAYS_MS: [MINUTE_MS, 2 * MINUTE_MS],
      ASYNCHRONOUS_AGE_SECONDS: 6 * 3_600,
      INVOCATIONS_PER_CHAIN: 16,
      MAPPINGS_PER_PAGE: 100,
      LARGEST_BATCH_WITHOUT_WINDOW: 10,
      LONG_POLL_SECONDS: 20,
      DEFAULT_BATCH_SIZE: 10,
    },
  ],
  [`${DOCS}/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html`]: [
    logs,
    {
      PUT_BYTES: MIB,
      METRIC_FILTERS: 100,
      RESOURCE_POLICIES: 10,
      EVENT_OVERHEAD_BYTES: 26,
      EVENTS_PER_PAGE: 10_000,
      PAGE_BYTES: MIB,
      DESCRIBE_PAGE_SIZE: 50,
      OLDEST_EVENT_MS: 14 * DAY_MS,
      NEWEST_EVENT_MS: 120 * MINUTE_MS,
      PUT_SPAN_MS: DAY_MS,
      // API_PutRetentionPolicy
      RETENTION_DAYS: [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
        3288, 3653,
      ],
      // CloudWatch_Embedded_Metric_Format_Specification
      EMBEDDED_METRICS: 100,
      EMBEDDED_DIMENSIONS: 30,
      EMBEDDED_VALUES: 100,
    },
  ],
  [`${DOCS}/kms/latest/developerguide/resource-limits.html`]: [
    kms,
    {
      KEYS_PAGE_SIZE: 100,
      PAGE_SIZE: 50,
      MAX_KEYS: 100_000,
      MAX_ALIASES_OF_KEY: 50,
      POLICY_BYTES: 32 * KIB,
      DEFAULT_PENDING_DAYS: 30,
      SHORTEST_PENDING_DAYS: 7,
      LONGEST_PENDING_DAYS: 30,
      DEFAULT_ROTATION_DAYS: 365,
    },
  ],
  [`${DOCS}/AmazonS3/latest/userguide/qfacts.html`]: [
    s3,
    {
      KEY_LIMIT_BYTES: 1_024,
      PUT_LIMIT_BYTES: 5_120 * MIB,
      PART_MINIMUM_BYTES: 5 * MIB,
      PART_NUMBER_LIMIT: 10_000,
      METADATA_LIMIT_BYTES: 2 * KIB,
      LIST_LIMIT: 1_000,
      DELETE_OBJECTS_LIMIT: 1_000,
      OBJECT_TAGS_LIMIT: 10,
      BUCKET_TAGS_LIMIT: 50,
      TAG_KEY_LIMIT_CHARACTERS: 128,
      TAG_VALUE_LIMIT_CHARACTERS: 256,
      POLICY_LIMIT_BYTES: 20 * KIB,
      REDIRECT_LOCATION_LIMIT_BYTES: 2 * KIB,
      CORS_RULES_LIMIT: 100,
      LONGEST_RULE_ID_CHARACTERS: 255,
      INFREQUENT_ACCESS_DAYS: 30,
    },
  ],
  [`${DOCS}/sagemaker/latest/dg/deployment-guardrails-blue-green.html`]: [
    hosting,
    {
      MAX_CANARY_PERCENT: 50,
      MIN_LINEAR_PERCENT: 10,
      MAX_LINEAR_PERCENT: 50,
      MIN_ROLLING_PERCENT: 5,
      MAX_ROLLING_PERCENT: 50,
      MAX_PAYLOAD_BYTES: 25 * MIB,
      MAX_SERVERLESS_PAYLOAD_BYTES: 4 * MIB,
      INVOCATION_TIMEOUT_MS: MINUTE_MS,
      MIN_PIPELINE_CONTAINERS: 2,
      SERVERLESS_MEMORY_MB: [1_024, 2_048, 3_072, 4_096, 5_120, 6_144],
    },
  ],
  [`${DOCS}/sagemaker/latest/APIReference/API_DescribeTrainingJob.html`]: [
    { ...sagemaker, ...jobs, ...registry },
    {
      MAX_TAGS: 50,
      TAGS_PER_PAGE: 50,
      PAGE_SIZE: 10,
      MAX_FAILURE_REASON_CHARACTERS: 1_024,
      DEFAULT_RUNTIME_SECONDS: 86_400,
      MAX_MESSAGE_BYTES: 1_024,
      MAX_METADATA_ENTRIES: 50,
    },
  ],
  [`${DOCS}/general/latest/gr/sns.html`]: [
    sns,
    {
      MESSAGE_BYTES: 256 * KIB,
      BATCH_ENTRIES: 10,
      ENTRY_ID_CHARACTERS: 80,
      FIFO_ID_CHARACTERS: 128,
      ATTRIBUTE_NAME_BYTES: 256,
      PAGE_SIZE: 100,
      DEDUPLICATION_MS: 5 * MINUTE_MS,
      FILTER_COMBINATIONS: 150,
      FILTER_KEYS: 5,
    },
  ],
  [`${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html`]: [
    sqs,
    {
      BATCH_ENTRIES: 10,
      MESSAGE_BYTES: MIB,
      MESSAGE_ATTRIBUTES: 10,
      LONGEST_VISIBILITY_SECONDS: 12 * 3_600,
      LONGEST_WAIT_SECONDS: 20,
      LONGEST_DELAY_SECONDS: 900,
      SHORTEST_RETENTION_SECONDS: 60,
      LONGEST_RETENTION_SECONDS: 14 * 86_400,
      DEDUPLICATION_MS: 5 * MINUTE_MS,
      ACTIVE_MS: 6 * 60 * MINUTE_MS,
      PURGE_INTERVAL_MS: MINUTE_MS,
      LARGEST_PAGE: 1_000,
      METRIC_PERIOD_MS: MINUTE_MS,
      LONGEST_TAG_KEY_CHARACTERS: 128,
      LONGEST_TAG_VALUE_CHARACTERS: 256,
      MOST_RECEIVES: 1_000,
      MOST_SOURCE_QUEUES: 10,
      SHORTEST_DATA_KEY_REUSE_SECONDS: 60,
      LONGEST_DATA_KEY_REUSE_SECONDS: 86_400,
      TAGS_PER_QUEUE: 50,
      TASKS_KEPT: 10,
    },
  ],
  [`${DOCS}/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`]: [
    ssm,
    {
      VERSIONS_KEPT: 100,
      STANDARD_VALUE_BYTES: 4 * KIB,
      ADVANCED_VALUE_BYTES: 8 * KIB,
      PATH_PAGE_SIZE: 10,
      DESCRIBE_PAGE_SIZE: 50,
      HIERARCHY_LEVELS: 15,
      LONGEST_NAME_CHARACTERS: 1_011,
      HISTORY_PAGE_SIZE: 50,
    },
  ],
  [`${DOCS}/step-functions/latest/dg/service-quotas.html`]: [
    stepfunctions,
    {
      PAYLOAD_BYTES: 256 * KIB,
      DEFAULT_PAGE_SIZE: 100,
      PAGE_TOKEN_HOURS: 24,
      STATE_MACHINES_LIMIT: 100_000,
      VERSIONS_PER_MACHINE: 1_000,
      ALIASES_PER_MACHINE: 100,
      ACTIVITIES_LIMIT: 10_000,
      POLLERS_PER_ACTIVITY: 1_000,
      ACTIVITY_POLL_SECONDS: 60,
      OPEN_EXECUTIONS_LIMIT: 1_000_000,
      OPEN_MAP_RUNS_LIMIT: 1_000,
      MAP_RUN_CONCURRENCY_LIMIT: 10_000,
      TAGS_LIMIT: 50,
      DEFAULT_DIAGNOSTICS: 100,
      RETENTION_DAYS: 90,
      EXECUTION_DAYS: 365,
      REDRIVE_DAYS: 14,
      REDRIVE_TOKENS_KEPT: 10,
      REDRIVE_TOKEN_MINUTES: 15,
      REDRIVE_HISTORY_EVENTS: 24_999,
      MAX_FOOTER_BYTES: 5 * MIB,
      MAX_ROW_GROUP_BYTES: 256 * MIB,
      MAX_HEADER_BYTES: 10 * KIB,
    },
  ],
  [`${DOCS}/STS/latest/APIReference/API_AssumeRole.html`]: [
    sts,
    {
      DEFAULT_DURATION_SECONDS: 3_600,
    },
  ],
};

describe('quotas are those that AWS documents', () => {
  it.each(Object.entries(DOCUMENTED))('%s', (_page, [actual, documented]) => {
    expect(actual).toMatchObject(documented);
  });
});
