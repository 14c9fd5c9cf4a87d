import { expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createSsmService } from './index.ts';

const put = (Name: string | undefined, Value: string, more: object = {}): Step => [
  'PutParameter',
  { Name, Value, Type: 'String', ...more },
];
const get = (Name: string): Step => ['GetParameter', { Name }];
const tag = (count: number, more: object = {}): Step => [
  'AddTagsToResource',
  {
    ResourceType: 'Parameter',
    ResourceId: 'p',
    Tags: Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' })),
    ...more,
  },
];
const described = (Key: string, Option: string | undefined, ...Values: readonly string[]): Step => [
  'DescribeParameters',
  { ParameterFilters: [{ Key, Option, Values }] },
];
const byPath = (Key: string, Option: string | undefined, ...Values: readonly string[]): Step => [
  'GetParametersByPath',
  { Path: '/', Recursive: true, ParameterFilters: [{ Key, Option, Values }] },
];

const steps: readonly Step[] = [
  ...[
    'x'.repeat(1_011),
    'x'.repeat(1_012),
    '/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15',
    '/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16',
    'AWS-x',
    'ssm.x',
    'SSMx',
    'a/b',
    '/a//b',
    '/a/',
    'a:b',
    undefined,
  ].map((name) => put(name, 'v')),
  ...[4_096, 4_097].flatMap((length): readonly Step[] => [
    put('p', 'x'.repeat(length), { Overwrite: true }),
    put('i', 'x'.repeat(length), { Overwrite: true, Tier: 'Intelligent-Tiering' }),
  ]),
  ...[8_192, 8_193].flatMap((length): readonly Step[] => [
    put('adv', 'x'.repeat(length), { Overwrite: true, Tier: 'Advanced' }),
    put('i', 'x'.repeat(length), { Overwrite: true, Tier: 'Intelligent-Tiering' }),
  ]),
  put('adv', 'small', { Overwrite: true, Tier: 'Standard' }),
  put('adv', 'small', { Overwrite: true }),
  put('p', '{{ssm:x}}'),
  put('p', '{{x}}', { Overwrite: true }),
  put('p', 'v', { Overwrite: true, Policies: '[]' }),
  put('p', 'v', { Overwrite: true, DataType: 'aws:ec2:image' }),
  put('p', 'v', { Overwrite: true, DataType: 'other' }),
  put('p', 'v', { Overwrite: true, AllowedPattern: '^v$' }),
  put('p', 'w', { Overwrite: true }),
  put('p', 'w', { Overwrite: true, AllowedPattern: '(a+)+$' }),
  put('s', 'secret', { Type: 'SecureString', KeyId: 'alias/mine' }),
  put('s', 'secret', { Type: 'String', Overwrite: true, KeyId: 'x' }),
  put('l', 'a,b', { Type: 'StringList' }),
  put('l', 'a,,b', { Type: 'StringList', Overwrite: true }),
  tag(50),
  tag(51),
  tag(1, { Tags: [{ Key: 'new', Value: '' }] }),
  tag(1, { ResourceType: 'Document' }),
  tag(1, { ResourceId: 'missing' }),
  ['RemoveTagsFromResource', { ResourceType: 'Parameter', ResourceId: 'missing', TagKeys: ['a'] }],
  put('t', 'v', { Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) }),
  put('t', 'v', {
    Tags: [
      { Key: 'team', Value: 'ml' },
      { Key: 'other', Value: 'x' },
    ],
  }),
  put('/a/b/c', 'v'),
  put('/a/b', 'v'),
  put('/ab', 'v'),
  ...['Recursive', 'OneLevel', 'Other', undefined].map((option) => described('Path', option, '/a')),
  described('Path', 'Recursive', 'a'),
  described('Path', 'Recursive', '/a/', '/ab'),
  ...['Equals', 'BeginsWith', 'Contains', 'Other', undefined].map((option) =>
    described('Name', option, 'a'),
  ),
  described('Name', 'Equals', '/a/b', 'p'),
  described('Type', 'BeginsWith', 'String'),
  described('Type', 'Equals', 'String', 'StringList'),
  described('KeyId', 'Equals', 'alias/mine'),
  described('Tier', 'Equals', 'Advanced'),
  described('DataType', 'Equals', 'text'),
  described('tag:team', 'Equals', 'ml'),
  described('tag:team', 'Equals', 'other'),
  described('tag:team', undefined),
  described('tag:missing', 'Equals', 'ml'),
  described('Label', 'Equals', 'x'),
  described('Name', 'Equals'),
  [
    'DescribeParameters',
    {
      ParameterFilters: [
        { Key: 'Name', Values: ['p'] },
        { Key: 'Name', Values: ['p'] },
      ],
    },
  ],
  ['DescribeParameters', { Filters: [{ Key: 'Name', Values: ['p'] }] }],
  ['DescribeParameters', { MaxResults: 0 }],
  ['DescribeParameters', { MaxResults: 2 }, 'page'],
  ['DescribeParameters', (answered) => ({ MaxResults: 2, NextToken: answered('page.NextToken') })],
  ['DescribeParameters', { NextToken: 'wrong' }],
  byPath('Type', 'Equals', 'StringList'),
  byPath('Type', 'BeginsWith', 'S'),
  byPath('KeyId', 'Equals', 'alias/mine'),
  byPath('Label', 'Equals', 'live'),
  byPath('Name', 'Equals', 'p'),
  byPath('Path', 'Recursive', '/a'),
  byPath('tag:team', 'Equals', 'ml'),
  ['GetParametersByPath', { Path: '/a' }],
  ['GetParametersByPath', { Path: '/a/', Recursive: true }],
  ['GetParametersByPath', { Path: '/a/b/c' }],
  ['GetParametersByPath', { Path: '' }],
  ['GetParametersByPath', { Path: '/', NextToken: 'wrong' }],
  ...Array.from({ length: 3 }, (_, i) => put('/v', `${i}`, { Overwrite: true })),
  [
    'LabelParameterVersion',
    { Name: '/v', ParameterVersion: 1, Labels: ['live', 'Live', 'a'.repeat(100)] },
  ],
  [
    'LabelParameterVersion',
    { Name: '/v', ParameterVersion: 2, Labels: ['live', 'ssm-x', '5', 'a b'] },
  ],
  ['LabelParameterVersion', { Name: '/v', Labels: Array.from({ length: 10 }, (_, i) => `l${i}`) }],
  ['LabelParameterVersion', { Name: '/v', Labels: ['one-more'] }],
  ['LabelParameterVersion', { Name: '/v', Labels: ['a'.repeat(101)] }],
  ['LabelParameterVersion', { Name: '/v', Labels: [] }],
  ['LabelParameterVersion', { Name: 'missing', Labels: ['x'] }],
  ['LabelParameterVersion', { Name: '/v:1', Labels: ['x'] }],
  get('/v:live'),
  get('/v:Live'),
  get('/v:0'),
  get('/v:1:2'),
  get(' /v '),
  get('arn:aws:ssm:us-east-1:000000000000:parameter/v:2'),
  get('arn:aws:ssm:us-east-1:111111111111:parameter/v'),
  ['GetParameters', { Names: ['/v:live', '/v:l0', '/v:none', '/v:0', ' p '] }],
  ['GetParameterHistory', { Name: '/v', MaxResults: 2 }, 'history'],
  [
    'GetParameterHistory',
    (answered) => ({ Name: '/v', MaxResults: 2, NextToken: answered('history.NextToken') }),
  ],
  ['GetParameterHistory', { Name: '/v', MaxResults: 51 }],
  ['GetParameterHistory', { Name: '/v', NextToken: 'wrong' }],
  ['GetParameterHistory', { Name: '/v:1' }],
  ['GetParameterHistory', { Name: 's', WithDecryption: true }],
  ['GetParameterHistory', { Name: 's' }],
  // A hundred versions are kept: the oldest has a label.
  ...Array.from({ length: 98 }, (_, i) => put('/v', `${i + 3}`, { Overwrite: true })).slice(0, 97),
  put('/v', 'last', { Overwrite: true }),
  get('/v:1'),
  get('/v'),
  ['DeleteParameter', { Name: '/v:1' }],
  ['DeleteParameter', { Name: '/v' }],
  ['DeleteParameters', { Names: ['p', ' l ', 'p', 'missing'] }],
  ['DeleteParameters', { Names: [] }],
  put('/v', 'again'),
];

it('SSM answers at its edges as in the transcript', async () => {
  const transcript = await transcriptOf('ssm', [createSsmService], steps);

  await expect(transcript).toMatchFileSnapshot('transcripts/edges.txt');
});
