import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  Lambda,
  RemovePermissionRequest,
} from '@aws-sdk/client-lambda';
import type { OperationTable } from '../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../cloud/service.ts';
import type { LambdaContext } from './context.ts';
import {
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
} from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import type { LambdaStore } from './store.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Resource policies of functions. */
export const policyOperations: OperationTable<Lambda, LambdaContext> = {
  AddPermission: {
    permissions: (input: AddPermissionRequest, context) =>
      onFunction(context, 'lambda:AddPermission', input),
    run: (input: AddPermissionRequest, context) => addPermission(context, input),
  },
  RemovePermission: {
    permissions: (input: RemovePermissionRequest, context) =>
      onFunction(context, 'lambda:RemovePermission', input),
    run: (input: RemovePermissionRequest, context) => removePermission(context, input),
  },
  GetPolicy: {
    readOnly: true,
    permissions: (input: GetPolicyRequest, context) =>
      onFunction(context, 'lambda:GetPolicy', input),
    run: (input: GetPolicyRequest, context) => getPolicy(context, input),
  },
};

/** The policy on a function, version or alias, by its ARN. */
export function policyOf(store: LambdaStore, arn: string): PolicyDocument | undefined {
  const [name = '', qualifier = ''] = arn.split(':function:')[1]?.split(':') ?? [];
  const statements = store.settings.get(name)?.policies[qualifier] ?? [];
  return statements.length === 0 ? undefined : documentOf(statements);
}

function documentOf(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Id: 'default', Statement: statements };
}

function existing(context: LambdaContext, input: Named) {
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  findVersion(context.cloud, context.store, reference);
  const settings = settingsOf(context, reference.name);
  const qualifier = reference.qualifier ?? '';
  return { reference, settings, qualifier, statements: settings.policies[qualifier] ?? [] };
}

function put(context: LambdaContext, input: Named, statements: readonly PolicyStatement[]): void {
  const { reference, settings, qualifier } = existing(context, input);
  context.store.settings.put(reference.name, {
    ...settings,
    policies: { ...settings.policies, [qualifier]: statements },
    policyRevisionId: context.cloud.random.uuid(),
  });
}

function addPermission(context: LambdaContext, input: AddPermissionRequest): AddPermissionResponse {
  const { reference, settings, statements } = existing(context, input);
  if (input.RevisionId !== undefined && input.RevisionId !== settings.policyRevisionId) {
    throw new PreconditionFailedException();
  }
  if (statements.some((statement) => statement.Sid === input.StatementId)) {
    throw new ResourceConflictException(
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const arn = functionArn(context.cloud, reference.name, reference.qualifier);
  const statement = statementFor(input, arn);
  put(context, input, [...statements, statement]);
  return { Statement: JSON.stringify(statement) };
}

function statementFor(input: AddPermissionRequest, resource: string): PolicyStatement {
  const conditions = {
    ...(input.SourceAccount !== undefined && {
      StringEquals: { 'AWS:SourceAccount': input.SourceAccount },
    }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  };
  return {
    Sid: input.StatementId ?? '',
    Effect: 'Allow',
    Principal: principalFor(input.Principal ?? ''),
    Action: input.Action ?? '',
    Resource: resource,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

function principalFor(principal: string): NonNullable<PolicyStatement['Principal']> {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}

function removePermission(context: LambdaContext, input: RemovePermissionRequest): object {
  const { statements } = existing(context, input);
  const left = statements.filter((statement) => statement.Sid !== input.StatementId);
  if (left.length === statements.length) {
    throw new ResourceNotFoundException(
      `Statement ${input.StatementId} is not found in resource policy.`,
    );
  }
  put(context, input, left);
  return {};
}

function getPolicy(context: LambdaContext, input: GetPolicyRequest): GetPolicyResponse {
  const { statements, settings } = existing(context, input);
  if (statements.length === 0) {
    throw new ResourceNotFoundException('The resource you requested does not exist.');
  }
  return {
    Policy: JSON.stringify(documentOf(statements)),
    RevisionId: settings.policyRevisionId,
  };
}
