import { describe, expect, it } from 'vitest';
import type { ApiRuntime } from './api-runtime.ts';
import type { Person } from './sign-in.ts';

interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

const CONTENT = 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15,15\n';

/** @returns the status, and the code of S3's error */
async function send({ url, fields }: Form, content: string): Promise<readonly [number, string]> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([content]));
  const answer = await fetch(url, { method: 'POST', body: form });
  const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(await answer.text()) ?? [];
  return [answer.status, code];
}

/** What S3 says to a form, with its policy broken in every way that a browser can break it. */
export function describeUploads(api: () => ApiRuntime, operator: Person): void {
  async function createForm(): Promise<Form> {
    const { body } = await api().call({
      method: 'POST',
      path: '/api/v1/projects/abalone/datasets',
      person: operator,
      body: { fileName: 'broken.csv', sizeBytes: CONTENT.length },
    });
    return body as Form;
  }

  describe('the form of an upload', () => {
    it('takes what was announced, and nothing else', async () => {
      const form = await createForm();
      const change = (fields: Readonly<Record<string, string>>, content = CONTENT) =>
        send({ ...form, fields: { ...form.fields, ...fields } }, content);
      const policy = form.fields['Policy'] ?? '';

      expect({
        larger: await change({}, `${CONTENT}x`),
        smaller: await change({}, CONTENT.slice(1)),
        'another name': await change({ key: 'incoming/abalone/other.csv' }),
        'another project': await change({ key: 'incoming/titanic/broken.csv' }),
        'outside incoming': await change({ key: 'runs/abalone/broken.csv' }),
        'another type': await change({ 'Content-Type': 'text/html' }),
        'metadata of its own': await change({ 'x-amz-meta-owner': 'me' }),
        'another policy': await change({ Policy: policy.replace(/^./, 'f') }),
        'another signature': await change({ 'X-Amz-Signature': '0'.repeat(64) }),
        'another credential': await change({
          'X-Amz-Credential': (form.fields['X-Amz-Credential'] ?? '').replace('s3', 'sts'),
        }),
      }).toEqual({
        larger: [400, 'EntityTooLarge'],
        smaller: [400, 'EntityTooSmall'],
        'another name': [403, 'AccessDenied'],
        'another project': [403, 'AccessDenied'],
        'outside incoming': [403, 'AccessDenied'],
        'another type': [403, 'AccessDenied'],
        'metadata of its own': [403, 'AccessDenied'],
        'another policy': [403, 'SignatureDoesNotMatch'],
        'another signature': [403, 'SignatureDoesNotMatch'],
        'another credential': [403, expect.any(String)],
      });
    });

    it('is sent by pages of the console, and by no others', async () => {
      const { url } = await createForm();
      const { port } = new URL(api().site);
      const ask = async (origin: string) => {
        const headers = { origin, 'access-control-request-method': 'POST' };
        const answer = await fetch(url, { method: 'OPTIONS', headers });
        return [answer.status, answer.headers.get('access-control-allow-origin')];
      };

      expect(await ask(api().site)).toEqual([200, api().site]);
      expect(await ask(`http://127.0.0.1:${Number(port) - 1}`)).toEqual([403, null]);
      expect(await ask('https://console.example.org')).toEqual([403, null]);
    });

    it('is good for a quarter of an hour', async () => {
      const { fields } = await createForm();
      const text = Buffer.from(fields['Policy'] ?? '', 'base64').toString('utf8');
      const { expiration } = JSON.parse(text) as { expiration: string };
      const minutes = (Date.parse(expiration) - Date.now()) / 60_000;
      expect(minutes).toBeGreaterThan(14);
      expect(minutes).toBeLessThan(15.1);
    });
  });
}
