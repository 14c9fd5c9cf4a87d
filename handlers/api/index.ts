import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import {
  type ConsoleDelivery,
  consoleDeliverySchema,
  projectFactsSchema,
} from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import type { ApiOptions } from './api-state.ts';
import { type PipelineAccess, reachPipeline } from './pipeline-access.ts';
import { type ApiRouter, createRouter } from './router.ts';

const environmentSchema = z.object({
  STEPMILL_ENVIRONMENT: z.string(),
  STEPMILL_AUDIT_TABLE: z.string(),
  STEPMILL_AUDIT_FUNCTION: z.string(),
  STEPMILL_REQUESTS_TABLE: z.string(),
  STEPMILL_DELIVERY: z
    .string()
    .transform((text) => consoleDeliverySchema.parse(JSON.parse(text)))
    .optional(),
});

/** Lies beside the bundle. */
const PROJECTS_FILE = 'projects.json';

let router: ApiRouter | undefined;

/** Answers requests of the HTTP API. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  logger.addContext(context);
  // When it is called first, not when a test imports it.
  router ??= createRouter(readOptions(), logger);
  return router(event, context);
}

function readOptions(): ApiOptions {
  const environment = environmentSchema.parse(process.env);
  const file = join(process.env['LAMBDA_TASK_ROOT'] ?? '.', PROJECTS_FILE);
  const projects = z.array(projectFactsSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
  return {
    environment: environment.STEPMILL_ENVIRONMENT,
    clients: createClients(),
    projects,
    auditTable: environment.STEPMILL_AUDIT_TABLE,
    auditFunction: environment.STEPMILL_AUDIT_FUNCTION,
    requestsTable: environment.STEPMILL_REQUESTS_TABLE,
    delivery: environment.STEPMILL_DELIVERY && connectDelivery(environment.STEPMILL_DELIVERY),
    now: Date.now,
    newId: randomUUID,
  };
}

function createClients(): ApiOptions['clients'] {
  return {
    s3: tracer.captureAWSv3Client(new S3Client({})),
    // TestState has a host of its own on AWS, which another endpoint has not.
    states: tracer.captureAWSv3Client(
      new SFNClient({ disableHostPrefix: process.env['AWS_ENDPOINT_URL'] !== undefined }),
    ),
    sagemaker: tracer.captureAWSv3Client(new SageMakerClient({})),
    sagemakerRuntime: tracer.captureAWSv3Client(new SageMakerRuntimeClient({})),
    ssm: tracer.captureAWSv3Client(new SSMClient({})),
    logs: tracer.captureAWSv3Client(new CloudWatchLogsClient({})),
    cloudwatch: tracer.captureAWSv3Client(new CloudWatchClient({})),
    dynamodb: tracer.captureAWSv3Client(new DynamoDBClient({})),
    lambda: tracer.captureAWSv3Client(new LambdaClient({})),
    ecs: tracer.captureAWSv3Client(new ECSClient({})),
  };
}

function connectDelivery(delivery: ConsoleDelivery): PipelineAccess {
  const access = reachPipeline(delivery, tracer.captureAWSv3Client(new STSClient({})));
  return { ...access, client: tracer.captureAWSv3Client(access.client) };
}
