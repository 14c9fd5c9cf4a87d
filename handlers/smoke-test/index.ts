import { randomUUID } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { Context } from 'aws-lambda';
import {
  SMOKE_TEST_INFERENCE_ID,
  type SmokeTestReply,
  type SmokeTestRequest,
  smokeRowsSchema,
  smokeTestRequestSchema,
} from '../../events/index.ts';
import { askLiveModel } from '../../operations/index.ts';
import { addProjectDimensions, logger, metrics } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { type Endpoint, testEndpoint } from './test-endpoint.ts';

const s3 = tracer.captureAWSv3Client(new S3Client({}));
const clients = {
  lambda: tracer.captureAWSv3Client(new LambdaClient({})),
  sagemakerRuntime: tracer.captureAWSv3Client(new SageMakerRuntimeClient({})),
};

/** Sends raw test rows to the live model and judges the answers. */
export async function handler(event: unknown, context: Context): Promise<SmokeTestReply> {
  logger.addContext(context);
  addProjectDimensions();
  const request = smokeTestRequestSchema.parse(event);
  const rows = smokeRowsSchema.parse(await readJson(request));
  const reply = await testEndpoint(request, rows, invoke(request, rows.contentType));
  logger.info('Rows sent', { mode: request.mode, sent: reply.sent, findings: reply.findings });
  if (request.mode !== 'record') publish(reply);
  return reply;
}

function publish(reply: SmokeTestReply): void {
  metrics.addMetric('TestRows', MetricUnit.Count, reply.sent);
  metrics.addMetric('FailedAnswers', MetricUnit.Count, reply.failed);
  metrics.addMetric('WrongAnswers', MetricUnit.Count, reply.wrong);
  metrics.publishStoredMetrics();
}

async function readJson({ bucket, key }: SmokeTestRequest): Promise<unknown> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await body?.transformToString()) ?? 'null');
}

function invoke(request: SmokeTestRequest, contentType: string): Endpoint {
  return async (row) => {
    const { text } = await askLiveModel(clients, request, {
      body: `${row}\n`,
      contentType,
      accept: 'text/csv',
      inferenceId: `${SMOKE_TEST_INFERENCE_ID}${randomUUID()}`,
      variant: request.variant,
    });
    return text;
  };
}
