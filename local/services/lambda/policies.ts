import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  Lambda,
  RemovePermissionRequest,
} from '@aws-sdk/client-lambda';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../cloud/service.ts';
import {
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
} from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import type { LambdaState } from './state.ts';
import type { LambdaStore } from './store.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Resource policies of functions. */
export const policyOperations: OperationTable<Lambda, LambdaState> = {
  AddPermission: {
    permissions: (input: AddPermissionRequest, state) =>
      onFunction(state, 'lambda:AddPermission', input),
    run: (input: Checked<AddPermissionRequest>, state) => addPermission(state, input),
  },
  RemovePermission: {
    permissions: (input: RemovePermissionRequest, state) =>
      onFunction(state, 'lambda:RemovePermission', input),
    run: (input: RemovePermissionRequest, state) => removePermission(state, input),
  },
  GetPolicy: {
    readOnly: true,
    permissions: (input: GetPolicyRequest, state) => onFunction(state, 'lambda:GetPolicy', input),
    run: (input: GetPolicyRequest, state) => getPolicy(state, input),
  },
};

/** The policy on a function, version or alias, by its ARN. */
export function policyOf(store: LambdaStore, arn: string): PolicyDocument | undefined {
  const [name = '', qualifier = ''] = arn.split(':function:')[1]?.split(':') ?? [];
  const statements = store.settings.get(name)?.policies[qualifier] ?? [];
  return statements.length === 0 ? undefined : documentOf(statements);
}

/** Changed statements are another list. */
const documents = new WeakMap<readonly PolicyStatement[], PolicyDocument>();

/** The same document for the same statements, because a document is compiled once to authorize requests. */
export function documentOf(statements: readonly PolicyStatement[]): PolicyDocument {
  const known = documents.get(statements);
  if (known !== undefined) return known;
  const document: PolicyDocument = { Version: '2012-10-17', Id: 'default', Statement: statements };
  // A damaged record may have something else.
  if (Array.isArray(statements)) documents.set(statements, document);
  return document;
}

function existing(state: LambdaState, input: Named) {
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  findVersion(state.cloud, state.store, reference);
  const settings = settingsOf(state, reference.name);
  const qualifier = reference.qualifier ?? '';
  return { reference, settings, qualifier, statements: settings.policies[qualifier] ?? [] };
}

function put(state: LambdaState, input: Named, statements: readonly PolicyStatement[]): void {
  const { reference, settings, qualifier } = existing(state, input);
  state.store.settings.put(reference.name, {
    ...settings,
    policies: { ...settings.policies, [qualifier]: statements },
    policyRevisionId: state.cloud.random.uuid(),
  });
}

function addPermission(
  state: LambdaState,
  input: Checked<AddPermissionRequest>,
): AddPermissionResponse {
  const { reference, settings, statements } = existing(state, input);
  if (input.RevisionId !== undefined && input.RevisionId !== settings.policyRevisionId) {
    throw new PreconditionFailedException();
  }
  if (statements.some((statement) => statement.Sid === input.StatementId)) {
    throw new ResourceConflictException(
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const arn = functionArn(state.cloud, reference.name, reference.qualifier);
  const statement = statementFor(input, arn);
  put(state, input, [...statements, statement]);
  return { Statement: JSON.stringify(statement) };
}

function statementFor(input: Checked<AddPermissionRequest>, resource: string): PolicyStatement {
  const conditions = {
    ...(input.SourceAccount !== undefined && {
      StringEquals: { 'AWS:SourceAccount': input.SourceAccount },
    }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  };
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalFor(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

export function principalFor(principal: string): NonNullable<PolicyStatement['Principal']> {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}

function removePermission(state: LambdaState, input: RemovePermissionRequest): object {
  const { statements } = existing(state, input);
  const left = statements.filter((statement) => statement.Sid !== input.StatementId);
  if (left.length === statements.length) {
    throw new ResourceNotFoundException(
      `Statement ${input.StatementId} is not found in resource policy.`,
    );
  }
  put(state, input, left);
  return {};
}

function getPolicy(state: LambdaState, input: GetPolicyRequest): GetPolicyResponse {
  const { statements, settings } = existing(state, input);
  if (statements.length === 0) {
    throw new ResourceNotFoundException('The resource you requested does not exist.');
  }
  return {
    Policy: JSON.stringify(documentOf(statements)),
    RevisionId: settings.policyRevisionId,
  };
}
