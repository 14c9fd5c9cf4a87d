import { expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createSsmService } from './index.ts';

const put = (Name: string, Value = 'v', more: object = {}): Step => [
  'PutParameter',
  { Name, Value, Type: 'String', ...more },
];
const get = (Name: string, more: object = {}): Step => ['GetParameter', { Name, ...more }];
const tags = { ResourceType: 'Parameter', ResourceId: '/a/b' };

const steps: readonly Step[] = [
  put(''),
  put('a b'),
  put('aws-x'),
  put('/ssm/x'),
  put('/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16'),
  put('/a/b', 'x'.repeat(4_097)),
  put('/a/b', 'x', { Type: 'Other' }),
  put('/a/b', 'x', { Type: undefined }),
  put('/a/b', 'x', { AllowedPattern: '^y$' }),
  put('/a/b', 'x', { AllowedPattern: '(' }),
  put('/a/b', 'x', { Tier: 'Other' }),
  put('/a/b', '', {}),
  put('/a/b', 'one', { Description: 'd', Tags: [{ Key: 'team', Value: 'ml' }] }),
  put('/a/b', 'two'),
  put('/a/b', 'two', { Overwrite: true, Tags: [{ Key: 'x', Value: '' }] }),
  { advanceSeconds: 1 },
  put('/a/b', 'two', { Overwrite: true, Description: 'changed' }),
  put('/a/b', 'three', { Overwrite: true, Type: 'StringList' }),
  put('/a/list', 'x,y', { Type: 'StringList' }),
  put('/a/secret', 's', { Type: 'SecureString' }),
  put('/a/deep/er', 'deep'),
  put('plain', 'p', { Tier: 'Advanced', DataType: 'text' }),
  get('/a/b'),
  get('/a/b:1'),
  get('/a/b:9'),
  get('/a/b:label'),
  get('missing'),
  get('/a/secret'),
  get('/a/secret', { WithDecryption: true }),
  get('arn:aws:ssm:us-east-1:000000000000:parameter/a/b'),
  ['GetParameters', { Names: ['/a/b', 'missing', 'plain', '/a/b:1', '/a/b:9'] }],
  ['GetParameters', { Names: [] }],
  ['GetParameters', { Names: Array.from({ length: 11 }, (_, index) => `n${index}`) }],
  ['GetParametersByPath', { Path: '/a' }],
  ['GetParametersByPath', { Path: '/a/', Recursive: true, WithDecryption: true }],
  ['GetParametersByPath', { Path: '/', Recursive: true, MaxResults: 2 }, 'page'],
  [
    'GetParametersByPath',
    (answered) => ({ Path: '/', Recursive: true, NextToken: answered('page.NextToken') }),
  ],
  ['GetParametersByPath', { Path: 'a' }],
  ['GetParametersByPath', { Path: '/a', MaxResults: 11 }],
  [
    'GetParametersByPath',
    { Path: '/a', ParameterFilters: [{ Key: 'Type', Option: 'Equals', Values: ['StringList'] }] },
  ],
  ['GetParameterHistory', { Name: '/a/b' }],
  ['GetParameterHistory', { Name: '/a/b', MaxResults: 1 }],
  ['GetParameterHistory', { Name: 'missing' }],
  [
    'LabelParameterVersion',
    { Name: '/a/b', ParameterVersion: 1, Labels: ['label', '1x', 'aws-x'] },
  ],
  ['LabelParameterVersion', { Name: '/a/b', Labels: ['latest'] }],
  ['LabelParameterVersion', { Name: '/a/b', ParameterVersion: 9, Labels: ['x'] }],
  [
    'LabelParameterVersion',
    { Name: '/a/b', Labels: Array.from({ length: 11 }, (_, i) => `l${i}`) },
  ],
  get('/a/b:label'),
  ['LabelParameterVersion', { Name: '/a/b', Labels: ['label'] }],
  get('/a/b:label'),
  ['DescribeParameters'],
  [
    'DescribeParameters',
    { ParameterFilters: [{ Key: 'Name', Option: 'Contains', Values: ['b'] }] },
  ],
  [
    'DescribeParameters',
    { ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/a/'] }], MaxResults: 1 },
  ],
  ['DescribeParameters', { ParameterFilters: [{ Key: 'Path', Values: ['/a'] }] }],
  ['DescribeParameters', { ParameterFilters: [{ Key: 'Type', Values: ['SecureString'] }] }],
  ['DescribeParameters', { ParameterFilters: [{ Key: 'Unknown', Values: ['x'] }] }],
  ['DescribeParameters', { MaxResults: 51 }],
  ['ListTagsForResource', tags],
  ['AddTagsToResource', { ...tags, Tags: [{ Key: 'b', Value: '' }] }],
  ['RemoveTagsFromResource', { ...tags, TagKeys: ['team'] }],
  ['ListTagsForResource', tags],
  ['ListTagsForResource', { ...tags, ResourceId: 'missing' }],
  ['ListTagsForResource', { ...tags, ResourceType: 'Document' }],
  ['DeleteParameter', { Name: 'plain' }],
  ['DeleteParameter', { Name: 'plain' }],
  ['DeleteParameters', { Names: ['/a/b', 'missing'] }],
  get('/a/b'),
];

it('SSM answers as in the transcript', async () => {
  const transcript = await transcriptOf('ssm', [createSsmService], steps);

  await expect(transcript).toMatchFileSnapshot('transcripts/ssm.txt');
});
