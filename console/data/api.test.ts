import { expect, it } from 'vitest';
import { answerOf } from './api.ts';
import { problemOf } from './problem-error.ts';

it('reads when to ask again', async () => {
  const response = new Response('{}', { headers: { 'poll-after': '2' } });

  const answer = await answerOf(Promise.resolve({ data: { one: 1 }, response }));

  expect(answer).toEqual({ body: { one: 1 }, pollAfterSeconds: 2 });
});

it('does not know when to ask again where the answer does not say', async () => {
  const answer = await answerOf(Promise.resolve({ data: {}, response: new Response('{}') }));

  expect(answer.pollAfterSeconds).toBeUndefined();
});

it('throws the problem that was answered', async () => {
  const problem = { type: 'urn:stepmill:problem:version-not-found', title: 'Gone', status: 404 };
  const response = new Response('', { status: 404 });

  const answer = answerOf(Promise.resolve({ error: problem, response }));

  await expect(answer).rejects.toMatchObject({ problem, kind: 'version-not-found' });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
it('takes what API Gateway answers itself for a problem', () => {
  expect(problemOf({ message: 'Service Unavailable' }, 503)).toEqual({
    type: 'urn:stepmill:problem:http-503',
    title: 'Service Unavailable',
    status: 503,
  });
});

it.each([undefined, null, '', 'text'])('takes %j for a problem', (body) => {
  expect(problemOf(body, 500)).toMatchObject({ title: 'HTTP 500', status: 500 });
});
