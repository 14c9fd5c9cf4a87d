/** The integration patterns, as suffixes of an integration's ARN. */
export type PatternSuffix = '' | '.sync' | '.sync:2' | '.waitForTaskToken';

interface Integration {
  readonly patterns: readonly PatternSuffix[];
  /** Members that `Parameters` or `Arguments` must have. */
  readonly required?: readonly string[];
}

const request: Integration = { patterns: [''] };
const job: Integration = { patterns: ['', '.sync'] };
const callback: Integration = { patterns: ['', '.waitForTaskToken'] };

/**
 * The optimized integrations: service, action, patterns. Required members are those that AWS was observed to
 * require when a machine is created.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */
const optimizedIntegrations: Readonly<Record<string, Readonly<Record<string, Integration>>>> = {
  apigateway: { invoke: callback },
  athena: {
    getQueryExecution: request,
    getQueryResults: request,
    startQueryExecution: job,
    stopQueryExecution: request,
  },
  batch: { submitJob: job },
  bedrock: { createModelCustomizationJob: job, invokeModel: request },
  codebuild: {
    batchDeleteBuilds: request,
    batchGetReports: request,
    deleteBuildBatch: request,
    retryBuildBatch: job,
    startBuild: job,
    startBuildBatch: job,
    stopBuild: request,
    stopBuildBatch: request,
  },
  databrew: { startJobRun: job },
  dynamodb: {
    deleteItem: request,
    getItem: { ...request, required: ['TableName', 'Key'] },
    putItem: { ...request, required: ['TableName', 'Item'] },
    updateItem: request,
  },
  ecs: {
    runTask: { patterns: ['', '.sync', '.waitForTaskToken'], required: ['TaskDefinition'] },
  },
  eks: {
    call: request,
    createCluster: job,
    createFargateProfile: job,
    createNodegroup: job,
    deleteCluster: job,
    deleteFargateProfile: job,
    deleteNodegroup: job,
    runJob: job,
  },
  elasticmapreduce: {
    addStep: job,
    cancelStep: request,
    createCluster: job,
    modifyInstanceFleetByName: request,
    modifyInstanceGroupByName: request,
    setClusterTerminationProtection: request,
    terminateCluster: job,
  },
  'emr-containers': { createVirtualCluster: request, deleteVirtualCluster: job, startJobRun: job },
  'emr-serverless': {
    cancelJobRun: job,
    createApplication: job,
    deleteApplication: job,
    startApplication: job,
    startJobRun: job,
    stopApplication: job,
  },
  events: { putEvents: { ...callback, required: ['Entries'] } },
  glue: { startJobRun: { ...job, required: ['JobName'] } },
  http: { invoke: request },
  lambda: { invoke: { ...callback, required: ['FunctionName'] } },
  mediaconvert: { createJob: job },
  sagemaker: {
    createEndpoint: request,
    createEndpointConfig: request,
    createHyperParameterTuningJob: job,
    createLabelingJob: job,
    createModel: request,
    createProcessingJob: job,
    createTrainingJob: job,
    createTransformJob: job,
    updateEndpoint: request,
  },
  sns: { publish: { ...callback, required: ['Message'] } },
  sqs: { sendMessage: { ...callback, required: ['QueueUrl', 'MessageBody'] } },
  states: {
    startExecution: {
      patterns: ['', '.sync', '.sync:2', '.waitForTaskToken'],
      required: ['StateMachineArn'],
    },
  },
};

/** The kinds of `Resource`. */
export type Resource =
  | { readonly kind: 'activity' | 'function' | 'invalid' | 'unknown' }
  | {
      readonly kind: 'integration';
      readonly pattern: PatternSuffix;
      readonly required: readonly string[];
      /** The service and action of an AWS SDK integration. */
      readonly sdk?: { readonly service: string; readonly action: string };
    };

/** Classifies the `Resource` of a task. */
export function classifyResource(arn: string): Resource {
  // Region and account can be given, as in AWS's own samples.
  const [scheme, , service = '', , , type = '', ...rest] = arn.split(':');
  if (scheme !== 'arn') return { kind: 'invalid' };
  if (service === 'lambda' && type === 'function' && rest.length > 0) return { kind: 'function' };
  if (service !== 'states') return { kind: 'unknown' };
  if (type === 'activity' && rest.length === 1) return { kind: 'activity' };
  return type === 'aws-sdk' ? classifySdk(rest) : classifyOptimized(type, rest.join(':'));
}

function classifyOptimized(service: string, name: string): Resource {
  const { action, pattern } = splitPattern(name);
  const integration = own(own(optimizedIntegrations, service), action);
  if (integration === undefined || !integration.patterns.includes(pattern)) {
    return { kind: 'unknown' };
  }
  return { kind: 'integration', pattern, required: integration.required ?? [] };
}

/** The SDK integrations are too many to list, so every service and action is accepted. */
function classifySdk([service = '', ...rest]: readonly string[]): Resource {
  const { action, pattern } = splitPattern(rest.join(':'));
  const isName = /^[a-z0-9]+$/u.test(service) && /^[a-z][A-Za-z0-9]*$/u.test(action);
  const isCallable = pattern === '' || pattern === '.waitForTaskToken';
  return isName && isCallable
    ? { kind: 'integration', pattern, required: [], sdk: { service, action } }
    : { kind: 'unknown' };
}

function splitPattern(name: string): { readonly action: string; readonly pattern: PatternSuffix } {
  const suffixes: readonly PatternSuffix[] = ['.sync:2', '.sync', '.waitForTaskToken'];
  const pattern = suffixes.find((suffix) => name.endsWith(suffix)) ?? '';
  return { action: name.slice(0, name.length - pattern.length), pattern };
}

function own<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
