import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { Slots } from '../../../jobs/index.ts';
import type { Instance } from '../hosting/instance.ts';
import type { InputObject, JobS3 } from '../jobs/s3-objects.ts';
import type { DataLog } from './data-log.ts';
import type { DataProcessing } from './data-processing/data-processing.ts';
import { type FileFailure, failureOf } from './file-failure.ts';
import type { PayloadRules } from './payload-rules.ts';
import { transformFile } from './transform-file.ts';

/** What the files of a job share. */
export interface FilesRun {
  readonly s3: JobS3;
  readonly input: CreateTransformJobRequest;
  readonly instances: readonly Instance[];
  readonly rules: PayloadRules;
  readonly processing: DataProcessing;
  /** The folder of the answers. */
  readonly folder: string;
  readonly log: DataLog;
  /** Whether the job was stopped, or the runtime stops. */
  readonly isEnded: () => boolean;
}

/** One file of the input, and why it failed if it did. */
export interface FileResult {
  readonly object: InputObject;
  /** `bucket/key` */
  readonly label: string;
  readonly outputFile: string;
  readonly failure?: FileFailure;
}

/**
 * Predicts every file; one that fails does not keep the others from being predicted. The results are in the order of
 * the files.
 */
export async function transformFiles(
  objects: readonly InputObject[],
  run: FilesRun,
): Promise<readonly FileResult[]> {
  await mkdir(run.folder, { recursive: true });
  const results: FileResult[] = [];
  const queue = [...objects.entries()];
  const work = async (instance: Instance, slots: Slots) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (run.isEnded()) return;
      const [index, object] = next;
      results[index] = await resultOf(object, { run, instance, slots, index });
    }
  };
  const workers = run.instances.flatMap((instance) => {
    const slots = new Slots(run.rules.maxConcurrent);
    return Array.from({ length: run.rules.maxConcurrent }, () => work(instance, slots));
  });
  await Promise.all(workers);
  // A job that was ended has no result for some files.
  return results.filter((result) => result !== undefined);
}

interface FilePlace {
  readonly run: FilesRun;
  readonly instance: Instance;
  readonly slots: Slots;
  readonly index: number;
}

async function resultOf(object: InputObject, place: FilePlace): Promise<FileResult> {
  const { run, instance, slots, index } = place;
  const label = `${object.place.Bucket}/${object.place.Key}`;
  const outputFile = join(run.folder, `${index}.out`);
  const result = { object, label, outputFile };
  try {
    await transformFile(object, { ...run, instance, slots, outputFile });
    return result;
  } catch (error) {
    const failure = failureOf(error);
    if (!run.isEnded()) run.log.fileFailed(label, failure.message, failure.answer);
    return { ...result, failure };
  }
}
