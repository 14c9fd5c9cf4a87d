import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Runtime, type ServiceName, silentLogger, startRuntime } from '../../local/index.ts';
import { preparePythonPrograms } from '../python-programs.ts';

// boto3 and the AWS CLI are built on botocore, whose parsers are stricter than those of the JavaScript SDK.

const FOLDER = resolve('test/clients');
const PYTHON_FOLDER = '.stepmill/python';
const WALK_TIMEOUT_MS = 300_000;

/** The services, and boto3's names of their clients. */
const CLIENTS: Readonly<Record<ServiceName, string>> = {
  apigatewayv2: 'apigatewayv2',
  'application-autoscaling': 'application-autoscaling',
  cloudformation: 'cloudformation',
  cloudfront: 'cloudfront',
  cloudwatch: 'cloudwatch',
  codebuild: 'codebuild',
  codepipeline: 'codepipeline',
  'cognito-idp': 'cognito-idp',
  dynamodb: 'dynamodb',
  ecr: 'ecr',
  ecs: 'ecs',
  elasticloadbalancingv2: 'elbv2',
  eventbridge: 'events',
  iam: 'iam',
  kms: 'kms',
  lambda: 'lambda',
  logs: 'logs',
  s3: 's3',
  sagemaker: 'sagemaker',
  scheduler: 'scheduler',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
  stepfunctions: 'stepfunctions',
  sts: 'sts',
};

const NO_ENDPOINT = 'the walk has no endpoint in service: its model would be a Python process';
const NO_REPORT = 'the walk has no report: its build runs no tests';
const NO_SUCCESS = 'the execution of the walk has failed before: its source does not exist';
const NO_STACK = 'the walk provisions no stack';

/** Operations for which the walk gets only an error, and the reason. A new operation must not be added. */
const REFUSED: Readonly<Record<string, string>> = {
  'application-autoscaling DeleteScalingPolicy': NO_ENDPOINT,
  'application-autoscaling DeregisterScalableTarget': NO_ENDPOINT,
  'application-autoscaling PutScalingPolicy': NO_ENDPOINT,
  'application-autoscaling RegisterScalableTarget': NO_ENDPOINT,
  'cloudformation DescribeStackResource': NO_STACK,
  'cloudformation ListStackResources': NO_STACK,
  'cloudformation UpdateTerminationProtection': NO_STACK,
  'codebuild DescribeTestCases': NO_REPORT,
  'codepipeline OverrideStageCondition': NO_SUCCESS,
  'codepipeline PutApprovalResult': NO_SUCCESS,
  'codepipeline PutJobFailureResult': NO_SUCCESS,
  'codepipeline PutJobSuccessResult': NO_SUCCESS,
  'codepipeline RollbackStage': NO_SUCCESS,
  'codepipeline StopPipelineExecution': NO_SUCCESS,
  'events CreateConnection': 'answered as missing, by name',
  'sagemaker InvokeEndpoint': NO_ENDPOINT,
  'sagemaker InvokeEndpointAsync': 'answered as missing, by name',
  'sagemaker InvokeEndpointWithResponseStream': 'answered as missing, by name',
  'sagemaker StopProcessingJob': 'the job has failed before: its script does not exist',
  'sagemaker StopTrainingJob': 'the job has failed before: its script does not exist',
  'sagemaker StopTransformJob': 'the job has failed before: it has no input',
  'sagemaker UpdateEndpoint': NO_ENDPOINT,
  'sagemaker UpdateEndpointWeightsAndCapacities': NO_ENDPOINT,
};

/** Paginators that the walk tests with one page only, and the reason. */
const ON_ONE_PAGE: Readonly<Record<string, string>> = {
  'application-autoscaling DescribeScalableTargets': NO_ENDPOINT,
  'application-autoscaling DescribeScalingActivities': NO_ENDPOINT,
  'application-autoscaling DescribeScalingPolicies': NO_ENDPOINT,
  'cloudformation DescribeChangeSet': 'all changes of a change set are on one page',
  'cloudformation DescribeStackEvents': NO_STACK,
  'cloudformation DescribeStacks': NO_STACK,
  'cloudformation ListChangeSets': 'all change sets of a stack are on one page',
  'cloudformation ListExports': NO_STACK,
  'cloudformation ListStackResources': NO_STACK,
  'cloudformation ListStacks': NO_STACK,
  'cloudwatch ListDashboards': 'a page has 1,000, and the request cannot ask for fewer',
  'codebuild DescribeTestCases': NO_REPORT,
  'codebuild ListBuilds': 'a page has 100, and the request cannot ask for fewer',
  'codebuild ListBuildsForProject': 'a page has 100, and the request cannot ask for fewer',
  'codebuild ListProjects': 'a page has 100, and the request cannot ask for fewer',
  'codebuild ListReports': NO_REPORT,
  'codebuild ListReportsForReportGroup': NO_REPORT,
  'codepipeline ListTagsForResource': 'all tags of a pipeline are on one page',
  'dynamodb ListTagsOfResource': 'all tags of a table are on one page, and the request has no size',
  'kms ListKeyPolicies': 'a key has one policy',
  'sagemaker ListTags': 'a page has at least 50, as many as a resource has tags',
};

let bin: string;
let runtime: Runtime;

beforeAll(async () => {
  bin = await preparePythonPrograms(join(FOLDER, 'requirements.txt'));
});

beforeEach(async () => {
  runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    pythonFolder: PYTHON_FOLDER,
  });
});

afterEach(() => runtime.stop());

function operations(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(CLIENTS).map(([name, client]) => [
      client,
      Object.keys(runtime.cloud.service(name as ServiceName)?.operations ?? {}),
    ]),
  );
}

/** The output of a script: one line per operation, starting with its service and name. */
async function walk(script: string): Promise<ReadonlyMap<string, string>> {
  const child = spawn(join(bin, 'python'), [join(FOLDER, script), runtime.endpoint]);
  child.stdin.end(JSON.stringify(operations()));
  const [printed, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (problems !== '') throw new Error(problems);
  return new Map(
    printed
      .trim()
      .split('\n')
      .map((line) => {
        const [service = '', operation = '', ...outcome] = line.split(' ');
        return [`${service} ${operation}`, outcome.join(' ')];
      }),
  );
}

/** The operations with an outcome, by name. */
function named(
  outcomes: ReadonlyMap<string, string>,
  isMeant: (outcome: string) => boolean,
): readonly string[] {
  return [...outcomes].filter(([, outcome]) => isMeant(outcome)).map(([name]) => name);
}

it('reads an answer of every operation', { timeout: WALK_TIMEOUT_MS }, async () => {
  const asked = Object.entries(operations()).flatMap(([service, names]) =>
    names.map((name) => `${service} ${name}`),
  );

  const outcomes = await walk('botocore_answers.py');

  expect([...outcomes].filter(([, outcome]) => outcome.startsWith('broken'))).toEqual([]);
  expect([...outcomes.keys()].sort()).toEqual(asked.sort());
  const refused = named(outcomes, (outcome) => outcome.startsWith('refused'));
  expect([...refused].sort()).toEqual(Object.keys(REFUSED));
});

it('walks every paginator over more than a page', { timeout: WALK_TIMEOUT_MS }, async () => {
  const outcomes = await walk('botocore_paginators.py');

  const failed = [...outcomes].filter(
    ([name, outcome]) => outcome !== 'walked' && ON_ONE_PAGE[name] === undefined,
  );
  expect(failed).toEqual([]);
  const onOnePage = named(outcomes, (outcome) => outcome !== 'walked');
  expect([...onOnePage].sort()).toEqual(Object.keys(ON_ONE_PAGE));
});
