import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { WebHeader } from '../../../cloud/web.ts';
import type { CloudFrontState } from '../state.ts';
import type { Behavior } from './behaviors.ts';
import { compressed } from './compression.ts';
import type { EdgeRequest, EdgeResponse } from './viewer.ts';

const LONG = 'a'.repeat(1_000);
const TYPE: WebHeader = ['content-type', 'text/plain; charset=utf-8'];
/** A behavior without a policy, which compresses with gzip. */
const GZIP = { Compress: true } as Behavior;
const STATE = { store: undefined } as unknown as CloudFrontState;

const asking = (accept: string, method = 'GET') =>
  ({ method, headers: [['accept-encoding', accept]] }) as unknown as EdgeRequest;
const answer = (more: Partial<EdgeResponse> = {}): EdgeResponse => ({
  mark: 'Miss',
  status: 200,
  headers: [TYPE, ['content-length', '1000']],
  body: LONG,
  ...more,
});
const encodingOf = async (response: EdgeResponse, request = asking('gzip')) => {
  const { headers } = await compressed(STATE, GZIP, request, response);
  return headers.find(([name]) => name === 'content-encoding')?.[1];
};

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
describe('a response is compressed', () => {
  it.each([
    ['of status 200', {}, 'gzip'],
    ['of status 403', { status: 403 }, 'gzip'],
    ['of status 404', { status: 404 }, 'gzip'],
    ['of status 206', { status: 206 }, undefined],
    ['of status 500', { status: 500 }, undefined],
    ['without a body', { body: undefined }, undefined],
    ['of 999 bytes', { body: 'a'.repeat(999) }, undefined],
    ['that is compressed', { headers: [TYPE, ['content-encoding', 'br']] }, 'br'],
    ['of an image', { headers: [['content-type', 'image/png']] }, undefined],
    ['without a type', { headers: [] }, undefined],
    ['of a type in capitals', { headers: [['content-type', 'TEXT/CSV']] }, 'gzip'],
    ['of 10 MB', { headers: [TYPE, ['content-length', '10000000']] }, 'gzip'],
    ['of more', { headers: [TYPE, ['content-length', '10000001']] }, undefined],
    ['of more, without its length', { headers: [TYPE], body: 'a'.repeat(10_000_001) }, undefined],
    ['as a stream', { body: Readable.from([Buffer.from(LONG)]) }, 'gzip'],
  ] as [string, Partial<EdgeResponse>, string | undefined][])(
    '%s',
    async (_name, response, encoding) => {
      expect(await encodingOf(answer(response))).toBe(encoding);
    },
  );

  it.each([
    ['gzip, deflate', 'GET', 'gzip'],
    [' br ;q=1, gzip;q=0.5', 'GET', 'gzip'],
    ['gzip;q=0', 'GET', undefined],
    ['gzip; q=0.000', 'GET', undefined],
    ['deflate', 'GET', undefined],
    ['gzip', 'HEAD', undefined],
  ])('for a viewer that accepts %s with %s', async (accept, method, encoding) => {
    expect(await encodingOf(answer(), asking(accept, method))).toBe(encoding);
  });

  it('with a weak entity tag, without its length, and by the viewer of each encoding', async () => {
    const response = answer({ headers: [TYPE, ['content-length', '1000'], ['etag', '"a"']] });

    const { body, headers } = await compressed(STATE, GZIP, asking('gzip'), response);

    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'text/plain; charset=utf-8',
      etag: 'W/"a"',
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
    });
    expect(gunzipSync(body as Buffer).toString()).toBe(LONG);
    const weak = await compressed(
      STATE,
      GZIP,
      asking('gzip'),
      answer({ headers: [TYPE, ['etag', 'W/"a"']] }),
    );
    expect(weak.headers).toContainEqual(['etag', 'W/"a"']);
  });
});
