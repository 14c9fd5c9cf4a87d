import type { ArtifactDetail } from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { LAMBDA_SILENCE_MINUTES } from '../limits.ts';
import type { Patience } from '../run/patience.ts';
import { type JobResult, jobsOf } from './open-jobs.ts';

export interface JobRequest {
  readonly cloud: Cloud;
  /** Of the job, which is that of its action or rule. */
  readonly id: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly data: {
    readonly inputArtifacts: readonly ArtifactDetail[];
    readonly outputArtifacts: readonly ArtifactDetail[];
  };
  readonly credentials?: object;
  readonly patience: Patience;
  /** Whether the function was called before a restart of the runtime. */
  readonly isCalled?: boolean;
  readonly onCalled?: () => void;
}

const MINUTE_MS = 60_000;
const LOOK_MS = 30_000;

/**
 * Calls a function with a job, and waits for PutJobSuccessResult or PutJobFailureResult; with a continuation token it is called again.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
 */
export async function runJob(request: JobRequest): Promise<JobResult> {
  const { cloud, id, patience } = request;
  const jobs = jobsOf(cloud);
  let continuationToken: string | undefined;
  let isCalled = request.isCalled === true;
  try {
    for (;;) {
      jobs.open(id);
      const failure = isCalled ? undefined : await call(request, continuationToken);
      if (failure !== undefined) return { failure, variables: {} };
      request.onCalled?.();
      const result = await answerOf(request);
      if (result.continuationToken === undefined) return result;
      continuationToken = result.continuationToken;
      isCalled = false;
      await patience.wait(LOOK_MS);
    }
  } finally {
    jobs.close(id);
  }
}

async function answerOf({ cloud, id, patience }: JobRequest): Promise<JobResult> {
  const until = cloud.clock.now() + LAMBDA_SILENCE_MINUTES * MINUTE_MS;
  for (;;) {
    const answer = jobsOf(cloud).answer(id);
    if (answer !== undefined) return answer;
    const left = until - cloud.clock.now();
    if (left <= 0) {
      const message = `The AWS Lambda function did not return a result within ${LAMBDA_SILENCE_MINUTES} minutes.`;
      return { failure: { type: 'JobFailed', message }, variables: {} };
    }
    await patience.wait(Math.min(left, LOOK_MS));
  }
}

interface InvokeAnswer {
  readonly FunctionError?: string;
}

async function call(
  { cloud, configuration, credentials, data, id, principal }: JobRequest,
  continuationToken: string | undefined,
): Promise<JobResult['failure']> {
  const { FunctionName = '', UserParameters } = configuration;
  const job = {
    id,
    accountId: cloud.accountId,
    data: {
      actionConfiguration: {
        configuration: {
          FunctionName,
          ...(UserParameters !== undefined && { UserParameters }),
        },
      },
      inputArtifacts: data.inputArtifacts.map(describeArtifact),
      outputArtifacts: data.outputArtifacts.map(describeArtifact),
      ...(credentials !== undefined && { artifactCredentials: credentials }),
      ...(continuationToken !== undefined && { continuationToken }),
    },
  };
  // CodePipeline invokes functions asynchronously: only the result of the job counts.
  await cloud.call<InvokeAnswer>(principal, 'lambda', 'Invoke', {
    FunctionName,
    InvocationType: 'Event',
    Payload: Buffer.from(JSON.stringify({ 'CodePipeline.job': job })),
  });
  return undefined;
}

function describeArtifact({ name, s3location }: ArtifactDetail): object {
  const s3Location = { bucketName: s3location?.bucket, objectKey: s3location?.key };
  return { name, revision: null, location: { type: 'S3', s3Location } };
}
