import { expect, it } from 'vitest';
import { awsManagedPolicies } from './aws-managed-policies.ts';

// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
it('AWS managed policies have the documents of the transcript', async () => {
  const documents = Array.from(awsManagedPolicies, ([arn, { versions }]) =>
    [arn, ...versions.map(({ document }) => JSON.stringify(JSON.parse(document), null, 2))].join(
      '\n',
    ),
  );

  await expect(`${documents.join('\n')}\n`).toMatchFileSnapshot('transcripts/managed-policies.txt');
});
