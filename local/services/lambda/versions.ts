import type {
  AliasConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  FunctionConfiguration,
  GetAliasRequest,
  Lambda,
  ListAliasesRequest,
  ListAliasesResponse,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import type { OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import { configurationOf, listedConfigurationOf } from './configuration.ts';
import type { LambdaContext } from './context.ts';
import {
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
} from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { PAGE_SIZE } from './limits.ts';
import { type AliasRecord, type FunctionRecord, LATEST, qualifiedKey } from './store.ts';

interface NamedAlias {
  readonly FunctionName: string | undefined;
  readonly Name?: string | undefined;
}

/** Versions, which never change, and aliases, which refer to them. */
export const versionOperations: OperationTable<Lambda, LambdaContext> = {
  PublishVersion: {
    permissions: (input: PublishVersionRequest, context) =>
      on(context, 'lambda:PublishVersion', input),
    run: (input: PublishVersionRequest, context) => publishVersion(context, input),
  },
  ListVersionsByFunction: {
    readOnly: true,
    permissions: (input: ListVersionsByFunctionRequest, context) =>
      on(context, 'lambda:ListVersionsByFunction', input),
    run: (input: ListVersionsByFunctionRequest, context) => listVersions(context, input),
  },
  CreateAlias: {
    permissions: (input: CreateAliasRequest, context) => on(context, 'lambda:CreateAlias', input),
    run: (input: CreateAliasRequest, context) => createAlias(context, input),
  },
  GetAlias: {
    readOnly: true,
    permissions: (input: GetAliasRequest, context) => on(context, 'lambda:GetAlias', input),
    run: (input: GetAliasRequest, context) => aliasOf(context, findAlias(context, input)),
  },
  UpdateAlias: {
    permissions: (input: UpdateAliasRequest, context) => on(context, 'lambda:UpdateAlias', input),
    run: (input: UpdateAliasRequest, context) => updateAlias(context, input),
  },
  DeleteAlias: {
    permissions: (input: DeleteAliasRequest, context) => on(context, 'lambda:DeleteAlias', input),
    run(input: DeleteAliasRequest, context): object {
      const { name } = parseReference(input.FunctionName);
      context.store.aliases.delete(qualifiedKey(name, input.Name ?? ''));
      return {};
    },
  },
  ListAliases: {
    readOnly: true,
    permissions: (input: ListAliasesRequest, context) => on(context, 'lambda:ListAliases', input),
    run: (input: ListAliasesRequest, context) => listAliases(context, input),
  },
};

function on(context: LambdaContext, action: string, input: NamedAlias) {
  return {
    action,
    resource: functionArn(context.cloud, parseReference(input.FunctionName).name),
  };
}

/** Publishes `$LATEST` as the next version, unless its code and settings equal the last version. */
export function publish(
  { cloud, store }: LambdaContext,
  latest: FunctionRecord,
  description: string,
): FunctionRecord {
  const settings = store.settings.get(latest.name);
  const last = settings?.lastVersion ?? 0;
  const former = store.version(latest.name, String(last));
  if (former !== undefined && isSame(former, latest)) return former;
  const version: FunctionRecord = {
    ...latest,
    version: String(last + 1),
    description: description === '' ? latest.description : description,
    revisionId: cloud.random.uuid(),
  };
  store.putVersion(version);
  if (settings !== undefined) {
    store.settings.put(latest.name, { ...settings, lastVersion: last + 1 });
  }
  return version;
}

function isSame(version: FunctionRecord, latest: FunctionRecord): boolean {
  const { modifiedAt, codeSha256 } = version;
  return modifiedAt === latest.modifiedAt && codeSha256 === latest.codeSha256;
}

function publishVersion(
  context: LambdaContext,
  input: PublishVersionRequest,
): FunctionConfiguration {
  const { name } = parseReference(input.FunctionName);
  const latest = findVersion(context.cloud, context.store, { name, qualifier: undefined });
  if (input.RevisionId !== undefined && input.RevisionId !== latest.revisionId) {
    throw new PreconditionFailedException();
  }
  return configurationOf(context.cloud, publish(context, latest, input.Description ?? ''));
}

function listVersions(
  context: LambdaContext,
  input: ListVersionsByFunctionRequest,
): ListVersionsByFunctionResponse {
  const { name } = parseReference(input.FunctionName);
  findVersion(context.cloud, context.store, { name, qualifier: LATEST });
  const versions = [...context.store.versions(name)];
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName(versions, ({ version }) => version, request);
  return {
    Versions: items.map((record) => listedConfigurationOf(context.cloud, record, true)),
    ...(next !== undefined && { NextMarker: next }),
  };
}

function findAlias(context: LambdaContext, input: NamedAlias): AliasRecord {
  const { name } = parseReference(input.FunctionName);
  const alias = context.store.aliases.get(qualifiedKey(name, input.Name ?? ''));
  if (alias === undefined) {
    throw new ResourceNotFoundException(
      `Cannot find alias arn: ${functionArn(context.cloud, name, input.Name)}`,
    );
  }
  return alias;
}

function aliasOf({ cloud }: LambdaContext, alias: AliasRecord): AliasConfiguration {
  return {
    AliasArn: functionArn(cloud, alias.functionName, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(alias.routing !== undefined && { RoutingConfig: alias.routing }),
    RevisionId: alias.revisionId,
  };
}

function createAlias(context: LambdaContext, input: CreateAliasRequest): AliasConfiguration {
  const { cloud, store } = context;
  const { name } = parseReference(input.FunctionName);
  const key = qualifiedKey(name, input.Name ?? '');
  if (store.aliases.has(key)) {
    throw new ResourceConflictException(
      `Alias already exists: ${functionArn(cloud, name, input.Name)}`,
    );
  }
  findVersion(cloud, store, { name, qualifier: input.FunctionVersion });
  const alias: AliasRecord = {
    functionName: name,
    name: input.Name ?? '',
    version: input.FunctionVersion ?? LATEST,
    description: input.Description ?? '',
    routing: input.RoutingConfig,
    revisionId: cloud.random.uuid(),
  };
  store.aliases.put(key, alias);
  return aliasOf(context, alias);
}

function updateAlias(context: LambdaContext, input: UpdateAliasRequest): AliasConfiguration {
  const alias = findAlias(context, input);
  if (input.RevisionId !== undefined && input.RevisionId !== alias.revisionId) {
    throw new PreconditionFailedException();
  }
  const updated: AliasRecord = {
    ...alias,
    version: input.FunctionVersion ?? alias.version,
    description: input.Description ?? alias.description,
    routing: input.RoutingConfig ?? alias.routing,
    revisionId: context.cloud.random.uuid(),
  };
  context.store.aliases.put(qualifiedKey(alias.functionName, alias.name), updated);
  return aliasOf(context, updated);
}

function listAliases(context: LambdaContext, input: ListAliasesRequest): ListAliasesResponse {
  const { name } = parseReference(input.FunctionName);
  const aliases = [...context.store.aliases.entries({ prefix: `${name}|` })]
    .map(([, alias]) => alias)
    .filter(({ version }) => [undefined, version].includes(input.FunctionVersion));
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName(aliases, (alias) => alias.name, request);
  return {
    Aliases: items.map((alias) => aliasOf(context, alias)),
    ...(next !== undefined && { NextMarker: next }),
  };
}
