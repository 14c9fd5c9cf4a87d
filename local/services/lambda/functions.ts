import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
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
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { Permission } from '../../cloud/service.ts';
import type { Table } from '../../store/index.ts';
import {
  beingCreated,
  beingUpdated,
  checkSettings,
  configurationOf,
  listedConfigurationOf,
  settingsFrom,
} from './configuration.ts';
import type { LambdaContext } from './context.ts';
import {
  InvalidParameterValueException,
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
} from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { FUNCTION_NAME_CHARACTERS, PAGE_SIZE } from './limits.ts';
import { type FunctionRecord, LATEST, qualifiedKey } from './store.ts';
import { publish } from './versions.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Functions. */
export const functionOperations: OperationTable<Lambda, LambdaContext> = {
  CreateFunction: {
    permissions: (input: CreateFunctionRequest, context) =>
      withRole(on(context, 'lambda:CreateFunction', input), input.Role),
    run: (input: CreateFunctionRequest, context, call) =>
      createFunction(context, call.principal, input),
  },
  GetFunction: {
    readOnly: true,
    permissions: (input: GetFunctionRequest, context) => on(context, 'lambda:GetFunction', input),
    run: (input: GetFunctionRequest, context) => getFunction(context, input),
  },
  GetFunctionConfiguration: {
    readOnly: true,
    permissions: (input: GetFunctionConfigurationRequest, context) =>
      on(context, 'lambda:GetFunctionConfiguration', input),
    run: (input: GetFunctionConfigurationRequest, context) =>
      configurationOf(context.cloud, find(context, input)),
  },
  UpdateFunctionCode: {
    permissions: (input: UpdateFunctionCodeRequest, context) =>
      on(context, 'lambda:UpdateFunctionCode', input),
    run: (input: UpdateFunctionCodeRequest, context, call) =>
      updateCode(context, call.principal, input),
  },
  UpdateFunctionConfiguration: {
    permissions: (input: UpdateFunctionConfigurationRequest, context) =>
      withRole(on(context, 'lambda:UpdateFunctionConfiguration', input), input.Role),
    run: (input: UpdateFunctionConfigurationRequest, context) =>
      updateConfiguration(context, input),
  },
  DeleteFunction: {
    permissions: (input: DeleteFunctionRequest, context) =>
      on(context, 'lambda:DeleteFunction', input),
    run: (input: DeleteFunctionRequest, context) => deleteFunction(context, input),
  },
  ListFunctions: {
    readOnly: true,
    permissions: () => ({ action: 'lambda:ListFunctions', resource: '*' }),
    run: (input: ListFunctionsRequest, context) => listFunctions(context, input),
  },
};

function on(context: LambdaContext, action: string, input: Named) {
  return onFunction(context, action, input);
}

/** The permission for an action on a function, version or alias. */
export function onFunction(context: LambdaContext, action: string, input: Named): Permission {
  const { name, qualifier } = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  return { action, resource: functionArn(context.cloud, name, qualifier) };
}

function withRole(permission: Permission, roleArn: string | undefined): readonly Permission[] {
  return roleArn === undefined
    ? [permission]
    : [permission, passRole(roleArn, 'lambda.amazonaws.com')];
}

function find(context: LambdaContext, input: Named): FunctionRecord {
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  return findVersion(context.cloud, context.store, reference);
}

/** `$LATEST` of a function, the only version that changes. */
export function findLatest(context: LambdaContext, name: string | undefined): FunctionRecord {
  const reference = parseReference(name);
  return findVersion(context.cloud, context.store, { ...reference, qualifier: undefined });
}

