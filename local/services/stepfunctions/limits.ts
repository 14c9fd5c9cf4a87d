/**
 * The quotas of Step Functions in us-east-1 and the constraints of its API model.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */
export const limits = {
  nameCharacters: 80,
  arnCharacters: 256,
  labelledArnCharacters: 2_000,
  definitionBytes: 1_048_576,
  payloadBytes: 262_144,
  pageEntries: 1_000,
  /** What `maxResults` 0 or none means. */
  defaultPageEntries: 100,
  tokenCharacters: 1_024,
  /** How long a page's token is good. */
  tokenHours: 24,
  executionsTokenCharacters: 3_096,
  taskTokenCharacters: 2_048,
  errorCharacters: 256,
  causeCharacters: 32_768,
  descriptionCharacters: 256,
  clientTokenCharacters: 64,
  traceHeaderCharacters: 256,
  tagKeyCharacters: 128,
  tagValueCharacters: 256,
  kmsKeyIdCharacters: 2_048,
  kmsReuseSecondsLeast: 60,
  kmsReuseSecondsMost: 900,
  aliasRoutes: 2,
  versionsPerMachine: 1_000,
  aliasesPerMachine: 100,
  activities: 10_000,
  stateMachines: 100_000,
  openExecutions: 1_000_000,
  pollersPerActivity: 1_000,
  openMapRuns: 1_000,
  mapRunConcurrency: 10_000,
  tags: 50,
  diagnostics: 100,
  activityPollSeconds: 60,
  /** How long a closed execution is kept and its name reserved. */
  retentionDays: 90,
  /** How long a Standard execution may be open, its redrives included. */
  executionDays: 365,
  redriveDays: 14,
  /** RedriveExecution knows so many client tokens again, for so long. */
  redriveTokens: 10,
  redriveTokenMinutes: 15,
  /** An execution whose history has this many events cannot be redriven. */
  redriveHistoryEvents: 24_999,
} as const;
