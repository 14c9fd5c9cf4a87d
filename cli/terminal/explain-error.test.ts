import { describe, expect, it } from 'vitest';
import { ModelError } from '../../operations/index.ts';
import { connect } from '../connection/connection.ts';
import { listProjects } from '../project/project-resources.ts';
import { uploadFile } from '../project/upload-file.ts';
import { explain } from './explain-error.ts';
import { terminalText } from './terminal.ts';

const NOBODY = 'http://127.0.0.1:1';

describe('an error', () => {
  it('of a runtime that is not there names the port and how to start one', async () => {
    const error = await listProjects(connect({ endpoint: NOBODY }), 'dev').catch(
      (problem: unknown) => problem,
    );

    expect(explain(error)).toMatch(/127\.0\.0\.1:1\).*"npm start".*--endpoint/);
  });

  it.each([
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    new Error('failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }),
    new AggregateError([Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })]),
  ])('of a connection that breaks is a sentence, however it is wrapped', (error) => {
    expect(explain(error)).toContain('Nothing answers');
    expect(explain(error)).not.toContain('    at ');
  });

  it('of a file that cannot be used names it, without a stack', () => {
    const error = Object.assign(new Error('EEXIST: file already exists, mkdir'), {
      code: 'EEXIST',
      path: 'README.md',
    });

    expect(explain(error)).toMatch(/README\.md could not be used \(EEXIST/);
    expect(explain(error)).not.toContain('    at ');
  });

  it('of AWS without credentials says how to give some', () => {
    const error = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });

    expect(explain(error)).toMatch(/nothing was done\. Set AWS_PROFILE/);
  });

  it('of a file that is not there comes before anything is sent', async () => {
    const project = { bucket: 'b', incomingPrefix: 'incoming/' } as never;
    const upload = uploadFile(connect({ endpoint: NOBODY }), project, 'no-such-file.csv');

    await expect(upload).rejects.toThrow(
      'no-such-file.csv is not a file that can be read; nothing was uploaded.',
    );
  });

  it('of a model that refuses its rows is a sentence', () => {
    const text = explain(
      new ModelError(400, 'Row 1 has 2 fields, the model wants 8: sex, length.'),
    );

    expect(terminalText(text, false)).toBe(
      'Error Received error (400) from the model: Row 1 has 2 fields, the model wants 8: sex, length.',
    );
  });

  it('of an endpoint that is not a URL says what one looks like', () => {
    expect(() => connect({ endpoint: 'foo' })).toThrow(/"foo" is not a URL; nothing was done/);
  });
});

// The words are AWS's, also of a runtime: InvokeEndpoint of SageMaker.
it.each([
  ['000000000000', 'It failed. Its log group /aws/sagemaker/Endpoints/abalone says more.'],
  [
    '111122223333',
    'It failed. See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/abalone in account 111122223333 for more information.',
  ],
])('names a log group by a link where it leads somewhere: account %s', (account, expected) => {
  const message = `It failed. See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/abalone in account ${account} for more information.`;

  const text = explain(Object.assign(new Error(message), { $metadata: {} }));

  expect(terminalText(text, false)).toBe(`Error ${expected}`);
});
