import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  FunctionCode,
  FunctionCodeLocation,
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  Lambda,
  ListFunctionsRequest,
  ListFunctionsResponse,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { Permission } from '../../cloud/service.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import type { Table } from '../../store/index.ts';
import {
  beingCreated,
  beingUpdated,
  checkSettings,
  configurationOf,
  listedConfigurationOf,
  settingsFrom,
  withImageProgress,
} from './configuration.ts';
import {
  InvalidParameterValueException,
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
  tooManyTags,
} from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import {
  checkImageSettings,
  checkPackage,
  codeSha256Of,
  findFunctionImage,
} from './images/function-image.ts';
import { checkUnzippedSize, findLayers, withLayers } from './layers/function-layers.ts';
import { FUNCTION_NAME_CHARACTERS, PAGE_SIZE } from './limits.ts';
import { refuseWhileUpdated } from './refuse-while-updated.ts';
import type { LambdaState } from './state.ts';
import { type FunctionRecord, LATEST, qualifiedKey } from './store.ts';
import { publish } from './versions.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Functions. */
export const functionOperations: OperationTable<Lambda, LambdaState> = {
  CreateFunction: {
    permissions: (input: CreateFunctionRequest, state) =>
      withLayers(state, withRole(on(state, 'lambda:CreateFunction', input), input.Role), input),
    run: (input: Checked<CreateFunctionRequest>, state, call) =>
      createFunction(state, call.principal, input),
  },
  GetFunction: {
    readOnly: true,
    permissions: (input: GetFunctionRequest, state) => on(state, 'lambda:GetFunction', input),
    run: (input: GetFunctionRequest, state) => getFunction(state, input),
  },
  GetFunctionConfiguration: {
    readOnly: true,
    permissions: (input: GetFunctionConfigurationRequest, state) =>
      on(state, 'lambda:GetFunctionConfiguration', input),
    run: (input: GetFunctionConfigurationRequest, state) =>
      describeFunction(state, find(state, input)),
  },
  UpdateFunctionCode: {
    permissions: (input: UpdateFunctionCodeRequest, state) =>
      on(state, 'lambda:UpdateFunctionCode', input),
    run: (input: UpdateFunctionCodeRequest, state, call) =>
      updateCode(state, call.principal, input),
  },
  UpdateFunctionConfiguration: {
    permissions: (input: UpdateFunctionConfigurationRequest, state) =>
      withLayers(
        state,
        withRole(on(state, 'lambda:UpdateFunctionConfiguration', input), input.Role),
        input,
      ),
    run: (input: UpdateFunctionConfigurationRequest, state) => updateConfiguration(state, input),
  },
  DeleteFunction: {
    permissions: (input: DeleteFunctionRequest, state) => on(state, 'lambda:DeleteFunction', input),
    run: (input: DeleteFunctionRequest, state) => deleteFunction(state, input),
  },
  ListFunctions: {
    readOnly: true,
    permissions: () => ({ action: 'lambda:ListFunctions', resource: '*' }),
    run: (input: ListFunctionsRequest, state) => listFunctions(state, input),
  },
};

function on(state: LambdaState, action: string, input: Named) {
  return onFunction(state, action, input);
}

/** The permission for an action on a function, version or alias. */
export function onFunction(state: LambdaState, action: string, input: Named): Permission {
  const { name, qualifier } = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  return { action, resource: functionArn(state.cloud, name, qualifier) };
}

function withRole(permission: Permission, roleArn: string | undefined): readonly Permission[] {
  return roleArn === undefined
    ? [permission]
    : [permission, passRole(roleArn, 'lambda.amazonaws.com')];
}

function find(state: LambdaState, input: Named): FunctionRecord {
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  return findVersion(state.cloud, state.store, reference);
}

/** `$LATEST` of a function, the only version that changes. */
export function findLatest(state: LambdaState, name: string | undefined): FunctionRecord {
  const reference = parseReference(name);
  return findVersion(state.cloud, state.store, { ...reference, qualifier: undefined });
}

