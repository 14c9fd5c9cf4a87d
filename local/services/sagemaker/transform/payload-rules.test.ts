import { describe, expect, it } from 'vitest';
import type { Instance } from '../hosting/instance.ts';
import { batchEnvironment, payloadRules } from './payload-rules.ts';

const MB = 1_048_576;
type Input = Parameters<typeof payloadRules>[0];

/** The rules of a request, and how often the model was asked for its own. */
async function rulesOf(input: Partial<Input>, body?: string, status = 200) {
  let asked = 0;
  const instance = {
    executionParameters: () => {
      asked += 1;
      if (body === undefined) return Promise.reject(new Error('no answer'));
      return Promise.resolve({ status, body: Buffer.from(body) });
    },
  } as unknown as Instance;
  return { ...(await payloadRules(input as Input, instance)), asked };
}

const DEFAULTS = {
  isByLine: false,
  isSingleRecord: false,
  maxBytes: 6 * MB,
  maxConcurrent: 1,
  maxPayloadMb: 6,
  asked: 1,
};

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html and
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
describe('the payloads of a transform job', () => {
  it.each<[what: string, input: Partial<Input>, model: string | undefined, changes: object]>([
    ['have the defaults where neither says more', {}, undefined, {}],
    ['have the defaults where the answer is not JSON', {}, '{', {}],
    ['have the defaults where the answer is not an object', {}, '1', {}],
    ['have the defaults where the answer is null', {}, 'null', {}],
    [
      'follow the model',
      {},
      '{"MaxConcurrentTransforms":8,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":10}',
      { isSingleRecord: true, maxBytes: 10 * MB, maxConcurrent: 8, maxPayloadMb: 10 },
    ],
    [
      'do not follow a value that is not a whole number, or is above 100 MB',
      {},
      '{"MaxConcurrentTransforms":1.5,"BatchStrategy":"MULTI_RECORD","MaxPayloadInMB":101}',
      {},
    ],
    [
      'do not follow negative numbers',
      {},
      '{"MaxConcurrentTransforms":-1,"MaxPayloadInMB":-1}',
      {},
    ],
    [
      'may have 100 MB, one at a time',
      {},
      '{"MaxConcurrentTransforms":2,"MaxPayloadInMB":100}',
      { maxBytes: 100 * MB, maxPayloadMb: 100 },
    ],
    [
      'follow the request before the model',
      { MaxConcurrentTransforms: 2, BatchStrategy: 'MultiRecord' },
      '{"MaxConcurrentTransforms":8,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":10}',
      { maxBytes: 10 * MB, maxConcurrent: 2, maxPayloadMb: 10 },
    ],
    [
      'follow the model where the request says 0 at a time',
      { MaxConcurrentTransforms: 0, MaxPayloadInMB: 1, BatchStrategy: 'SingleRecord' },
      '{"MaxConcurrentTransforms":8}',
      { isSingleRecord: true, maxBytes: MB, maxConcurrent: 8, maxPayloadMb: 1 },
    ],
    [
      'are not asked of the model where the request says all',
      { MaxConcurrentTransforms: 1, MaxPayloadInMB: 1, BatchStrategy: 'SingleRecord' },
      '{"MaxConcurrentTransforms":8}',
      { isSingleRecord: true, maxBytes: MB, maxPayloadMb: 1, asked: 0 },
    ],
    [
      'are of any size up to that of all with 0, one at a time',
      { MaxConcurrentTransforms: 5, MaxPayloadInMB: 0 },
      undefined,
      { maxBytes: 100 * MB, maxPayloadMb: 0 },
    ],
    [
      'are together at most 100 MB',
      { MaxConcurrentTransforms: 50, MaxPayloadInMB: 30 },
      undefined,
      { maxBytes: 30 * MB, maxConcurrent: 3, maxPayloadMb: 30 },
    ],
    [
      'are lines where the request splits by lines',
      { TransformInput: { SplitType: 'Line', DataSource: undefined } },
      undefined,
      { isByLine: true },
    ],
  ])('%s', async (_what, input, model, changes) => {
    expect(await rulesOf(input, model)).toEqual({ ...DEFAULTS, ...changes });
  });

  it('have the defaults where the model refuses the request, or there is none', async () => {
    const rules = '{"MaxConcurrentTransforms":8}';
    const { asked: _, ...defaults } = DEFAULTS;

    expect(await rulesOf({}, rules, 404)).toEqual(DEFAULTS);
    expect(await payloadRules({} as Input, undefined)).toEqual(defaults);
  });
});

describe('the environment of a model in a transform job', () => {
  it.each<[input: Partial<Input>, megabytes: string, strategy: string, concurrent: string]>([
    [{}, '6', 'MULTI_RECORD', '1'],
    [{ MaxConcurrentTransforms: 0 }, '6', 'MULTI_RECORD', '1'],
    [
      { BatchStrategy: 'SingleRecord', MaxPayloadInMB: 0, MaxConcurrentTransforms: 4 },
      '0',
      'SINGLE_RECORD',
      '4',
    ],
  ])('of %j', (input, megabytes, strategy, concurrent) => {
    expect(batchEnvironment(input as Input)).toEqual({
      SAGEMAKER_BATCH: 'true',
      SAGEMAKER_MAX_PAYLOAD_IN_MB: megabytes,
      SAGEMAKER_BATCH_STRATEGY: strategy,
      SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: concurrent,
    });
  });
});
