import {
  DescribeEventBusCommand,
  PutPermissionCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetKeyPolicyCommand, ListAliasesCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import {
  DeleteModelPackageGroupPolicyCommand,
  GetModelPackageGroupPolicyCommand,
  PutModelPackageGroupPolicyCommand,
} from '@aws-sdk/client-sagemaker';
import { type Environment, region } from './environment.ts';

export interface Ends {
  readonly dev: Environment;
  readonly staging: Environment;
}

/** A permission that a handover from dev to staging needs, and what fails without it. */
export type Permission = {
  /** Returns what gives it back. */
  readonly remove: (ends: Ends) => Promise<() => Promise<unknown>>;
} & ({ readonly undelivered: string } | { readonly state: string; readonly words: string });

interface Document {
  readonly Statement: readonly object[];
}

const HARMLESS = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' };

/** Takes the statements out that name something. */
export function without(text: string, ...named: readonly string[]): string {
  const policy = JSON.parse(text) as Document;
  const Statement = policy.Statement.filter((each) => {
    const statement = JSON.stringify(each);
    return !named.every((name) => statement.includes(name));
  });
  if (Statement.length === policy.Statement.length)
    throw new Error(`No statement: ${named.join()}`);
  // IAM refuses a policy without a statement.
  if (Statement.length === 0) Statement.push(HARMLESS);
  return JSON.stringify({ ...policy, Statement });
}

const ofBucket =
  (sid: string) =>
  async ({ dev: { s3, bucket: Bucket } }: Ends) => {
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: without(Policy, sid) }));
    return () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  };

const ofKey =
  (sid: string) =>
  async ({ dev: { kms } }: Ends) => {
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
    const found = Aliases.find(({ AliasName }) => AliasName === 'alias/stepmill-dev-abalone');
    const KeyId = found?.TargetKeyId ?? '';
    const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: without(Policy, sid) }));
    return () => kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
  };

/** @param change what is left of the policy, or what the statements name that are taken out */
export const ofRole =
  (
    end: keyof Ends,
    role: (names: Environment['names']) => string,
    ...change: readonly string[] | readonly [(text: string) => string]
  ) =>
  async (ends: Ends) => {
    const { iam, names } = ends[end];
    const RoleName = role(names);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const [PolicyName = ''] = PolicyNames;
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName }),
    );
    const former = decodeURIComponent(PolicyDocument);
    const put = (text: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: text }));
    const [first] = change;
    await put(
      typeof first === 'function'
        ? first(former)
        : without(former, ...(change as readonly string[])),
    );
    return () => put(former);
  };

const ofHandover = (...named: readonly string[]) =>
  ofRole('staging', ({ qualified }) => `${qualified}-handover-${region}`, ...named);

const ofReader = (reader: string, ...named: readonly string[]) =>
  ofRole('staging', ({ qualified }) => `${qualified}-handover-${reader}`, ...named);

/** SageMaker's words of an endpoint that does not come up. */
const NOT_DOWNLOADED = 'Failed to download model data for container "container_1" from URL';

/**
 * What crosses the accounts beside that where archives are shared: reading them with the roles that need a model. Their key is
 * asked for by what reads their contents, which is the endpoint.
 */
export const sharedPermissions: Readonly<Record<string, Permission>> = {
  'archives in the policy of the bucket in dev': {
    remove: ofBucket('SharedArchivesOfstaging'),
    state: 'Fingerprint preprocessor',
    words: '403',
  },
  's3:GetObject of the promotion in staging': {
    remove: ofReader('promotion', 's3:GetObject', 'aws:ResourceAccount'),
    state: 'Fingerprint preprocessor',
    words: '403',
  },
  's3:GetObject of what serves in staging': {
    remove: ofReader('serve', 's3:GetObject', 'aws:ResourceAccount'),
    state: 'The model was not created',
    words: 'Could not access model data at s3://',
  },
  'archives in the policy of the key in dev': {
    remove: ofKey('SharedOfstaging'),
    state: NOT_DOWNLOADED,
    words: 'no resource-based policies allow access',
  },
  'kms:Decrypt of what serves in staging': {
    remove: ofReader('serve', 'kms:Decrypt', '111111111111'),
    state: NOT_DOWNLOADED,
    words: 'because no identity-based policy allows the kms:Decrypt action',
  },
};

/** Each permission that crosses the accounts. */
export const permissions: Readonly<Record<string, Permission>> = {
  'events:PutEvents of the role in dev': {
    remove: ofRole(
      'dev',
      ({ qualified }) => `${qualified}-approvals-${region}`,
      'events:PutEvents',
    ),
    undelivered: 'is not authorized to perform: events:PutEvents on resource',
  },
  'the policy of the bus in staging': {
    remove: async ({ staging: { events, names } }) => {
      const EventBusName = names.handoverBus;
      const { Policy } = await events.send(new DescribeEventBusCommand({ Name: EventBusName }));
      await events.send(new RemovePermissionCommand({ EventBusName, StatementId: 'Approvals' }));
      return () => events.send(new PutPermissionCommand({ EventBusName, Policy }));
    },
    undelivered: 'is not authorized to perform: events:PutEvents on resource',
  },
  'the policy of the group in dev': {
    remove: async ({ dev: { sagemaker, names } }) => {
      const ModelPackageGroupName = names.modelPackageGroup;
      const { ResourcePolicy } = await sagemaker.send(
        new GetModelPackageGroupPolicyCommand({ ModelPackageGroupName }),
      );
      await sagemaker.send(new DeleteModelPackageGroupPolicyCommand({ ModelPackageGroupName }));
      return () =>
        sagemaker.send(
          new PutModelPackageGroupPolicyCommand({ ModelPackageGroupName, ResourcePolicy }),
        );
    },
    state: 'Read source package',
    words: 'because no resource-based policy allows the sagemaker:DescribeModelPackage action',
  },
  'sagemaker:DescribeModelPackage of the role in staging': {
    remove: ofHandover('sagemaker:DescribeModelPackage', '111111111111'),
    state: 'Read source package',
    words: 'because no resource-based policy allows the sagemaker:DescribeModelPackage action',
  },
  'objects in the policy of the bucket in dev': {
    remove: ofBucket('HandoverObjects'),
    state: 'Fingerprint source preprocessor',
    words: '403',
  },
  's3:GetObject of the role in staging': {
    remove: ofHandover('s3:GetObject', 'aws:ResourceAccount'),
    state: 'Fingerprint source preprocessor',
    words: '403',
  },
  'objects in the policy of the key in dev': {
    remove: ofKey('Handover'),
    state: 'Copy objects',
    words: 'no resource-based policies allow access',
  },
  'kms:Decrypt of the role in staging': {
    remove: ofHandover('kms:Decrypt', '111111111111'),
    state: 'Copy objects',
    words: 'because no identity-based policy allows the kms:Decrypt action',
  },
  'kms:GenerateDataKey of the role in staging': {
    remove: ofHandover('kms:GenerateDataKey'),
    state: 'Copy objects',
    words: 'is not authorized to perform: kms:GenerateDataKey on resource',
  },
  'the list in the policy of the bucket in dev': {
    remove: ofBucket('HandoverList'),
    state: 'List run',
    words: 'because no resource-based policy allows the s3:ListBucket action',
  },
  's3:ListBucket of the role in staging': {
    remove: ofHandover('s3:ListBucket', 'aws:ResourceAccount'),
    state: 'List run',
    words: 'because no resource-based policy allows the s3:ListBucket action',
  },
};
