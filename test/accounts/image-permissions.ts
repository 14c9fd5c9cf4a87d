import { GetRepositoryPolicyCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { type Ends, ofRole, type Permission } from './permissions.ts';

/** Takes an action out of the policy of the repository in dev. */
const ofRepository =
  (action: string) =>
  async ({ dev: { ecr, names } }: Ends) => {
    const repositoryName = names.imageRepository;
    const { policyText = '' } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
    const put = (text: string) =>
      ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: text }));
    await put(policyText.replace(`"${action}"`, '"ecr:ListImages"'));
    return () => put(policyText);
  };

/** Takes an action out of what the role of the copier may do; the statement has others. */
const ofCopier = (action: string) =>
  ofRole(
    'staging',
    ({ qualified }) => `${qualified}-handover-images`,
    (text) => text.replace(`"${action}"`, '"ecr:ListImages"'),
  );

const wordsOf = (action: string) => `because no resource-based policy allows the ${action} action`;

const step = { state: 'Copy images' };

/** Each permission that crosses the accounts for an image of the team. */
export const imagePermissions: Readonly<Record<string, Permission>> = Object.fromEntries(
  ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].flatMap((action) => [
    [
      `${action} in the policy of the repository in dev`,
      { ...step, remove: ofRepository(action), words: wordsOf(action) },
    ],
    [
      `${action} of the role in staging`,
      { ...step, remove: ofCopier(action), words: wordsOf(action) },
    ],
  ]),
);
