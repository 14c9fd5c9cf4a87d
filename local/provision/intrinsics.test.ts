import { describe, expect, it } from 'vitest';
import { holds, referencesOf, resolve, type Scope, UnresolvedIntrinsic } from './intrinsics.ts';
import type { Template } from './template.ts';

const template: Template = {
  Parameters: { BootstrapVersion: { Type: 'String', Default: '/cdk-bootstrap/version' } },
  Mappings: { Images: { 'us-east-1': { account: '683313688378' } } },
  Conditions: {
    IsUsEast: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    IsElsewhere: { 'Fn::Not': [{ Condition: 'IsUsEast' }] },
    IsOne: { 'Fn::Equals': [1, '1'] },
    IsTrue: { 'Fn::Equals': ['true', true] },
    IsTwo: { 'Fn::Equals': [2, '1'] },
    Never: { 'Fn::And': [{ Condition: 'IsUsEast' }, { Condition: 'IsElsewhere' }] },
  },
  Resources: {},
};

const scope: Scope = {
  stackName: 'app',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/app/1',
  accountId: '000000000000',
  region: 'us-east-1',
  partition: 'aws',
  template,
  ref: (logicalId) => (logicalId === 'Bucket' ? 'my-bucket' : undefined),
  attribute: (logicalId, name) => (logicalId === 'Bucket' && name === 'Arn' ? 'arn:b' : undefined),
  importValue: (name) => `imported ${name}`,
};

const cases: readonly (readonly [string, unknown, unknown])[] = [
  ['plain data', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
  ['Ref of a resource', { Ref: 'Bucket' }, 'my-bucket'],
  ['Ref of a parameter', { Ref: 'BootstrapVersion' }, '/cdk-bootstrap/version'],
  [
    'Ref of pseudo parameters',
    [{ Ref: 'AWS::Partition' }, { Ref: 'AWS::AccountId' }],
    ['aws', '000000000000'],
  ],
  [
    'Fn::GetAtt as a list and as text',
    [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, { 'Fn::GetAtt': 'Bucket.Arn' }],
    ['arn:b', 'arn:b'],
  ],
  [
    'Fn::Join over other functions',
    { 'Fn::Join': ['', ['s3://', { Ref: 'Bucket' }, '/x']] },
    's3://my-bucket/x',
  ],
  [
    'Fn::Sub with variables and literals',
    { 'Fn::Sub': ['${Bucket}-${Bucket.Arn}-${x}-${!y}', { x: 1 }] },
    'my-bucket-arn:b-1-${y}',
  ],
  [
    'Fn::Select of Fn::Split',
    { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Bucket' }] }] },
    'bucket',
  ],
  [
    'Fn::FindInMap',
    { 'Fn::FindInMap': ['Images', { Ref: 'AWS::Region' }, 'account'] },
    '683313688378',
  ],
  [
    'Fn::FindInMap with a default for what it lacks',
    { 'Fn::FindInMap': ['Images', 'eu-west-1', 'account', { DefaultValue: { Ref: 'Bucket' } }] },
    'my-bucket',
  ],
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
  [
    'Fn::Cidr',
    { 'Fn::Cidr': ['192.168.0.0/24', '6', '5'] },
    [0, 32, 64, 96, 128, 160].map((last) => `192.168.0.${last}/27`),
  ],
  ['Fn::Cidr over octets', { 'Fn::Cidr': ['10.1.0.0/16', 2, 8] }, ['10.1.0.0/24', '10.1.1.0/24']],
  ['Fn::If', { 'Fn::If': ['IsUsEast', 'yes', 'no'] }, 'yes'],
  [
    'AWS::NoValue',
    { a: { 'Fn::If': ['IsElsewhere', 1, { Ref: 'AWS::NoValue' }] }, b: 2 },
    { b: 2 },
  ],
  ['Fn::ImportValue', { 'Fn::ImportValue': 'other' }, 'imported other'],
];

it.each([
  ['more blocks than it holds', ['192.168.0.0/24', 9, 5]],
  ['257 blocks', ['10.0.0.0/8', 257, 8]],
  ['an address that is none', ['300.0.0.0/24', 1, 8]],
  ['IPv6', ['2001:db8::/56', 1, 64]],
])('Fn::Cidr refuses %s', (_, argument) => {
  expect(() => resolve({ 'Fn::Cidr': argument }, scope, '/Resources/X')).toThrow(
    '/Resources/X: Template error: Fn::Cidr cannot divide',
  );
});

describe('resolve', () => {
  it.each(cases)('evaluates %s', (_, value, expected) => {
    expect(resolve(value, scope, '/Resources/X')).toEqual(expected);
  });

  it.each([
    [
      { a: { 'Fn::Transform': {} } },
      '/Resources/X/a: the function Fn::Transform is not supported locally.',
    ],
    [{ a: [{ Ref: 'Missing' }] }, '/Resources/X/a[0]: Ref to Missing, which was not created.'],
    [
      { 'Fn::GetAtt': ['Bucket', 'Nothing'] },
      '/Resources/X: Bucket has no attribute Nothing here.',
    ],
  ])('refuses %j, naming the place', (value, message) => {
    expect(() => resolve(value, scope, '/Resources/X')).toThrow(
      new UnresolvedIntrinsic(
        message.split(': ')[0] ?? '',
        message.split(': ').slice(1).join(': '),
      ),
    );
  });
});

describe('holds', () => {
  it('evaluates conditions through one another', () => {
    expect(['IsUsEast', 'IsElsewhere', 'Never'].map((name) => holds(name, scope))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html: texts.
it('compares numbers and booleans as the texts that they are', () => {
  expect(['IsOne', 'IsTrue', 'IsTwo'].map((name) => holds(name, scope))).toEqual([
    true,
    true,
    false,
  ]);
});

describe('referencesOf', () => {
  it('finds what Ref, Fn::GetAtt and Fn::Sub name, and not the variables of Fn::Sub', () => {
    const value = [
      { Ref: 'A' },
      { 'Fn::GetAtt': ['B', 'Arn'] },
      { 'Fn::Sub': '${C}/${D.Arn}/${!E}' },
      { 'Fn::Sub': ['${F}', { F: { Ref: 'G' } }] },
    ];

    expect([...referencesOf(value)].sort()).toEqual(['A', 'B', 'C', 'D', 'G']);
  });
});
