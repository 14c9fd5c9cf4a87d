import type {
  CloudWatchLogs,
  DeleteResourcePolicyRequest,
  DescribeResourcePoliciesRequest,
  DescribeResourcePoliciesResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { readPolicyDocument, statementsOf } from '../../authorization/index.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { PolicyDocument } from '../../cloud/service.ts';
import {
  InvalidParameterException,
  LimitExceededException,
  ResourceNotFoundException,
} from './errors.ts';
import { DESCRIBE_PAGE_SIZE, RESOURCE_POLICIES } from './limits.ts';
import type { LogsState } from './state.ts';
import type { LogsStore, PolicyRecord } from './store.ts';

/** The account's resource policies of CloudWatch Logs: which services may write to which groups. */
export const policyOperations: OperationTable<CloudWatchLogs, LogsState> = {
  PutResourcePolicy: {
    permissions: () => on('PutResourcePolicy'),
    run(input: PutResourcePolicyRequest, { cloud, store }): PutResourcePolicyResponse {
      const record: PolicyRecord = {
        name: input.policyName ?? '',
        document: parse(input.policyDocument ?? ''),
        text: input.policyDocument ?? '',
        modifiedAt: cloud.clock.now(),
      };
      if (!store.policies.has(record.name) && store.policies.size >= RESOURCE_POLICIES) {
        throw new LimitExceededException();
      }
      store.policies.put(record.name, record);
      return { resourcePolicy: render(record) };
    },
  },
  DescribeResourcePolicies: {
    readOnly: true,
    permissions: () => on('DescribeResourcePolicies'),
    run(input: DescribeResourcePoliciesRequest, { store }): DescribeResourcePoliciesResponse {
      const { limit = DESCRIBE_PAGE_SIZE, nextToken: token } = input;
      const records = [...store.policies.entries()];
      const { items, next } = pageByName(records, ([name]) => name, { limit, token });
      return {
        resourcePolicies: items.map(([, record]) => render(record)),
        ...(next !== undefined && { nextToken: next }),
      };
    },
  },
  DeleteResourcePolicy: {
    permissions: () => on('DeleteResourcePolicy'),
    run(input: DeleteResourcePolicyRequest, { store }): object {
      if (!store.policies.delete(input.policyName ?? '')) {
        throw new ResourceNotFoundException('resource policy');
      }
      return {};
    },
  },
};

/** All resource policies as one document: AWS evaluates them together. */
export function combinedPolicy(store: LogsStore): PolicyDocument | undefined {
  const statements = [...store.policies.entries()].flatMap(([, { document }]) =>
    statementsOf(document),
  );
  return statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
}

function parse(text: string): PolicyDocument {
  return readPolicyDocument(
    text,
    'resource',
    ({ message }) => new InvalidParameterException(`Invalid policy document: ${message}.`),
  );
}

function render(record: PolicyRecord) {
  return {
    policyName: record.name,
    policyDocument: record.text,
    lastUpdatedTime: record.modifiedAt,
  };
}

function on(action: string) {
  return { action: `logs:${action}`, resource: '*' };
}
