import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';

let runtime: TestRuntime;
let iam: IAMClient;
let roles = 0;

beforeAll(async () => {
  runtime = await startTestRuntime([]);
  iam = new IAMClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

function trust(Principal: object): string {
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function allow(Action: string, Resource = '*'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource }],
  });
}

async function newRole(Principal: object = { AWS: '000000000000' }) {
  roles += 1;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: `role-${roles}`,
      AssumeRolePolicyDocument: trust(Principal),
    }),
  );
  return { RoleName: Role?.RoleName ?? '', RoleArn: Role?.Arn ?? '' };
}

async function failure(call: Promise<unknown>): Promise<{ name: string; message: string }> {
  return await call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: { name: string; message: string }) => error,
  );
}

describe('roles', () => {
  it('are created, read, tagged and deleted', async () => {
    const { RoleName, RoleArn } = await newRole();
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: '1' }] }));

    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const listed = await iam.send(new ListRolesCommand({}));
    await iam.send(new DeleteRoleCommand({ RoleName }));

    const gone = await failure(iam.send(new GetRoleCommand({ RoleName })));
    expect(RoleArn).toBe(`arn:aws:iam::000000000000:role/${RoleName}`);
    expect(Role).toMatchObject({ Path: '/', Tags: [{ Key: 'a', Value: '1' }] });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(
      trust({ AWS: '000000000000' }),
    );
    expect(listed.Roles?.map((role) => role.Arn)).toContain(RoleArn);
    expect([gone.name, gone.message]).toEqual([
      'NoSuchEntityException',
      `The role with name ${RoleName} cannot be found.`,
    ]);
  });

  it('cannot be created twice', async () => {
    const { RoleName } = await newRole();

    const again = await failure(
      iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ AWS: '*' }) })),
    );

    expect(again.name).toBe('EntityAlreadyExistsException');
  });

  it('have a boundary that is put, read and deleted, and whose policy stays', async () => {
    const { RoleName } = await newRole();
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: allow('s3:*') }),
    );
    const PermissionsBoundary = Policy?.Arn ?? '';
    const missing = await failure(
      iam.send(
        new PutRolePermissionsBoundaryCommand({
          RoleName,
          PermissionsBoundary: `${PermissionsBoundary}-2`,
        }),
      ),
    );
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));

    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const used = await iam.send(
      new ListEntitiesForPolicyCommand({
        PolicyArn: PermissionsBoundary,
        PolicyUsageFilter: 'PermissionsBoundary',
      }),
    );
    const attached = await iam.send(
      new ListEntitiesForPolicyCommand({
        PolicyArn: PermissionsBoundary,
        PolicyUsageFilter: 'PermissionsPolicy',
      }),
    );
    const inUse = await failure(
      iam.send(new DeletePolicyCommand({ PolicyArn: PermissionsBoundary })),
    );
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    const after = await iam.send(new GetRoleCommand({ RoleName }));
    await iam.send(new DeletePolicyCommand({ PolicyArn: PermissionsBoundary }));

    expect([missing.name, missing.message]).toEqual([
      'NoSuchEntityException',
      `Scope ARN: ${PermissionsBoundary}-2 does not exist or is not attachable.`,
    ]);
    expect(Role?.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: PermissionsBoundary,
    });
    expect(used.PolicyRoles?.map((role) => role.RoleName)).toEqual([RoleName]);
    expect(attached.PolicyRoles).toEqual([]);
    expect(inUse.name).toBe('DeleteConflictException');
    expect(after.Role?.PermissionsBoundary).toBeUndefined();
  });

  it('keep their policies, and can be deleted only without them', async () => {
    const { RoleName } = await newRole();
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow('s3:*') }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));

    const names = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const inline = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const conflict = await failure(iam.send(new DeleteRoleCommand({ RoleName })));
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new DeleteRoleCommand({ RoleName }));

    expect(names.PolicyNames).toEqual(['p']);
    expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(allow('s3:*'));
    expect(attached.AttachedPolicies).toEqual([
      { PolicyArn, PolicyName: 'AWSLambdaBasicExecutionRole' },
    ]);
    expect(conflict.name).toBe('DeleteConflictException');
  });

  it.each([
    ['not JSON', '{'],
    ['no statement', '{}'],
    ['a principal', allow('s3:*').replace('"Effect"', '"Principal":"*","Effect"')],
    ['no resource', allow('s3:*').replace(',"Resource":"*"', '')],
    ['another effect', allow('s3:*').replace('Allow', 'Perhaps')],
  ])('refuse a policy with %s', async (_what, PolicyDocument) => {
    const { RoleName } = await newRole();

    const refused = await failure(
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument })),
    );

    expect(refused.name).toBe('MalformedPolicyDocumentException');
  });
});

