import type {
  DeleteLifecyclePolicyRequest,
  DeleteRepositoryPolicyRequest,
  ECR,
  GetLifecyclePolicyRequest,
  GetRepositoryPolicyRequest,
  PutLifecyclePolicyRequest,
  SetRepositoryPolicyRequest,
} from '@aws-sdk/client-ecr';
import { storedPolicyDocument } from '../../authorization/index.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { PolicyDocument } from '../../cloud/service.ts';
import { InvalidParameterException, PolicyNotFoundException } from './errors.ts';
import { findRepository, placeOf } from './find.ts';
import { type EcrState, onRepository } from './state.ts';
import type { RepositoryRecord } from './store.ts';

/** The policies of repositories: who may use them, and which images expire. */
export const policyOperations: OperationTable<ECR, EcrState> = {
  SetRepositoryPolicy: {
    permissions: onRepository('SetRepositoryPolicy'),
    run(input: SetRepositoryPolicyRequest, state) {
      const policy = checkPolicy(input.policyText, 'Statement', 'PolicyText');
      const record = { ...findRepository(state, input), policy };
      state.store.putRepository(record);
      return { ...answerOf(state, record), policyText: policy };
    },
  },
  GetRepositoryPolicy: {
    readOnly: true,
    permissions: onRepository('GetRepositoryPolicy'),
    run(input: GetRepositoryPolicyRequest, state) {
      const record = findRepository(state, input);
      return { ...answerOf(state, record), policyText: policyOf(state, record, 'Repository') };
    },
  },
  DeleteRepositoryPolicy: {
    permissions: onRepository('DeleteRepositoryPolicy'),
    run(input: DeleteRepositoryPolicyRequest, state) {
      const { policy: policyText, ...record } = findRepository(state, input);
      if (policyText === undefined) {
        throw new PolicyNotFoundException('Repository', placeOf(state, record));
      }
      state.store.putRepository(record);
      return { ...answerOf(state, record), policyText };
    },
  },
  PutLifecyclePolicy: {
    permissions: onRepository('PutLifecyclePolicy'),
    run(input: PutLifecyclePolicyRequest, state) {
      const lifecyclePolicy = checkPolicy(
        input.lifecyclePolicyText,
        'rules',
        'LifecyclePolicyText',
      );
      const record = { ...findRepository(state, input), lifecyclePolicy };
      state.store.putRepository(record);
      return { ...answerOf(state, record), lifecyclePolicyText: lifecyclePolicy };
    },
  },
  GetLifecyclePolicy: {
    readOnly: true,
    permissions: onRepository('GetLifecyclePolicy'),
    run(input: GetLifecyclePolicyRequest, state) {
      const record = findRepository(state, input);
      return {
        ...answerOf(state, record),
        lifecyclePolicyText: policyOf(state, record, 'Lifecycle'),
      };
    },
  },
  DeleteLifecyclePolicy: {
    permissions: onRepository('DeleteLifecyclePolicy'),
    run(input: DeleteLifecyclePolicyRequest, state) {
      const { lifecyclePolicy, ...record } = findRepository(state, input);
      if (lifecyclePolicy === undefined) {
        throw new PolicyNotFoundException('Lifecycle', placeOf(state, record));
      }
      state.store.putRepository(record);
      return { ...answerOf(state, record), lifecyclePolicyText: lifecyclePolicy };
    },
  },
};

/** The policy of a repository, for authorization. */
export function repositoryPolicy({ store }: EcrState, arn: string): PolicyDocument | undefined {
  const text = store.repository(arn.split(':repository/')[1] ?? '')?.policy;
  return text === undefined ? undefined : storedPolicyDocument(text);
}

function policyOf(
  state: EcrState,
  record: RepositoryRecord,
  kind: 'Lifecycle' | 'Repository',
): string {
  const text = kind === 'Lifecycle' ? record.lifecyclePolicy : record.policy;
  if (text === undefined) throw new PolicyNotFoundException(kind, placeOf(state, record));
  return text;
}

function answerOf({ cloud }: EcrState, { name }: RepositoryRecord) {
  return { registryId: cloud.accountId, repositoryName: name };
}

/** A JSON document with this list. */
function checkPolicy(text = '', list: 'Statement' | 'rules', parameter: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: refused below.
  }
  const entries =
    typeof value === 'object' && value !== null && list in value
      ? (value as Record<string, unknown>)[list]
      : undefined;
  if (!Array.isArray(entries) && (list === 'rules' || typeof entries !== 'object')) {
    throw new InvalidParameterException(
      `Invalid parameter at '${parameter}' failed to satisfy constraint: 'Invalid ${list === 'rules' ? 'lifecycle' : 'repository'} policy provided'`,
    );
  }
  return text;
}
