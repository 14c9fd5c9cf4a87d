import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { abalone } from '../projects/abalone/project.ts';
import { createStack } from './testing/project-stack.testing.ts';

function subscriptionsOf(notify?: string): unknown[] {
  const context = notify === undefined ? {} : { notify };
  const template = Template.fromStack(createStack(abalone, context).stack);
  return Object.values(template.findResources('AWS::SNS::Subscription')).map(
    ({ Properties: { Protocol, Endpoint } }) => `${Protocol} ${Endpoint}`,
  );
}

it('subscribes no address by itself', () => {
  expect(subscriptionsOf()).toEqual([]);
});

it('subscribes the addresses that -c notify names', () => {
  const notify = 'team@example.org, ops+ml@example.com,https://hooks.example.org/a?b=c';

  expect(subscriptionsOf(notify)).toEqual([
    'email team@example.org',
    'email ops+ml@example.com',
    'https https://hooks.example.org/a?b=c',
  ]);
});

it.each(['team', 'team@', 'http://example.org', 'a@example.org;b@example.org', 'ftp://x.org'])(
  'refuses %s by name',
  (address) => {
    expect(() => createStack(abalone, { notify: `ok@example.org,${address}` })).toThrow(
      /neither a mail address nor an https address/,
    );
  },
);