async function createFunction(
  state: LambdaState,
  principal: Principal,
  input: Checked<CreateFunctionRequest>,
): Promise<FunctionConfiguration> {
  const { cloud, store } = state;
  const { name } = parseReference(input.FunctionName);
  checkNameLength(name);
  checkSettings(input);
  refuseExisting(state, name);
  checkPackageOf(input);
  const layers = findLayers(state, input.Layers ?? []);
  const tags = limitTags(input.Tags ?? {}, tooManyTags);
  await checkRole(state, input.Role);
  const code = await takeCode(state, principal, input.Code);
  if (code.image === undefined) await checkUnzippedSize(state, code.codeSha256, layers);
  // Another request may have created it while this one waited.
  refuseExisting(state, name);
  const record: FunctionRecord = {
    name,
    version: LATEST,
    ...settingsFrom(input),
    layers,
    architectures: input.Architectures ?? ['x86_64'],
    ...code,
    modifiedAt: cloud.clock.now(),
    revisionId: cloud.random.uuid(),
  };
  store.putVersion(record);
  state.pool.prepare(record, 'created');
  store.settings.put(name, {
    tags,
    policies: {},
    policyRevisionId: cloud.random.uuid(),
    lastVersion: 0,
  });
  return beingCreated(cloud, input.Publish === true ? publish(state, record, '') : record);
}

/** @throws InvalidParameterValueException */
function checkPackageOf(input: Checked<CreateFunctionRequest>): void {
  const isImage = input.PackageType === 'Image';
  checkPackage(input.Code, isImage, 'creating');
  checkImageSettings(input, isImage);
  if (isImage || (input.Handler !== undefined && input.Runtime !== undefined)) return;
  throw new InvalidParameterValueException(
    'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
  );
}

type Code = Pick<FunctionRecord, 'codeSha256' | 'codeSizeBytes' | 'image'>;

/** The code of a request as record members. AWS gives an image no size. */
async function takeCode(
  state: LambdaState,
  principal: Principal,
  input: FunctionCode,
): Promise<Code> {
  if (input.ImageUri !== undefined) {
    const image = await findFunctionImage(state, principal, input.ImageUri);
    return { image, codeSha256: codeSha256Of(image), codeSizeBytes: 0 };
  }
  const { sha256, sizeBytes } = await state.code.put(principal, input);
  return { codeSha256: sha256, codeSizeBytes: sizeBytes };
}

/** @throws ResourceConflictException */
function refuseExisting({ store }: LambdaState, name: string): void {
  if (store.version(name, LATEST) === undefined) return;
  throw new ResourceConflictException(`Function already exist: ${name}`);
}

