import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { parseJson } from '../../../../engine/index.ts';
import type { Instance } from '../hosting/instance.ts';
import {
  BYTES_PER_MB,
  DEFAULT_PAYLOAD_MB,
  EXECUTION_PARAMETERS_TIMEOUT_MS,
  MAX_PAYLOADS_MB,
} from './limits.ts';
import type { BatchRules } from './mini-batches.ts';

/** How large the requests to the model are, and how many an instance has at a time. */
export interface PayloadRules extends BatchRules {
  readonly maxConcurrent: number;
  readonly maxPayloadMb: number;
}

/**
 * The rules of the request; those that it leaves out are the model's own.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
 */
export async function payloadRules(
  input: CreateTransformJobRequest,
  instance: Instance | undefined,
): Promise<PayloadRules> {
  const model = isComplete(input) ? {} : await modelRules(instance);
  const maxConcurrent = input.MaxConcurrentTransforms || model.maxConcurrent || 1;
  const maxPayloadMb = input.MaxPayloadInMB ?? model.maxPayloadMb ?? DEFAULT_PAYLOAD_MB;
  return {
    isByLine: input.TransformInput?.SplitType === 'Line',
    isSingleRecord: (input.BatchStrategy ?? model.strategy) === 'SingleRecord',
    // 0 is for payloads of any size, which AWS sends in chunks; here they have the limit of all payloads.
    maxBytes: (maxPayloadMb || MAX_PAYLOADS_MB) * BYTES_PER_MB,
    maxConcurrent: Math.max(1, Math.min(maxConcurrent, mostPayloads(maxPayloadMb))),
    maxPayloadMb,
  };
}

/** The variables that AWS sets for a container in batch transform. The same page. */
export function batchEnvironment(input: CreateTransformJobRequest): Record<string, string> {
  const { BatchStrategy, MaxPayloadInMB = DEFAULT_PAYLOAD_MB, MaxConcurrentTransforms } = input;
  return {
    SAGEMAKER_BATCH: 'true',
    SAGEMAKER_MAX_PAYLOAD_IN_MB: String(MaxPayloadInMB),
    SAGEMAKER_BATCH_STRATEGY: BatchStrategy === 'SingleRecord' ? 'SINGLE_RECORD' : 'MULTI_RECORD',
    SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(MaxConcurrentTransforms || 1),
  };
}

/** The payloads that the limit of all of them leaves room for. */
function mostPayloads(maxPayloadMb: number): number {
  return maxPayloadMb === 0 ? 1 : Math.floor(MAX_PAYLOADS_MB / maxPayloadMb);
}

function isComplete(input: CreateTransformJobRequest): boolean {
  const { MaxConcurrentTransforms = 0, MaxPayloadInMB, BatchStrategy } = input;
  return MaxConcurrentTransforms > 0 && MaxPayloadInMB !== undefined && BatchStrategy !== undefined;
}

interface ModelRules {
  readonly maxConcurrent?: number;
  readonly maxPayloadMb?: number;
  readonly strategy?: 'SingleRecord' | 'MultiRecord';
}

/** A model does not need to answer this request. */
async function modelRules(instance: Instance | undefined): Promise<ModelRules> {
  try {
    const answer = await instance?.executionParameters(EXECUTION_PARAMETERS_TIMEOUT_MS);
    if (answer?.status !== 200) return {};
    const parameters: unknown = parseJson(answer.body.toString('utf8'));
    return typeof parameters === 'object' && parameters !== null ? rulesOf(parameters) : {};
  } catch {
    return {};
  }
}

function rulesOf(parameters: object): ModelRules {
  const { MaxConcurrentTransforms, MaxPayloadInMB, BatchStrategy } = parameters as Readonly<
    Record<string, unknown>
  >;
  return {
    ...(isWhole(MaxConcurrentTransforms) && { maxConcurrent: MaxConcurrentTransforms }),
    ...(isWhole(MaxPayloadInMB) &&
      MaxPayloadInMB <= MAX_PAYLOADS_MB && { maxPayloadMb: MaxPayloadInMB }),
    ...(BatchStrategy === 'SINGLE_RECORD' && { strategy: 'SingleRecord' as const }),
  };
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
