import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';
import type { Prediction } from './chart.ts';

const evaluationSchema = z.object({
  regression_metrics: z.record(
    z.string(),
    z.object({ value: z.number(), standard_deviation: z.number() }),
  ),
});

const smokeSchema = z.object({
  rows: z.array(z.object({ row: z.string(), actual: z.number(), expected: z.number() })),
});

/** A metric on the test split, with its standard deviation. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly standardDeviation: number;
}

/** A raw row without its label, the label, and what the model answered when it was evaluated. */
export interface LabelledRow {
  readonly row: string;
  readonly actual: number;
  readonly expected: number;
}

/** What a registered model's run left beside it. */
export interface TrainedModel {
  readonly metrics: readonly Metric[];
  readonly rows: readonly LabelledRow[];
  readonly predictions: readonly Prediction[];
}

/** Reads the evaluation that a model package names, and what lies beside it. */
export async function describeTrainedModel(
  connection: Connection,
  modelPackageArn: string,
): Promise<TrainedModel> {
  const { ModelMetrics } = await connection.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn }),
  );
  const uri = ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  if (uri === undefined) {
    throw new UserError(`${modelPackageArn} names no evaluation, so its metrics cannot be shown.`);
  }
  const read = (name: string) => readObject(connection, uri.replace(/[^/]*$/, name));
  const evaluation = evaluationSchema.parse(JSON.parse(await read('evaluation.json')));
  const smoke = smokeSchema.parse(JSON.parse(await read('smoke.json')));
  return {
    metrics: Object.entries(evaluation.regression_metrics).map(([name, metric]) => ({
      name,
      value: metric.value,
      standardDeviation: metric.standard_deviation,
    })),
    rows: smoke.rows,
    predictions: parsePredictions(await read('predictions.csv')),
  };
}

async function readObject({ s3 }: Connection, uri: string): Promise<string> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

/** Two columns of numbers, `actual,predicted`, under a header. */
function parsePredictions(text: string): readonly Prediction[] {
  const [, ...lines] = text.trim().split('\n');
  return lines.map((line) => {
    const [actual = Number.NaN, predicted = Number.NaN] = line.split(',').map(Number);
    return { actual, predicted };
  });
}
