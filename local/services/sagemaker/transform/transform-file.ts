import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { gunzip } from '../../../host/gunzip.ts';
import type { Slots } from '../../../jobs/index.ts';
import { ContainerFailure } from '../hosting/failures.ts';
import type { Instance } from '../hosting/instance.ts';
import { type InputObject, type JobS3, openObject } from '../jobs/s3-objects.ts';
import type { DataProcessing } from './data-processing/data-processing.ts';
import { DEFAULT_INVOCATION_RETRIES, DEFAULT_INVOCATION_TIMEOUT_SECONDS } from './limits.ts';
import { type MiniBatch, miniBatches } from './mini-batches.ts';
import type { PayloadRules } from './payload-rules.ts';

/** What predicting one file needs. */
export interface FileRun {
  readonly s3: JobS3;
  readonly input: CreateTransformJobRequest;
  readonly instance: Instance;
  readonly rules: PayloadRules;
  readonly processing: DataProcessing;
  /** The requests of the instance, which its files share. */
  readonly slots: Slots;
  readonly outputFile: string;
  readonly isEnded: () => boolean;
}

/**
 * Predicts one file: several requests at a time, with the answers in the order of the records. At most the payloads
 * of these requests are in memory.
 *
 * @throws an error for `failureOf`
 */
export async function transformFile(object: InputObject, run: FileRun): Promise<void> {
  const input = await openInput(object, run);
  const output = await open(run.outputFile, 'w');
  const writes = new OrderedWrites(output, run);
  const batches = miniBatches(input, run.rules);
  try {
    while (!writes.hasFailed && !run.isEnded()) {
      await run.slots.take();
      const next = await batches.next().catch((error: unknown) => {
        run.slots.release();
        throw error;
      });
      if (next.done === true) {
        run.slots.release();
        break;
      }
      writes.add(predict(next.value, run));
    }
    await writes.last;
  } finally {
    await writes.settled();
    await batches.return(undefined);
    await output.close();
  }
}

async function openInput(object: InputObject, { s3, input }: FileRun): Promise<Readable> {
  const source = await openObject(s3, object.place);
  if (input.TransformInput?.CompressionType !== 'Gzip') return source;
  return gunzip(source);
}

/** Writes answers in the order of their requests, and frees the slot of each when it is written. */
class OrderedWrites {
  readonly #output: FileHandle;
  readonly #run: FileRun;
  readonly #pending = new Set<Promise<void>>();
  last: Promise<void> = Promise.resolve();
  hasFailed = false;

  constructor(output: FileHandle, run: FileRun) {
    this.#output = output;
    this.#run = run;
  }

  add(answer: Promise<Buffer>): void {
    const write = this.#write(answer, this.last).finally(() => this.#run.slots.release());
    this.last = write;
    this.#pending.add(write);
    write.then(
      () => this.#pending.delete(write),
      () => {
        this.hasFailed = true;
      },
    );
  }

  /** Resolves when no request is left, whether it failed or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async #write(answer: Promise<Buffer>, before: Promise<void>): Promise<void> {
    const [bytes] = await Promise.all([answer, before]);
    await this.#output.appendFile(bytes);
  }
}

const NEWLINE = Buffer.from('\n');

async function predict(batch: MiniBatch, run: FileRun): Promise<Buffer> {
  const answer = await invoke(await run.processing.filterInput(batch), run);
  const stored = await run.processing.finish(batch, answer);
  const isByLine = run.input.TransformOutput?.AssembleWith === 'Line';
  const isTerminated = stored.length === 0 || stored.at(-1) === NEWLINE[0];
  return isByLine && !isTerminated ? Buffer.concat([stored, NEWLINE]) : stored;
}

async function invoke(body: Buffer, { instance, input, isEnded }: FileRun): Promise<Buffer> {
  const {
    InvocationsTimeoutInSeconds: seconds = DEFAULT_INVOCATION_TIMEOUT_SECONDS,
    InvocationsMaxRetries: retries = DEFAULT_INVOCATION_RETRIES,
  } = input.ModelClientConfig ?? {};
  const { ContentType } = input.TransformInput ?? {};
  const { Accept } = input.TransformOutput ?? {};
  const headers = {
    ...(ContentType === undefined ? {} : { 'Content-Type': ContentType }),
    ...(Accept === undefined ? {} : { Accept }),
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await instance.invoke({ body, headers, timeoutMs: seconds * 1_000 })).body;
    } catch (error) {
      const mayRepeat = attempt < retries && !isEnded();
      if (!mayRepeat || !isTemporary(error)) throw error;
    }
  }
}

/** AWS does not document which answers are repeated. An error of the script would be the same again. */
function isTemporary(error: unknown): boolean {
  return error instanceof ContainerFailure && [0, 502, 503, 504].includes(error.status);
}
