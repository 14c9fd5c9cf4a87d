import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import { assumeRole } from '../../../cloud/principal.ts';
import type { Timer } from '../../../host/clock.ts';
import { parseS3Url } from '../s3-url.ts';
import { sageMakerInference } from '../source-arn.ts';

/** The input or output of a request. */
interface CapturedSide {
  readonly contentType: string | undefined;
  readonly data: Uint8Array;
}

/** One request to capture. */
export interface CapturedRequest {
  readonly endpointName: string;
  readonly variantName: string;
  readonly roleArn: string;
  readonly config: DataCaptureConfig;
  readonly input: CapturedSide;
  /** Undefined where the container failed; such requests are not captured. */
  readonly output: CapturedSide;
  /** The same for a request and its copy to a shadow variant. */
  readonly eventId: string;
  readonly inferenceId: string | undefined;
  readonly timestamp: number;
}

/** The maximum age of captured data before it is written, in time of the runtime's clock. AWS writes every few minutes. */
const FLUSH_INTERVAL_MS = 60_000;
const MAX_FILE_LINES = 1_000;
const MAX_FILE_BYTES = 8 * 1024 * 1024;

interface Batch {
  readonly request: CapturedRequest;
  readonly firstTimestamp: number;
  readonly lines: string[];
  bytes: number;
}

/**
 * Collects captured requests and writes them to S3 as SageMaker does: JSON lines, one file for each
 * variant and interval, below `<endpoint>/<variant>/yyyy/mm/dd/hh`, with the model's execution role.
 * A kill loses data that is not written; capture is best effort on AWS, too.
 */
export class DataCapture {
  readonly #cloud: Cloud;
  readonly #batches = new Map<string, Batch>();
  readonly #writes = new Set<Promise<void>>();
  #timer: Timer | undefined;
  /** By endpoint. */
  readonly #credits = new Map<string, number>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /**
   * Whether the next request of an endpoint is in the sample, which is evenly distributed. A request and its
   * copy to a shadow variant are sampled together.
   */
  sampled(endpointName: string, config: DataCaptureConfig | undefined): boolean {
    if (config?.EnableCapture !== true) return false;
    const credit = (this.#credits.get(endpointName) ?? 0) + (config.InitialSamplingPercentage ?? 0);
    this.#credits.set(endpointName, credit < 100 ? credit : credit - 100);
    return credit >= 100;
  }

  add(request: CapturedRequest): void {
    const hour = new Date(request.timestamp).toISOString().slice(0, 13);
    const key = `${request.endpointName}/${request.variantName}/${hour}`;
    const line = `${JSON.stringify(renderLine(request))}\n`;
    const batch = this.#batches.get(key) ?? {
      request,
      firstTimestamp: request.timestamp,
      lines: [],
      bytes: 0,
    };
    this.#batches.set(key, batch);
    batch.lines.push(line);
    batch.bytes += line.length;
    if (batch.lines.length >= MAX_FILE_LINES || batch.bytes >= MAX_FILE_BYTES) {
      this.#batches.delete(key);
      this.#write(batch);
    }
    this.#timer ??= this.#cloud.clock.setTimer(FLUSH_INTERVAL_MS, () => void this.flush());
  }

  /** Writes all collected data; resolves when it is in S3 or the write has failed. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batches = [...this.#batches.values()];
    this.#batches.clear();
    for (const batch of batches) this.#write(batch);
    await Promise.all(this.#writes);
  }

  #write(batch: Batch): void {
    const writing = this.#put(batch).catch((error: unknown) => {
      this.#cloud.logger.warn(
        { endpoint: batch.request.endpointName, error: String(error) },
        'Failed to write captured data to S3; the data is lost',
      );
    });
    this.#writes.add(writing);
    void writing.finally(() => this.#writes.delete(writing));
  }

  async #put(batch: Batch): Promise<void> {
    const { request, firstTimestamp, lines } = batch;
    const destination = parseS3Url(request.config.DestinationS3Uri ?? '');
    if (destination === undefined) return;
    const role = await assumeRole(
      this.#cloud,
      sageMakerInference(this.#cloud),
      request.roleArn,
      'SageMaker',
    );
    const name = captureFileName(firstTimestamp, this.#cloud.random.uuid());
    const folder = destination.Key.replace(/\/+$/, '');
    const { KmsKeyId } = request.config;
    await this.#cloud.call(role, 's3', 'PutObject', {
      Bucket: destination.Bucket,
      Key: [folder, request.endpointName, request.variantName, name]
        .filter((part) => part !== '')
        .join('/'),
      Body: Buffer.from(lines.join('')),
      ...(KmsKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KmsKeyId }),
    });
  }
}

/** `yyyy/mm/dd/hh/mm-ss-mmm-uuid.jsonl`, in UTC. */
function captureFileName(timestamp: number, uuid: string): string {
  const [day = '', time = ''] = new Date(timestamp).toISOString().split('T');
  const [hour = '', minute = '', seconds = ''] = time.replace('Z', '').split(':');
  return `${day.replaceAll('-', '/')}/${hour}/${minute}-${seconds.replace('.', '-')}-${uuid}.jsonl`;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html */
function renderLine(request: CapturedRequest): object {
  const { config } = request;
  const modes = new Set((config.CaptureOptions ?? []).map((option) => option.CaptureMode));
  const both = modes.has('InputAndOutput');
  return {
    captureData: {
      ...(both || modes.has('Input')
        ? { endpointInput: renderSide(request.input, 'INPUT', config) }
        : {}),
      ...(both || modes.has('Output')
        ? { endpointOutput: renderSide(request.output, 'OUTPUT', config) }
        : {}),
    },
    eventMetadata: {
      eventId: request.eventId,
      ...(request.inferenceId === undefined ? {} : { inferenceId: request.inferenceId }),
      inferenceTime: `${new Date(request.timestamp).toISOString().slice(0, 19)}Z`,
    },
    eventVersion: '0',
  };
}

/** AWS's behaviour: content types that CaptureContentTypeHeader does not list are written in base64, including CSV and JSON. */
function renderSide(
  side: CapturedSide,
  mode: 'INPUT' | 'OUTPUT',
  config: DataCaptureConfig,
): object {
  const kind = (side.contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const header = config.CaptureContentTypeHeader;
  const lists = (types: readonly string[] | undefined) =>
    (types ?? []).some((type) => type.toLowerCase() === kind);
  const text = Buffer.from(side.data);
  const encoding = lists(header?.CsvContentTypes)
    ? 'CSV'
    : lists(header?.JsonContentTypes)
      ? 'JSON'
      : 'BASE64';
  return {
    ...(side.contentType === undefined ? {} : { observedContentType: side.contentType }),
    mode,
    data: text.toString(encoding === 'BASE64' ? 'base64' : 'utf8'),
    encoding,
  };
}
