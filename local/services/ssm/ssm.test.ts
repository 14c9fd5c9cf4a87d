import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createSsmService } from './index.ts';

let runtime: TestRuntime;
let ssm: SSMClient;

beforeEach(async () => {
  runtime = await startTestRuntime([createSsmService]);
  ssm = new SSMClient(runtime.clientConfig);
});

afterEach(async () => {
  await runtime.stop();
});

function put(
  Name: string,
  Value: string,
  Overwrite = false,
): Promise<{ readonly Version?: number | undefined }> {
  return ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite }));
}

const read = async (Name: string) => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  return Parameter?.Value;
};

const names = async (options: object) => {
  const { Parameters = [], NextToken } = await ssm.send(
    new GetParametersByPathCommand({ Path: '/a', ...options }),
  );
  return { names: Parameters.map(({ Name }) => Name), NextToken };
};

describe('a parameter', () => {
  it('has versions, which are read by number, and an ARN, by which it is read too', async () => {
    await put('/stepmill/local/abalone', 'one');
    const second = await put('/stepmill/local/abalone', 'two', true);

    expect(second.Version).toBe(2);
    expect(await read('/stepmill/local/abalone')).toBe('two');
    expect(await read('/stepmill/local/abalone:1')).toBe('one');
    expect(await read('arn:aws:ssm:us-east-1:000000000000:parameter/stepmill/local/abalone')).toBe(
      'two',
    );
  });

  it('is found by path, one level or all below, page by page', async () => {
    for (const name of ['/a/1', '/a/2', '/a/b/3', '/ab/4']) await put(name, name);

    const page = await names({ Recursive: true, MaxResults: 2 });
    const rest = await names({ Recursive: true, MaxResults: 2, NextToken: page.NextToken });

    expect((await names({})).names).toEqual(['/a/1', '/a/2']);
    expect([...page.names, ...rest.names]).toEqual(['/a/1', '/a/2', '/a/b/3']);
    expect(rest.NextToken).toBeUndefined();
  });

  it('has tags and is described by filters', async () => {
    await put('/x/one', '1');
    await put('/y/two', '2');
    await ssm.send(
      new AddTagsToResourceCommand({
        ResourceType: 'Parameter',
        ResourceId: '/x/one',
        Tags: [{ Key: 'k', Value: 'v' }],
      }),
    );

    const { TagList } = await ssm.send(
      new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: '/x/one' }),
    );
    const { Parameters } = await ssm.send(
      new DescribeParametersCommand({
        ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/y'] }],
      }),
    );

    expect(TagList).toEqual([{ Key: 'k', Value: 'v' }]);
    expect(Parameters?.map(({ Name }) => Name)).toEqual(['/y/two']);
  });
});

describe('refusals', () => {
  // Errors and words as in https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
  // and as users report them from AWS.
  it.each([
    ['/aws/x', 'AccessDeniedException', 'No access to reserved parameter name: /aws/x.'],
    ['SSMx', 'ValidationException', 'prefixed with "aws" or "ssm" (case-insensitive).'],
    ['/ssm/x', 'ValidationException', 'prefixed with "ssm" (case-insensitive). If formed'],
    ['a/b', 'ValidationException', 'Parameter name must be a fully qualified name'],
    ['/a//b', 'ValidationException', 'sub-paths divided by slash symbol'],
    ['/l'.repeat(16), 'HierarchyLevelLimitExceededException', 'a maximum of 15 levels'],
  ])('of the name %s', async (name, error, words) => {
    await expect(put(name, '1')).rejects.toMatchObject({
      name: error,
      message: expect.stringContaining(words),
    });
  });

  // The ARN's prefix, arn:aws:ssm:us-east-1:000000000000:parameter, has 44 characters.
  it.each([
    [`/${'n'.repeat(966)}`, 'taken'],
    ['n'.repeat(966), 'taken'],
    [`/${'n'.repeat(967)}`, 'refused'],
    ['n'.repeat(967), 'refused'],
    ['n'.repeat(2_000), 'refused'],
  ])('of a name of more than 1,011 characters with its ARN: %s', async (name, outcome) => {
    const answer = put(name, '1');

    if (outcome === 'taken') await expect(answer).resolves.toMatchObject({ Version: 1 });
    else await expect(answer).rejects.toMatchObject({ name: 'ValidationException' });
  });

  // In the words that users report: https://github.com/hashicorp/terraform-provider-aws/issues/18550
  it('of tags together with Overwrite', async () => {
    const asked = { Name: '/both', Value: '1', Type: 'String', Overwrite: true } as const;
    const Tags = [{ Key: 'a', Value: 'b' }];

    await expect(ssm.send(new PutParameterCommand({ ...asked, Tags }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Invalid request: tags and overwrite can't be used together/),
    });
  });

  it.each([
    ['{{x}}', false],
    ['a {{ ssm:/other }} b', false],
    ['{{}}', false],
    ['{"a":{"b":1}}', true],
    ['{{ open', true],
  ])('of the value %s, which nests another: taken %s', async (value, isTaken) => {
    const answer = put('/nested', value);

    if (isTaken) await expect(answer).resolves.toMatchObject({ Version: 1 });
    else {
      await expect(answer).rejects.toMatchObject({
        name: 'ValidationException',
        message: 'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
      });
    }
  });

  // Reported of GetParameter: {test}-test (localstack/localstack#7712), My App (anomalyco/sst#4698), xxx/yyy
  // (aws/aws-sdk-js-v3#5005). The API's reference says the same of all operations that read.
  it.each(['{test}-test', 'My App', 'xxx/yyy', '//b', '/a//b', '/a/', '/', 'ä', 'user@host'])(
    'of the malformed name %s where it is read',
    async (Name) => {
      const answers = [
        ssm.send(new GetParameterCommand({ Name })),
        ssm.send(new GetParametersCommand({ Names: ['/a', Name] })),
        ssm.send(new GetParameterHistoryCommand({ Name })),
        ssm.send(new LabelParameterVersionCommand({ Name, Labels: ['l'] })),
      ];

      for (const answer of answers) {
        await expect(answer).rejects.toMatchObject({
          name: 'ValidationException',
          message: expect.stringMatching(
            /^Parameter name: can't be prefixed with "ssm" \(case-insensitive\)\. If formed as a path/,
          ),
        });
      }
      await expect(ssm.send(new DeleteParameterCommand({ Name }))).rejects.toMatchObject({
        name: 'ParameterNotFound',
      });
    },
  );

  it.each(['/a:', '/a:1:2', 'a::'])('of the selector in %s', async (Name) => {
    await put('/a', '1');

    await expect(read(Name)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Invalid parameter name\. Please use correct syntax/),
    });
  });

  it('of no name with blanks around it, which are taken away', async () => {
    await put(' /blank ', '1');

    expect(await read('/blank')).toBe('1');
    expect(await read(' /blank')).toBe('1');
    await expect(read('/aws/service/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('of nothing; 15 levels are taken', async () => {
    await expect(put('/empty', '')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put('/l'.repeat(15), '1')).resolves.toBeDefined();
  });

  it('are worded as AWS words them', async () => {
    await put('/a', '1');

    await expect(put('/a', '2')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    await expect(put('a/b', '2')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put('/big', 'x'.repeat(4_097))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(ssm.send(new GetParameterCommand({ Name: '/b' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    await expect(ssm.send(new DeleteParameterCommand({ Name: '/b' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    const { InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['/a', '/b'] }));
    expect(InvalidParameters).toEqual(['/b']);
  });
});
