import { expect, it } from 'vitest';
import { renderCurl, renderPython } from './render-request.ts';

const records = [{ name: `O'Brien "Bob" \\`, town: null }];
const request = { origin: 'https://example.org', project: 'people', records };

it('renders a command whose quotes a shell reads as meant', () => {
  expect(renderCurl({ ...request, isSignedIn: true })).toBe(
    String.raw`curl https://example.org/api/v1/inference/predict \
  -H 'content-type: application/json' \
  -H "authorization: Bearer $TOKEN" \
  -d '{"modelName":"people","records":[{"name":"O'\''Brien \"Bob\" \\","town":null}]}'`,
  );
});

it('renders a program that reads the body from a string', () => {
  const program = renderPython({ ...request, isSignedIn: false });
  const [, text = ''] = /json\.loads\((".*")\)/.exec(program) ?? [];

  // Python reads the escapes of a JSON string as JSON does.
  expect(JSON.parse(JSON.parse(text))).toEqual({ records });
  expect(program).toContain('"https://example.org/api/v1/public/projects/people/predict"');
  expect(program).not.toContain('authorization');
});
