import type { ClaimTasks } from './claim-tasks.ts';
import { answerLiveModel } from './live-model-tasks.ts';
import { type Answer, TaskError } from './run-workflow.ts';
import { packageArn, type SageMakerTasks } from './sagemaker-tasks.ts';

/** The services that a scoring works with. */
export interface ScoringServices {
  readonly claims: ClaimTasks;
  readonly sagemaker: SageMakerTasks;
  /** The batches that have a summary. */
  readonly summaries: Set<string>;
}

const rows = {
  accepted: true,
  goodRows: 3,
  badRows: 1,
  sha256: 's',
  labelIndex: -1,
  problems: [
    {
      rule: 'wrong type',
      count: 1,
      examples: ['line 2, column length: the value is not a number'],
    },
  ],
};

/** What `monitoring/python/monitor.py` says of a batch. */
const drift = {
  version: 1,
  verdict: 'drifted',
  drifted: ['length'],
  driftedPredictions: [],
  rows: 3,
  violations: 1,
};

/** Answers a scoring's tasks from a simulated SageMaker and simulated claims. */
export function answerScoring(services: ScoringServices): Answer {
  return (state, request) =>
    services.claims.answer(state, request) ??
    answerLiveModel(services.sagemaker, state, request) ??
    answerTask(services, state, request);
}

function answerTask(
  { sagemaker, summaries }: ScoringServices,
  ...[state, request]: Parameters<Answer>
): unknown {
  switch (state) {
    case 'Look up owner of batch':
      return { Status: 'FAILED' };
    case 'Look up file':
      return { VersionId: 'v1' };
    case 'Read model package':
      return sagemaker.describePackage(request['ModelPackageName']);
    case 'Inspect rows':
      return { Payload: rows };
    case 'Create scoring model':
      return createModel(sagemaker, request);
    case 'Remove scoring model':
    case 'Remove model of failure':
      return removeModel(sagemaker, request);
    case 'Score rows':
      sagemaker.describeModel(request['ModelName']);
      return { TransformJobStatus: 'Completed', TransformJobName: request['TransformJobName'] };
    case 'Explain rows':
    case 'Measure drift':
      return { ProcessingJobStatus: 'Completed', ProcessingJobName: request['ProcessingJobName'] };
    case 'Read drift':
      return { Body: JSON.stringify(drift) };
    case 'Summarize scores':
      return summarize(summaries, request);
    default:
      return {};
  }
}

function createModel(sagemaker: SageMakerTasks, request: Readonly<Record<string, unknown>>) {
  const name = String(request['ModelName']);
  if (sagemaker.models.has(name)) {
    throw new TaskError(
      'SageMaker.SageMakerException',
      `Cannot create already existing model "arn:aws:sagemaker:us-east-1:000000000000:model/${name}". (Service: SageMaker, Status Code: 400, Request ID: R)`,
    );
  }
  const [container] = request['Containers'] as { ModelPackageName: string }[];
  sagemaker.models.set(name, container?.ModelPackageName ?? packageArn(1));
  return { ModelArn: `arn:aws:sagemaker:us-east-1:000000000000:model/${name}` };
}

function removeModel(sagemaker: SageMakerTasks, request: Readonly<Record<string, unknown>>) {
  sagemaker.models.delete(String(request['ModelName']));
  return {};
}

function summarize(summaries: Set<string>, request: Readonly<Record<string, unknown>>) {
  const payload = request['Payload'] as { readonly batchId: string; readonly drift: unknown };
  summaries.add(payload.batchId);
  const folder = `s3://bucket/scored/abalone/${payload.batchId}/`;
  return {
    Payload: {
      rows: { scored: 3, rejected: 1, refused: 0 },
      columns: ['length', 'prediction'],
      files: { predictions: `${folder}predictions.csv`, rejected: `${folder}rejected.csv` },
      answers: { kind: 'number', mean: 9.51234, minimum: 4, maximum: 20 },
      drift: payload.drift,
    },
  };
}
