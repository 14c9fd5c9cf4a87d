import type {
  GetKeyPolicyRequest,
  KMS,
  ListKeyPoliciesRequest,
  PutKeyPolicyRequest,
} from '@aws-sdk/client-kms';
import { readPolicyDocument, storedPolicyDocument } from '../../authorization/index.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Account, PolicyDocument } from '../../cloud/service.ts';
import {
  LimitExceededException,
  MalformedPolicyDocumentException,
  NotFoundException,
} from './errors.ts';
import { checkNotPending, findKeyById, lookUp, onKey } from './find-key.ts';
import { POLICY_BYTES } from './limits.ts';
import { changeKey, type KmsState } from './state.ts';
import type { KeyRecord } from './store.ts';

/** The only name that a policy may have. */
const DEFAULT_NAME = 'default';

/** The policy of a key, without which nobody may use it. */
export const policyOperations: OperationTable<KMS, KmsState> = {
  GetKeyPolicy: {
    readOnly: true,
    permissions: (input: GetKeyPolicyRequest, state) => onKey('GetKeyPolicy', input, state),
    run(input: GetKeyPolicyRequest, state) {
      const { policy } = findKeyById(state, input.KeyId);
      checkName(input.PolicyName);
      return { Policy: policy, PolicyName: DEFAULT_NAME };
    },
  },
  ListKeyPolicies: {
    readOnly: true,
    permissions: (input: ListKeyPoliciesRequest, state) => onKey('ListKeyPolicies', input, state),
    run(input: ListKeyPoliciesRequest, state) {
      findKeyById(state, input.KeyId);
      return { PolicyNames: [DEFAULT_NAME], Truncated: false };
    },
  },
  PutKeyPolicy: {
    permissions: (input: PutKeyPolicyRequest, state) => onKey('PutKeyPolicy', input, state),
    run(input: PutKeyPolicyRequest, state): object {
      const record = findKeyById(state, input.KeyId);
      checkNotPending(state, record);
      checkName(input.PolicyName);
      changeKey(state, record, { policy: checkedPolicy(input.Policy) });
      return {};
    },
  },
};

/** @throws NotFoundException */
function checkName(name: string = DEFAULT_NAME): void {
  if (name !== DEFAULT_NAME) throw new NotFoundException('No such policy exists');
}

/** @throws MalformedPolicyDocumentException, LimitExceededException */
export function checkedPolicy(text = ''): string {
  if (Buffer.byteLength(text) > POLICY_BYTES) {
    throw new LimitExceededException(`A key policy has at most ${POLICY_BYTES} bytes.`);
  }
  readPolicyDocument(
    text,
    'resource',
    ({ message }) => new MalformedPolicyDocumentException(message),
  );
  return text;
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
export function defaultPolicy({ accountId, partition }: Account): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
}

const documents = new WeakMap<KeyRecord, PolicyDocument>();

/** The policy of the key of an ARN, for authorization; the same document until it changes. */
export function keyPolicy(state: KmsState, arn: string): PolicyDocument | undefined {
  if (!arn.includes(':key/')) return undefined;
  const record = lookUp(state, arn);
  if (record === undefined) return undefined;
  const document = documents.get(record) ?? storedPolicyDocument(record.policy);
  documents.set(record, document);
  return document;
}
