import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { findUnknownTypes, listTypes } from '../delivery/index.ts';
import { createStack, type StackUnderTest } from './testing/project-stack.testing.ts';
import { watchedAbalone } from './testing/watched-project.testing.ts';
import { findErrors, findWarnings } from './warnings.ts';

let made: StackUnderTest;
let template: Template;

beforeAll(() => {
  made = createStack(watchedAbalone, { encryption: 'kms' });
  template = Template.fromStack(made.stack);
}, 60_000);

interface Policy {
  readonly Roles: readonly { readonly Ref: string }[];
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** By policy: what it allows on objects of the bucket, and on the key. */
function accesses() {
  const [keyId = ''] = Object.keys(template.findResources('AWS::KMS::Key'));
  const [bucketId = ''] = Object.keys(template.findResources('AWS::S3::Bucket'));
  const policies = template.findResources('AWS::IAM::Policy') as Readonly<
    Record<string, { readonly Properties: Policy }>
  >;
  return Object.entries(policies).map(([name, { Properties }]) => {
    const on = (id: string) =>
      Properties.PolicyDocument.Statement.filter(({ Resource }) =>
        JSON.stringify(Resource).includes(`"${id}"`),
      ).flatMap(({ Action }) => Action);
    return { name, objects: on(bucketId), key: [...new Set(on(keyId))].sort() };
  });
}

describe('a project whose environment has encryption: kms', () => {
  it('has a key that rotates, for the bucket', () => {
    const [keyId] = Object.keys(template.findResources('AWS::KMS::Key'));

    expect(keyId).toMatch(/^StorageKey/);
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::KMS::Alias', {
      AliasName: 'alias/stepmill-dev-abalone',
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [keyId, 'Arn'] },
            },
          },
        ],
      },
    });
  });

  it('lets each role use the key for what it does with objects, and no other role', () => {
    const found = accesses();
    const readers = found.filter(({ objects }) => objects.includes('s3:GetObject'));
    const writers = found.filter(({ objects }) => objects.includes('s3:PutObject'));

    expect(readers.length).toBeGreaterThan(5);
    expect(writers.length).toBeGreaterThan(5);
    for (const { name, objects, key } of found) {
      const isWriting = objects.includes('s3:PutObject');
      const isReading = objects.some((action) => action.startsWith('s3:GetObject'));
      const ofJob = isWriting && name.startsWith('JobRoles') ? ['kms:Encrypt'] : [];
      expect({ name, key }).toEqual({
        name,
        key: [
          ...(isReading || isWriting ? ['kms:Decrypt'] : []),
          ...ofJob,
          ...(isWriting ? ['kms:GenerateDataKey'] : []),
        ],
      });
    }
  });

  it('names the key to SageMaker wherever it writes, which would take aws/s3 otherwise', () => {
    const machines = template.findResources('AWS::StepFunctions::StateMachine');
    const text = JSON.stringify(machines);

    const places = [
      'OutputDataConfig',
      'ProcessingOutputConfig',
      'TransformOutput',
      'DataCaptureConfig',
    ].map((place) => text.split(`\\"${place}\\":{`).length - 1);
    const keys = text.match(/\\"KmsKeyId\\":\\"",\{"Fn::GetAtt":\["StorageKey\w+","Arn"\]/g) ?? [];
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(keys).toHaveLength(places.reduce((sum, count) => sum + count));
  });

  it('has no finding without a reason, and no type that the execution policy does not know', () => {
    expect([...findErrors(made.stack), ...findWarnings(made.stack)]).toEqual([]);
    expect(findUnknownTypes(listTypes([template.toJSON()]))).toEqual([]);
  });

  it('tells the console its key', () => {
    expect(template.findOutputs('KeyArn')).toMatchObject({
      KeyArn: { Export: { Name: 'stepmill-dev-abalone-key' } },
    });
  });
});