async function createFunction(
  context: LambdaContext,
  principal: Principal,
  input: CreateFunctionRequest,
): Promise<FunctionConfiguration> {
  const { cloud, store } = context;
  const { name } = parseReference(input.FunctionName);
  checkNameLength(name);
  checkSettings(input);
  if (store.version(name, LATEST) !== undefined)
    throw new ResourceConflictException(`Function already exist: ${name}`);
  if (input.Handler === undefined || input.Runtime === undefined) {
    throw new InvalidParameterValueException(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  await checkRole(context, input.Role);
  const code = await context.code.put(principal, input.Code ?? {});
  const record: FunctionRecord = {
    name,
    version: LATEST,
    ...settingsFrom(input),
    architectures: input.Architectures ?? ['x86_64'],
    codeSha256: code.sha256,
    codeSizeBytes: code.sizeBytes,
    modifiedAt: cloud.clock.now(),
    revisionId: cloud.random.uuid(),
  };
  store.putVersion(record);
  context.pool.prepare(record);
  store.settings.put(name, {
    tags: input.Tags ?? {},
    policies: {},
    policyRevisionId: cloud.random.uuid(),
    lastVersion: 0,
  });
  return beingCreated(cloud, input.Publish === true ? publish(context, record, '') : record);
}

/** The model allows 140 characters for ARNs; a name alone has 64. @throws InvalidParameterValueException */
function checkNameLength(name: string): void {
  if (name.length <= FUNCTION_NAME_CHARACTERS) return;
  throw new InvalidParameterValueException(
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${FUNCTION_NAME_CHARACTERS}`,
  );
}

/** AWS rejects a role that Lambda cannot assume when the function is created, not when it runs. */
async function checkRole({ cloud }: LambdaContext, roleArn: string | undefined): Promise<void> {
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

function getFunction(context: LambdaContext, input: GetFunctionRequest): GetFunctionResponse {
  const record = find(context, input);
  const settings = context.store.settings.get(record.name);
  return {
    Configuration: configurationOf(context.cloud, record),
    Code: { RepositoryType: 'S3', ...locationOf(context, record) },
    ...(Object.keys(settings?.tags ?? {}).length > 0 && { Tags: { ...settings?.tags } }),
    ...(settings?.reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: settings.reservedConcurrency },
    }),
  };
}

/** A link to the code that is valid for ten minutes, as on AWS; undefined without a gateway. */
function locationOf(
  { cloud, code }: LambdaContext,
  { codeSha256 }: FunctionRecord,
): { readonly Location?: string } {
  const file = code.zipOf(codeSha256);
  if (file === undefined || cloud.endpoint === undefined) return {};
  const path = cloud.downloads.offer({ file, contentType: 'application/zip' });
  return { Location: `${cloud.endpoint}${path}` };
}

async function updateCode(
  context: LambdaContext,
  principal: Principal,
  input: UpdateFunctionCodeRequest,
): Promise<FunctionConfiguration> {
  const before = findLatest(context, input.FunctionName);
  checkRevision(before, input.RevisionId);
  const code = await context.code.put(principal, input);
  const record = findLatest(context, input.FunctionName);
  const updated: FunctionRecord = {
    ...record,
    codeSha256: code.sha256,
    codeSizeBytes: code.sizeBytes,
    architectures: input.Architectures ?? record.architectures,
  };
  if (input.DryRun === true) return configurationOf(context.cloud, updated);
  const changed = change(context, updated);
  return beingUpdated(
    context.cloud,
    input.Publish === true ? publish(context, changed, '') : changed,
  );
}

async function updateConfiguration(
  context: LambdaContext,
  input: UpdateFunctionConfigurationRequest,
): Promise<FunctionConfiguration> {
  checkSettings(input);
  checkRevision(findLatest(context, input.FunctionName), input.RevisionId);
  if (input.Role !== undefined) await checkRole(context, input.Role);
  const record = findLatest(context, input.FunctionName);
  const changed = change(context, { ...record, ...settingsFrom(input, record) });
  return beingUpdated(context.cloud, changed);
}

function checkRevision(record: FunctionRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== record.revisionId) {
    throw new PreconditionFailedException();
  }
}

/** Stores an updated `$LATEST` and ends its warm processes. */
function change(context: LambdaContext, record: FunctionRecord): FunctionRecord {
  const changed: FunctionRecord = {
    ...record,
    modifiedAt: context.cloud.clock.now(),
    revisionId: context.cloud.random.uuid(),
  };
  context.store.putVersion(changed);
  context.pool.forget(record.name);
  return changed;
}

function deleteFunction(context: LambdaContext, input: DeleteFunctionRequest): object {
  const { store, pool } = context;
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  const { name, qualifier } = reference;
  findVersion(context.cloud, store, reference);
  if (qualifier !== undefined && qualifier !== LATEST) {
    store.functions.delete(qualifiedKey(name, qualifier));
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
  store.settings.delete(name);
  pool.forget(name);
  return {};
}

function deleteAll(table: Table<unknown>, name: string): void {
  for (const [key] of Array.from(table.entries({ prefix: `${name}|` }))) table.delete(key);
}

function listFunctions(context: LambdaContext, input: ListFunctionsRequest): ListFunctionsResponse {
  const isAll = input.FunctionVersion === 'ALL';
  const wanted = [...context.store.functions.entries()].filter(
    ([, { version }]) => isAll || version === LATEST,
  );
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName(wanted, ([key]) => key, request);
  return {
    Functions: items.map(([, record]) => listedConfigurationOf(context.cloud, record, isAll)),
    ...(next !== undefined && { NextMarker: next }),
  };
}

/** @throws ResourceNotFoundException if the function does not exist */
export function settingsOf(context: LambdaContext, name: string) {
  const settings = context.store.settings.get(name);
  if (settings === undefined) {
    throw new ResourceNotFoundException(`Function not found: ${functionArn(context.cloud, name)}`);
  }
  return settings;
}
