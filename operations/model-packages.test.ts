import { expect, it } from 'vitest';
import type { ProjectParameter } from '../events/index.ts';
import { decide, findModelPackage } from './model-packages.ts';
import { scriptedClients } from './scripted-clients.testing.ts';

interface Update {
  readonly ApprovalDescription?: string;
}

async function sent(message: string | undefined): Promise<readonly Update[]> {
  const updates: Update[] = [];
  const connection = scriptedClients({
    UpdateModelPackage: (input: Update) => {
      updates.push(input);
      return {};
    },
  });
  await decide(connection, 'arn:package', 'Rejected', message);
  return updates;
}

// SageMaker takes `.*` of up to 1,024 characters (botocore, ApprovalDescription).
it.each([
  ['worse\non\r\nolder rows\n', 'worse on older rows'],
  ['bell\u0007 and\u2028line', 'bell and line'],
  ['x'.repeat(1_024), 'x'.repeat(1_024)],
  ['\n', undefined],
  [undefined, undefined],
])('a message is sent as one line: %j', async (message, ApprovalDescription) => {
  expect(await sent(message)).toEqual([
    {
      ModelPackageArn: 'arn:package',
      ModelApprovalStatus: 'Rejected',
      ...(ApprovalDescription === undefined ? {} : { ApprovalDescription }),
    },
  ]);
});

it('a message that a model package does not keep is refused before the call', async () => {
  await expect(sent('x'.repeat(2_000))).rejects.toThrow(
    'The message has 2000 characters. A model package keeps up to 1024: shorten it.',
  );
});

it.each([
  [[], 'none yet, upload data to train one.'],
  [
    [{ ModelPackageVersion: 3, ModelApprovalStatus: 'Approved' }],
    '3 (Approved); to take one of them, name it.',
  ],
])(
  'without a version that waits, the versions that there are are named: %j',
  async (list, versions) => {
    const connection = scriptedClients({
      ListModelPackages: () => ({ ModelPackageSummaryList: list }),
    });
    const project = { modelPackageGroupName: 'AbaloneModelPackageGroup' } as ProjectParameter;
    await expect(
      findModelPackage(connection, project, { status: 'PendingManualApproval' }),
    ).rejects.toThrow(
      `AbaloneModelPackageGroup has no package that is PendingManualApproval; nothing was changed. Versions: ${versions}`,
    );
  },
);
