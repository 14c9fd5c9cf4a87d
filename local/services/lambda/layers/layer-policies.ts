import type {
  AddLayerVersionPermissionRequest,
  AddLayerVersionPermissionResponse,
  GetLayerVersionPolicyRequest,
  GetLayerVersionPolicyResponse,
  Lambda,
  RemoveLayerVersionPermissionRequest,
} from '@aws-sdk/client-lambda';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../../cloud/service.ts';
import {
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
} from '../errors.ts';
import { documentOf, principalFor } from '../policies.ts';
import type { LambdaState } from '../state.ts';
import type { LambdaStore, LayerVersionRecord } from '../store.ts';
import {
  findLayerVersion,
  layerKey,
  layerNameOf,
  layerVersionArn,
  parseLayerVersionArn,
} from './layer-arn.ts';
import { onLayerVersion } from './layer-operations.ts';

interface NamedVersion {
  readonly LayerName: string | undefined;
  readonly VersionNumber: number | undefined;
}

/** Resource policies of versions of layers. */
export const layerPolicyOperations: OperationTable<Lambda, LambdaState> = {
  AddLayerVersionPermission: {
    permissions: (input: AddLayerVersionPermissionRequest, state) =>
      onLayerVersion(state, 'lambda:AddLayerVersionPermission', input),
    run: (input: Checked<AddLayerVersionPermissionRequest>, state) => addPermission(state, input),
  },
  RemoveLayerVersionPermission: {
    permissions: (input: RemoveLayerVersionPermissionRequest, state) =>
      onLayerVersion(state, 'lambda:RemoveLayerVersionPermission', input),
    run: (input: RemoveLayerVersionPermissionRequest, state) => removePermission(state, input),
  },
  GetLayerVersionPolicy: {
    readOnly: true,
    permissions: (input: GetLayerVersionPolicyRequest, state) =>
      onLayerVersion(state, 'lambda:GetLayerVersionPolicy', input),
    run: (input: GetLayerVersionPolicyRequest, state) => getPolicy(state, input),
  },
};

/** The policy on a version of a layer, by its ARN; undefined if it has none. */
export function layerPolicyOf(store: LambdaStore, arn: string): PolicyDocument | undefined {
  if (!arn.includes(':layer:')) return undefined;
  const { name, version } = parseLayerVersionArn(arn);
  const statements = store.layerVersions.get(layerKey(name, version))?.statements ?? [];
  return statements.length === 0 ? undefined : documentOf(statements);
}

/** @throws ResourceNotFoundException */
function existing({ cloud, store }: LambdaState, input: NamedVersion): LayerVersionRecord {
  const name = layerNameOf(input.LayerName);
  const version = input.VersionNumber ?? 0;
  const record = findLayerVersion(store, name, version);
  if (record !== undefined) return record;
  const arn = layerVersionArn(cloud, name, version);
  throw new ResourceNotFoundException(`Layer version ${arn} does not exist.`);
}

function put(
  { cloud, store }: LambdaState,
  record: LayerVersionRecord,
  statements: readonly PolicyStatement[],
): string {
  const policyRevisionId = cloud.random.uuid();
  const changed = { ...record, statements, policyRevisionId };
  store.layerVersions.put(layerKey(record.name, record.version), changed);
  return policyRevisionId;
}

function addPermission(
  state: LambdaState,
  input: Checked<AddLayerVersionPermissionRequest>,
): AddLayerVersionPermissionResponse {
  const record = existing(state, input);
  if (record.statements.some(({ Sid }) => Sid === input.StatementId)) {
    throw new ResourceConflictException(
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  checkRevision(record, input.RevisionId);
  const statement: PolicyStatement = {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalFor(input.Principal),
    Action: input.Action,
    Resource: layerVersionArn(state.cloud, record.name, record.version),
    ...(input.OrganizationId !== undefined && {
      Condition: { StringEquals: { 'aws:PrincipalOrgID': input.OrganizationId } },
    }),
  };
  const RevisionId = put(state, record, [...record.statements, statement]);
  return { Statement: JSON.stringify(statement), RevisionId };
}

function removePermission(state: LambdaState, input: RemoveLayerVersionPermissionRequest): object {
  const record = existing(state, input);
  const left = record.statements.filter(({ Sid }) => Sid !== input.StatementId);
  if (left.length === record.statements.length) {
    throw new ResourceNotFoundException(
      `Statement ${input.StatementId} is not found in resource policy.`,
    );
  }
  checkRevision(record, input.RevisionId);
  put(state, record, left);
  return {};
}

/** @throws PreconditionFailedException, which names an operation that AWS does not have */
function checkRevision(record: LayerVersionRecord, revisionId: string | undefined): void {
  if (revisionId === undefined || revisionId === record.policyRevisionId) return;
  throw new PreconditionFailedException('GetLayerPolicy');
}

function getPolicy(
  state: LambdaState,
  input: GetLayerVersionPolicyRequest,
): GetLayerVersionPolicyResponse {
  const { policyRevisionId, statements } = existing(state, input);
  if (statements.length === 0) {
    throw new ResourceNotFoundException('No policy is associated with the given resource.');
  }
  return { Policy: JSON.stringify(documentOf(statements)), RevisionId: policyRevisionId };
}
