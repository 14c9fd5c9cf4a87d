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
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import { configurationOf, listedConfigurationOf } from './configuration.ts';
import {
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
} from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { keepProvisioned } from './keep-provisioned.ts';
import { PAGE_SIZE } from './limits.ts';
import { refuseWhileUpdated } from './refuse-while-updated.ts';
import type { LambdaState } from './state.ts';
import { type AliasRecord, type FunctionRecord, LATEST, qualifiedKey } from './store.ts';

interface NamedAlias {
  readonly FunctionName: string | undefined;
  readonly Name?: string | undefined;
}

/** Versions, which never change, and aliases, which refer to them. */
export const versionOperations: OperationTable<Lambda, LambdaState> = {
  PublishVersion: {
    permissions: (input: PublishVersionRequest, state) => on(state, 'lambda:PublishVersion', input),
    run: (input: PublishVersionRequest, state) => publishVersion(state, input),
  },
  ListVersionsByFunction: {
    readOnly: true,
    permissions: (input: ListVersionsByFunctionRequest, state) =>
      on(state, 'lambda:ListVersionsByFunction', input),
    run: (input: ListVersionsByFunctionRequest, state) => listVersions(state, input),
  },
  CreateAlias: {
    permissions: (input: CreateAliasRequest, state) => on(state, 'lambda:CreateAlias', input),
    run: (input: Checked<CreateAliasRequest>, state) => createAlias(state, input),
  },
  GetAlias: {
    readOnly: true,
    permissions: (input: GetAliasRequest, state) => on(state, 'lambda:GetAlias', input),
    run: (input: GetAliasRequest, state) => aliasOf(state, findAlias(state, input)),
  },
  UpdateAlias: {
    permissions: (input: UpdateAliasRequest, state) => on(state, 'lambda:UpdateAlias', input),
    run: (input: UpdateAliasRequest, state) => updateAlias(state, input),
  },
  DeleteAlias: {
    permissions: (input: DeleteAliasRequest, state) => on(state, 'lambda:DeleteAlias', input),
    run(input: Checked<DeleteAliasRequest>, state): object {
      const { name } = parseReference(input.FunctionName);
      state.store.aliases.delete(qualifiedKey(name, input.Name));
      keepProvisioned(state, name);
      return {};
    },
  },
  ListAliases: {
    readOnly: true,
    permissions: (input: ListAliasesRequest, state) => on(state, 'lambda:ListAliases', input),
    run: (input: ListAliasesRequest, state) => listAliases(state, input),
  },
};

function on(state: LambdaState, action: string, input: NamedAlias) {
  return {
    action,
    resource: functionArn(state.cloud, parseReference(input.FunctionName).name),
  };
}

/** Publishes `$LATEST` as the next version, unless its code and settings equal the last version. */
export function publish(
  { cloud, store }: LambdaState,
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

function publishVersion(state: LambdaState, input: PublishVersionRequest): FunctionConfiguration {
  const { name } = parseReference(input.FunctionName);
  const latest = findVersion(state.cloud, state.store, { name, qualifier: undefined });
  refuseWhileUpdated(state, latest);
  if (input.RevisionId !== undefined && input.RevisionId !== latest.revisionId) {
    throw new PreconditionFailedException();
  }
  return configurationOf(state.cloud, publish(state, latest, input.Description ?? ''));
}

function listVersions(
  state: LambdaState,
  input: ListVersionsByFunctionRequest,
): ListVersionsByFunctionResponse {
  const { name } = parseReference(input.FunctionName);
  findVersion(state.cloud, state.store, { name, qualifier: LATEST });
  const versions = [...state.store.versions(name)];
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName(versions, ({ version }) => version, request);
  return {
    Versions: items.map((record) => listedConfigurationOf(state.cloud, record, true)),
    ...(next !== undefined && { NextMarker: next }),
  };
}

function findAlias(state: LambdaState, input: NamedAlias): AliasRecord {
  const { name } = parseReference(input.FunctionName);
  const alias = state.store.aliases.get(qualifiedKey(name, input.Name ?? ''));
  if (alias === undefined) {
    throw new ResourceNotFoundException(
      `Cannot find alias arn: ${functionArn(state.cloud, name, input.Name)}`,
    );
  }
  return alias;
}

function aliasOf({ cloud }: LambdaState, alias: AliasRecord): AliasConfiguration {
  return {
    AliasArn: functionArn(cloud, alias.functionName, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(alias.routing !== undefined && { RoutingConfig: alias.routing }),
    RevisionId: alias.revisionId,
  };
}

function createAlias(state: LambdaState, input: Checked<CreateAliasRequest>): AliasConfiguration {
  const { cloud, store } = state;
  const { name } = parseReference(input.FunctionName);
  const key = qualifiedKey(name, input.Name);
  if (store.aliases.has(key)) {
    throw new ResourceConflictException(
      `Alias already exists: ${functionArn(cloud, name, input.Name)}`,
    );
  }
  findVersion(cloud, store, { name, qualifier: input.FunctionVersion });
  const alias: AliasRecord = {
    functionName: name,
    name: input.Name,
    version: input.FunctionVersion,
    description: input.Description ?? '',
    routing: input.RoutingConfig,
    revisionId: cloud.random.uuid(),
  };
  store.aliases.put(key, alias);
  return aliasOf(state, alias);
}

function updateAlias(state: LambdaState, input: UpdateAliasRequest): AliasConfiguration {
  const alias = findAlias(state, input);
  if (input.RevisionId !== undefined && input.RevisionId !== alias.revisionId) {
    throw new PreconditionFailedException();
  }
  const updated: AliasRecord = {
    ...alias,
    version: input.FunctionVersion ?? alias.version,
    description: input.Description ?? alias.description,
    routing: input.RoutingConfig ?? alias.routing,
    revisionId: state.cloud.random.uuid(),
  };
  state.store.aliases.put(qualifiedKey(alias.functionName, alias.name), updated);
  keepProvisioned(state, alias.functionName);
  return aliasOf(state, updated);
}

function listAliases(state: LambdaState, input: ListAliasesRequest): ListAliasesResponse {
  const { name } = parseReference(input.FunctionName);
  const aliases = [...state.store.aliases.entries({ prefix: `${name}|` })]
    .map(([, alias]) => alias)
    .filter(({ version }) => [undefined, version].includes(input.FunctionVersion));
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName(aliases, (alias) => alias.name, request);
  return {
    Aliases: items.map((alias) => aliasOf(state, alias)),
    ...(next !== undefined && { NextMarker: next }),
  };
}