/** The model allows 140 characters for ARNs; a name alone has 64. @throws InvalidParameterValueException */
function checkNameLength(name: string): void {
  if (name.length <= FUNCTION_NAME_CHARACTERS) return;
  throw new InvalidParameterValueException(
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${FUNCTION_NAME_CHARACTERS}`,
  );
}

/** AWS rejects a role that Lambda cannot assume when the function is created, not when it runs. */
async function checkRole({ cloud }: LambdaState, roleArn: string | undefined): Promise<void> {
  try {
    await cloud.call({ kind: 'service', service: 'lambda.amazonaws.com' }, 'sts', 'AssumeRole', {
      RoleArn: roleArn,
      RoleSessionName: 'lambda-validation',
    });
  } catch (cause) {
    throw Object.assign(
      new InvalidParameterValueException(
        'The role defined for the function cannot be assumed by Lambda.',
      ),
      { cause },
    );
  }
}

function getFunction(state: LambdaState, input: GetFunctionRequest): GetFunctionResponse {
  const record = find(state, input);
  const settings = state.store.settings.get(record.name);
  return {
    Configuration: describeFunction(state, record),
    Code: locationOf(state, record),
    ...(Object.keys(settings?.tags ?? {}).length > 0 && { Tags: { ...settings?.tags } }),
    ...(settings?.reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: settings.reservedConcurrency },
    }),
  };
}

/** A version with what became of its image. */
function describeFunction({ cloud, pool }: LambdaState, record: FunctionRecord) {
  return withImageProgress(configurationOf(cloud, record), pool.progressOf(record));
}

/** Where the image is, or a link to the code that is valid for ten minutes, as on AWS; no link without a gateway. */
function locationOf(
  { cloud, code }: LambdaState,
  { codeSha256, image }: FunctionRecord,
): FunctionCodeLocation {
  if (image !== undefined) {
    const { resolvedUri, uri } = image;
    return { RepositoryType: 'ECR', ImageUri: uri, ResolvedImageUri: resolvedUri };
  }
  const file = code.zipOf(codeSha256);
  if (file === undefined || cloud.endpoint === undefined) return { RepositoryType: 'S3' };
  const path = cloud.downloads.offer({ file, contentType: 'application/zip' });
  return { RepositoryType: 'S3', Location: `${cloud.endpoint}${path}` };
}

async function updateCode(
  state: LambdaState,
  principal: Principal,
  input: UpdateFunctionCodeRequest,
): Promise<FunctionConfiguration> {
  const before = findLatest(state, input.FunctionName);
  refuseWhileUpdated(state, before);
  checkRevision(before, input.RevisionId);
  checkPackage(input, before.image !== undefined, 'updating');
  const code = await takeCode(state, principal, input);
  if (code.image === undefined) {
    await checkUnzippedSize(state, code.codeSha256, before.layers ?? []);
  }
  const record = findLatest(state, input.FunctionName);
  const updated: FunctionRecord = {
    ...record,
    ...code,
    architectures: input.Architectures ?? record.architectures,
  };
  if (input.DryRun === true) return configurationOf(state.cloud, updated);
  const changed = change(state, updated);
  state.pool.restart(changed, record.codeSha256);
  return beingUpdated(state.cloud, input.Publish === true ? publish(state, changed, '') : changed);
}

async function updateConfiguration(
  state: LambdaState,
  input: UpdateFunctionConfigurationRequest,
): Promise<FunctionConfiguration> {
  checkSettings(input);
  const before = findLatest(state, input.FunctionName);
  refuseWhileUpdated(state, before);
  checkRevision(before, input.RevisionId);
  checkImageSettings(input, before.image !== undefined);
  const given = input.Layers === undefined ? undefined : findLayers(state, input.Layers);
  if (given !== undefined && before.image === undefined)
    await checkUnzippedSize(state, before.codeSha256, given);
  if (input.Role !== undefined) await checkRole(state, input.Role);
  const record = findLatest(state, input.FunctionName);
  const layers = given ?? record.layers ?? [];
  // What an update takes away is absent from its settings.
  const { imageConfig: _former, ...kept } = record;
  const changed = change(state, { ...kept, ...settingsFrom(input, record), layers });
  return beingUpdated(state.cloud, changed);
}

function checkRevision(record: FunctionRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== record.revisionId) {
    throw new PreconditionFailedException();
  }
}

/** Stores an updated `$LATEST` and ends its warm processes. */
function change(state: LambdaState, record: FunctionRecord): FunctionRecord {
  const changed: FunctionRecord = {
    ...record,
    modifiedAt: state.cloud.clock.now(),
    revisionId: state.cloud.random.uuid(),
  };
  const former = state.store.version(record.name, LATEST);
  state.store.putVersion(changed);
  state.pool.forget(record.name, LATEST);
  state.pool.prepare(changed, 'updated', former);
  return changed;
}

function deleteFunction(state: LambdaState, input: DeleteFunctionRequest): object {
  const { store, pool } = state;
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  const { name, qualifier } = reference;
  findVersion(state.cloud, store, reference);
  if (qualifier !== undefined && qualifier !== LATEST) {
    store.functions.delete(qualifiedKey(name, qualifier));
    store.provisioned.delete(qualifiedKey(name, qualifier));
    pool.forget(name, qualifier);
    return {};
  }
  if (qualifier === LATEST) {
    throw new InvalidParameterValueException(
      '$LATEST version cannot be deleted without deleting the function.',
    );
  }
  deleteAll(store.functions, name);
  deleteAll(store.aliases, name);
  deleteAll(store.eventInvokes, name);
  deleteAll(store.provisioned, name);
  store.settings.delete(name);
  pool.forget(name);
  return {};
}

function deleteAll(table: Table<unknown>, name: string): void {
  for (const [key] of Array.from(table.entries({ prefix: `${name}|` }))) table.delete(key);
}

function listFunctions(state: LambdaState, input: ListFunctionsRequest): ListFunctionsResponse {
  const isAll = input.FunctionVersion === 'ALL';
  const wanted = [...state.store.functions.entries()].filter(
    ([, { version }]) => isAll || version === LATEST,
  );
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName(wanted, ([key]) => key, request);
  return {
    Functions: items.map(([, record]) => listedConfigurationOf(state.cloud, record, isAll)),
    ...(next !== undefined && { NextMarker: next }),
  };
}

/** @throws ResourceNotFoundException if the function does not exist */
export function settingsOf(state: LambdaState, name: string) {
  const settings = state.store.settings.get(name);
  if (settings === undefined) {
    throw new ResourceNotFoundException(`Function not found: ${functionArn(state.cloud, name)}`);
  }
  return settings;
}