function policyWith(part: object): string {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...part };
  return JSON.stringify({ Version: '2012-10-17', Statement: statement });
}

// As moto records IAM's answers (Apache-2.0, tests/test_iam/test_iam_policies.py), and as users report them.
describe('a policy is refused in the words of IAM', () => {
  it.each([
    [
      { Action: 'GetObject' },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      { Action: ['s3:GetObject', ''] },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [{ Action: 's3:s3:GetObject' }, 'Actions/Condition can contain only one colon.'],
    [{ Action: 'a b:GetObject' }, 'Vendor a b is not valid'],
    [{ Action: [] }, 'Policy statement must contain actions.'],
    [{ Resource: [] }, 'Policy statement must contain resources.'],
    [{ Resource: 'bucket' }, 'Resource bucket must be in ARN format or "*".'],
    [{ Resource: '' }, 'Resource  must be in ARN format or "*".'],
    [
      { Resource: 'arn:error:s3:::bucket' },
      'Partition "error" is not valid for resource "arn:error:s3:::bucket".',
    ],
  ])('%j: %s', async (part, message) => {
    const { RoleName } = await newRole();

    const refused = await failure(
      iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policyWith(part) }),
      ),
    );

    expect(refused).toMatchObject({ name: 'MalformedPolicyDocumentException', message });
  });

  it.each(['s3:GetObject', '*', 'sts:GetCallerIdentity'])(
    'a trust policy for %s',
    async (Action) => {
      const AssumeRolePolicyDocument = trust({ AWS: '*' }).replace('sts:AssumeRole', Action);

      const refused = await failure(
        iam.send(new CreateRoleCommand({ RoleName: 'untrusted', AssumeRolePolicyDocument })),
      );

      expect(refused).toMatchObject({
        name: 'MalformedPolicyDocumentException',
        message: 'AssumeRole policy may only specify STS AssumeRole actions.',
      });
    },
  );
});

describe('managed policies', () => {
  it('have versions, of which one is the default', async () => {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'reader', PolicyDocument: allow('s3:GetObject') }),
    );
    const PolicyArn = Policy?.Arn ?? '';
    const second = await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: allow('s3:PutObject'),
        SetAsDefault: true,
      }),
    );

    const first = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    const conflict = await failure(iam.send(new DeletePolicyCommand({ PolicyArn })));

    expect(second.PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: true });
    expect(first.PolicyVersion?.IsDefaultVersion).toBe(false);
    expect(conflict.name).toBe('DeleteConflictException');
  });

  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
  it.each([
    'AmazonSageMakerFullAccess',
    'AmazonS3FullAccess',
    'AWSStepFunctionsFullAccess',
    'CloudWatchLogsFullAccess',
    'AmazonDynamoDBFullAccess',
    'ReadOnlyAccess',
  ])('of AWS: %s can be attached, with a document', async (name) => {
    const { RoleName } = await newRole();
    const PolicyArn = `arn:aws:iam::aws:policy/${name}`;

    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }),
    );

    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain('"Effect":"Allow"');
  });

  it('of AWS that this runtime lacks can be attached, and grant nothing', async () => {
    const { RoleName } = await newRole();
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonNothingAccess';

    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }),
    );

    expect(attached.AttachedPolicies).toEqual([{ PolicyName: 'AmazonNothingAccess', PolicyArn }]);
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [],
    });
  });

  it.each(['arn:aws:iam::123456789012:policy/NotThere', 'arn:aws:iam::aws:policy/not there'])(
    'that do not exist cannot be attached: %s',
    async (PolicyArn) => {
      const { RoleName } = await newRole();

      const refused = await failure(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })));

      expect(refused.message).toBe(`Policy ${PolicyArn} does not exist or is not attachable.`);
    },
  );
});
