import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assumeRole } from '../cloud/principal.ts';
import { createS3Service } from '../services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

let runtime: TestRuntime;
let iam: IAMClient;
let sts: STSClient;
let roles = 0;

beforeAll(async () => {
  runtime = await startTestRuntime([createS3Service]);
  iam = new IAMClient(runtime.clientConfig);
  sts = new STSClient(runtime.clientConfig);
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

async function sessionOf(RoleArn: string) {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tester' }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return { ...runtime.clientConfig, credentials };
}

describe('sessions of roles', () => {
  it.each([
    ['session policies', { Policy: allow('s3:GetObject') }],
    ['session policies', { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }],
    ['session tags', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['multi-factor authentication', { SerialNumber: 'GAHT12345678', TokenCode: '123456' }],
  ])('have no %s, which would only be left out', async (what, options) => {
    const { RoleArn } = await newRole();

    const refused = failure(
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tester', ...options })),
    );

    expect(await refused).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining(`stepmill's STS has no ${what}`),
    });
  });

  it('are who they say they are', async () => {
    const { RoleArn, RoleName } = await newRole();
    const mine = await sts.send(new GetCallerIdentityCommand({}));

    const session = new STSClient(await sessionOf(RoleArn));
    const theirs = await session.send(new GetCallerIdentityCommand({}));

    expect(mine.Arn).toBe('arn:aws:iam::000000000000:root');
    expect(theirs.Arn).toBe(`arn:aws:sts::000000000000:assumed-role/${RoleName}/tester`);
  });

  it('may do what the policies of the role allow, as soon as they do', async () => {
    const { RoleArn, RoleName } = await newRole();
    const admin = new S3Client(runtime.clientConfig);
    await admin.send(new CreateBucketCommand({ Bucket: 'guarded' }));
    await admin.send(new PutObjectCommand({ Bucket: 'guarded', Key: 'k', Body: 'x' }));
    const s3 = new S3Client(await sessionOf(RoleArn));
    const read = (Key: string) => s3.send(new GetObjectCommand({ Bucket: 'guarded', Key }));

    const before = await failure(read('k'));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'p',
        PolicyDocument: allow('s3:GetObject', 'arn:aws:s3:::guarded/*'),
      }),
    );
    const after = await read('k');
    const missing = await failure(read('none'));

    expect([before.name, before.message]).toEqual([
      'AccessDenied',
      `User: arn:aws:sts::000000000000:assumed-role/${RoleName}/tester is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::guarded/k" because no identity-based policy allows the s3:GetObject action`,
    ]);
    expect(await after.Body?.transformToString()).toBe('x');
    // Who may not list does not learn that the key is missing.
    expect([missing.name, missing.message]).toEqual(['AccessDenied', 'Access Denied']);
  });

  it('are not given to whom the role does not trust', async () => {
    const { RoleArn } = await newRole({ Service: 'states.amazonaws.com' });

    const refused = await failure(
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tester' })),
    );
    const service = await assumeRole(runtime.cloud, 'states.amazonaws.com', RoleArn, 'run 1');
    const other = await failure(
      assumeRole(runtime.cloud, 'lambda.amazonaws.com', RoleArn, 'run 1'),
    );

    expect([refused.name, refused.message]).toEqual([
      'AccessDenied',
      `User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    ]);
    expect(service.sessionName).toBe('run-1');
    expect(other.message).toContain('User: lambda.amazonaws.com is not authorized');
  });

  it('are not given of roles that do not exist', async () => {
    const RoleArn = 'arn:aws:iam::000000000000:role/none';

    const refused = await failure(
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tester' })),
    );

    expect(refused.name).toBe('AccessDenied');
  });

  it('cannot be forged', async () => {
    const { RoleArn } = await newRole();
    const { credentials, ...config } = await sessionOf(RoleArn);
    const sessionToken = credentials.sessionToken.replace(/.$/, (last) =>
      last === 'A' ? 'B' : 'A',
    );

    const forged = new STSClient({ ...config, credentials: { ...credentials, sessionToken } });

    expect((await failure(forged.send(new GetCallerIdentityCommand({})))).name).toBe(
      'InvalidClientTokenId',
    );
  });
});
