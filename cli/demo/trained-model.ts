import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { type NumberPrediction, parsePredictions } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';

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
  readonly predictions: readonly NumberPrediction[];
}

/** Reads the evaluation that a model package names, and what lies beside it. */
export async function describeTrainedModel(
  connection: Connection,
  modelPackageArn: string,
): Promise<TrainedModel> {
  const read = (name: string) => readBesideEvaluation(connection, modelPackageArn, name);
  const evaluation = evaluationSchema.parse(JSON.parse(await read('evaluation.json')));
  const smoke = smokeSchema.parse(JSON.parse(await read('smoke.json')));
  return {
    metrics: Object.entries(evaluation.regression_metrics).map(([name, metric]) => ({
      name,
      value: metric.value,
      standardDeviation: metric.standard_deviation,
    })),
    rows: smoke.rows,
    predictions: numbersOf(await read('predictions.csv')),
  };
}

function numbersOf(text: string): readonly NumberPrediction[] {
  const predictions = parsePredictions(text);
  return predictions.kind === 'numbers' ? predictions.rows : [];
}

/**
 * Reads a file that lies beside the evaluation of a model package.
 *
 * @throws UserError where the package names no evaluation
 */
export async function readBesideEvaluation(
  connection: Connection,
  modelPackageArn: string,
  name: string,
): Promise<string> {
  const { ModelMetrics } = await connection.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn }),
  );
  const uri = ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  if (uri === undefined) {
    throw new UserError(`${modelPackageArn} names no evaluation, so its metrics cannot be shown.`);
  }
  return readObject(connection, uri.replace(/[^/]*$/, name));
}

async function readObject({ s3 }: Connection, uri: string): Promise<string> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}
