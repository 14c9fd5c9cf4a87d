import { describe, expect, it } from 'vitest';
import { rolePrincipal } from '../cloud/principal.ts';
import type { PolicyDocument } from '../cloud/service.ts';
import { askPolicy, compilePolicy } from './policy.ts';
import {
  type PolicyKind,
  readPolicyDocument,
  statementsOf,
  storedPolicyDocument,
} from './policy-document.ts';

/** A resource's policy with one statement, in which something is otherwise. */
function withStatement(change: object): string {
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', ...change }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** What is wrong with a policy, as `rule: message`. */
function refusal(text: string, kind: PolicyKind = 'resource'): string {
  try {
    readPolicyDocument(text, kind, ({ rule, message }) => new Error(`${rule}: ${message}`));
    return 'read';
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a stored policy says of a request for an object. */
function answer(document: PolicyDocument): object {
  return askPolicy(compilePolicy(document), {
    principal: rolePrincipal('arn:aws:iam::000000000000:role/app/Trainer', 'run-1'),
    accountId: '000000000000',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::data/a.csv',
    context: new Map([['aws:sourceip', ['127.0.0.1']]]),
  });
}

// The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// The condition operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
const MALFORMED: readonly (readonly [text: string, refusal: string])[] = [
  ['{', 'json: The policy is not valid JSON'],
  ['null', 'syntax: The policy must be an object'],
  ['[]', 'syntax: The policy must be an object'],
  ['1', 'syntax: The policy must be an object'],
  ['"x"', 'syntax: The policy must be an object'],
  ['{}', 'missing: Statement is missing'],
  ['{"Statement":null}', 'syntax: Statement must be an object'],
  ['{"Statement":"x"}', 'syntax: Statement must be an object'],
  ['{"Statement":[]}', 'empty: Statement must not be empty'],
  ['{"Statement":[null]}', 'syntax: Statement[0] must be an object'],
  ['{"Statement":[[]]}', 'syntax: Statement[0] must be an object'],
  ['{"Version":1,"Statement":[]}', 'syntax: Version must be 2012-10-17 or 2008-10-17'],
  ['{"Id":1,"Statement":[]}', 'syntax: Id must be a string'],
  ['{"Extra":1,"Statement":[]}', 'syntax: Extra is not an element of a policy'],
  [withStatement({ Sid: 1 }), 'syntax: Statement[0].Sid must be a string'],
  [withStatement({ Effect: null }), 'effect: Statement[0].Effect must be Allow or Deny'],
  [withStatement({ Effect: 'deny' }), 'effect: Statement[0].Effect must be Allow or Deny'],
  [
    withStatement({ Conditon: {} }),
    'syntax: Statement[0].Conditon is not an element of a statement',
  ],
  [withStatement({ Principal: undefined }), 'missing: Statement[0].Principal is missing'],
  ...[
    null,
    'arn:aws:iam::0:root',
    1,
    [],
    { AWS: null },
    { AWS: [1] },
    { AWS: {} },
    { Who: '*' },
  ].map(
    (Principal) =>
      [
        withStatement({ Principal }),
        'principal: Statement[0].Principal must be * or an object of strings',
      ] as const,
  ),
  [withStatement({ Action: undefined }), 'missing: Statement[0].Action is missing'],
  ...[null, 1, [null], {}].map(
    (Action) =>
      [
        withStatement({ Action }),
        'action: Statement[0].Action must be a string or a list of strings',
      ] as const,
  ),
  [
    withStatement({ NotAction: 's3:*' }),
    'syntax: Statement[0].NotAction must not stand beside Action',
  ],
  [
    withStatement({ Resource: [null] }),
    'resource: Statement[0].Resource must be a string or a list of strings',
  ],
  [withStatement({ Condition: null }), 'condition: Statement[0].Condition must be an object'],
  [
    withStatement({ Condition: { StringLike: null } }),
    'condition: Statement[0].Condition.StringLike must be an object',
  ],
  ...['SomethingElse', 'constructor', 'toString', '', 'ForAnyValue:', 'IfExists'].map(
    (operator) =>
      [
        withStatement({ Condition: { [operator]: { 'aws:SourceIp': 'x' } } }),
        `condition: Statement[0].Condition.${operator} is not a condition operator`,
      ] as const,
  ),
  ...[null, {}, [null], [[]]].map(
    (value) =>
      [
        withStatement({ Condition: { StringLike: { 'aws:SourceIp': value } } }),
        'condition: Statement[0].Condition.StringLike.aws:SourceIp must be a string, a number, a boolean or a list of them',
      ] as const,
  ),
  ...['1.2.3.4/99', '1.2.3.4/x', '1.2.3.4/', '1.2.3.4/8/8', '::1/129', 'host', ''].map(
    (range) =>
      [
        withStatement({ Condition: { NotIpAddress: { 'aws:SourceIp': range } } }),
        'condition: Statement[0].Condition.NotIpAddress.aws:SourceIp must be an IP address or a range in CIDR notation',
      ] as const,
  ),
  [
    withStatement({ Condition: { NumericLessThan: { 's3:max-keys': 'x' } } }),
    'condition: Statement[0].Condition.NumericLessThan.s3:max-keys must be a number',
  ],
  [
    withStatement({ Condition: { DateLessThanIfExists: { 'aws:CurrentTime': 'soon' } } }),
    'date: Statement[0].Condition.DateLessThanIfExists.aws:CurrentTime must be a date',
  ],
];

describe('a policy that is given', () => {
  it.each(MALFORMED)('%s is refused', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it.each([
    withStatement({}),
    withStatement({ Principal: { AWS: ['*'], Service: 'sns.amazonaws.com' }, Sid: '' }),
    withStatement({ Principal: undefined, NotPrincipal: { Federated: 'x', CanonicalUser: 'y' } }),
    withStatement({ Condition: {} }),
    withStatement({ Condition: { SomethingElse: {} } }),
    withStatement({
      Condition: {
        'ForAllValues:StringLikeIfExists': { a: ['b', 1, true] },
        IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '::1', 'fe80::/10'] },
        Null: { 'aws:x': false },
        NumericNotEquals: { 'aws:x': '1e3' },
        DateGreaterThan: { 'aws:EpochTime': 1_700_000_000, 'aws:CurrentTime': '2026-01-01' },
      },
    }),
    '{"Id":"a","Statement":{"Effect":"Deny","Principal":"*","NotAction":["*"],"NotResource":[]}}',
  ])('%s is read', (text) => {
    expect(refusal(text)).toBe('read');
  });

  it('names no principal where it belongs to a role', () => {
    expect(refusal(withStatement({ Principal: undefined }), 'identity')).toBe('read');
  });
});

describe('a policy that was stored unread', () => {
  const denied = { denies: true, allows: 'none' };
  // Only the kind of a policy says whether these are missing.
  const judged = MALFORMED.filter(
    ([text, rule]) => !/^(?:missing: Statement\[|empty)/.test(rule) && text !== '',
  );

  it.each(judged)('%s denies', (text) => {
    expect(answer(storedPolicyDocument(text))).toEqual(denied);
  });

  it.each([null, 1, 'x', []])('as %j denies', (document) => {
    expect(answer(document as unknown as PolicyDocument)).toEqual(denied);
  });

  it('denies by one of its statements', () => {
    const good = (JSON.parse(withStatement({})) as { Statement: readonly unknown[] }).Statement;
    const document = { Statement: [...good, null] } as unknown as PolicyDocument;

    expect(answer(document)).toEqual(denied);
    expect(answer({ Statement: [...good] } as PolicyDocument)).toEqual({
      denies: false,
      allows: 'direct',
    });
  });

  it('keeps denying where a statement is added to it', () => {
    const added = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } as const;

    const answers = ['null', '{"Statement":null}', '{"Statement":[null]}'].map((text) =>
      answer({ Statement: [...statementsOf(storedPolicyDocument(text)), added] }),
    );

    expect(answers).toEqual([denied, denied, denied]);
    expect(statementsOf(undefined)).toEqual([]);
  });
});
