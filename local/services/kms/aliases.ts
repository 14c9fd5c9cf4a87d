import type {
  AliasListEntry,
  CreateAliasRequest,
  DeleteAliasRequest,
  KMS,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@aws-sdk/client-kms';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import {
  AlreadyExistsException,
  LimitExceededException,
  NotAuthorizedException,
  NotFoundException,
  ValidationException,
} from './errors.ts';
import { ALIAS, aliasArn, checkNotPending, findKey, findKeyById, resourceOf } from './find-key.ts';
import { MAX_ALIASES_OF_KEY, PAGE_SIZE } from './limits.ts';
import { S3_ALIAS } from './managed-key.ts';
import { pageOf } from './pages.ts';
import type { KmsState } from './state.ts';
import type { AliasRecord } from './store.ts';

/** Names of keys. */
export const aliasOperations: OperationTable<KMS, KmsState> = {
  CreateAlias: {
    permissions: (input: CreateAliasRequest, state) =>
      onBoth('CreateAlias', state, input.AliasName, [input.TargetKeyId]),
    run(input: CreateAliasRequest, state): object {
      const name = checkedName(input.AliasName);
      if (state.aliases.get(name) !== undefined) {
        throw new AlreadyExistsException(aliasArn(state.cloud, name));
      }
      const now = state.cloud.clock.now();
      put(state, { name, createdAt: now, updatedAt: now }, input.TargetKeyId);
      return {};
    },
  },
  UpdateAlias: {
    permissions: (input: UpdateAliasRequest, state) =>
      onBoth('UpdateAlias', state, input.AliasName, [
        state.aliases.get(input.AliasName ?? '')?.keyId,
        input.TargetKeyId,
      ]),
    run(input: UpdateAliasRequest, state): object {
      const former = find(state, checkedName(input.AliasName));
      put(state, { ...former, updatedAt: state.cloud.clock.now() }, input.TargetKeyId);
      return {};
    },
  },
  DeleteAlias: {
    permissions: (input: DeleteAliasRequest, state) =>
      onBoth('DeleteAlias', state, input.AliasName, [
        state.aliases.get(input.AliasName ?? '')?.keyId,
      ]),
    run(input: DeleteAliasRequest, state): object {
      const { name } = find(state, checkedName(input.AliasName));
      state.aliases.delete(name);
      return {};
    },
  },
  ListAliases: {
    readOnly: true,
    permissions: () => ({ action: 'kms:ListAliases', resource: '*' }),
    run: (input: ListAliasesRequest, state) => listAliases(state, input),
  },
};

/** The alias and its keys: https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html */
function onBoth(
  action: string,
  state: KmsState,
  name: string | undefined,
  keys: readonly (string | undefined)[],
): readonly Permission[] {
  const resources = [
    aliasArn(state.cloud, name ?? ''),
    ...keys.filter((key) => key !== undefined).map((key) => resourceOf(state, key)),
  ];
  return resources.map((resource) => ({ action: `kms:${action}`, resource }));
}

/** @throws ValidationException, NotAuthorizedException */
function checkedName(name = ''): string {
  if (!name.startsWith(ALIAS)) throw new ValidationException('Invalid identifier');
  if (name.includes(':')) {
    throw new ValidationException(`${name} contains invalid characters for an alias`);
  }
  if (name.startsWith(`${ALIAS}aws/`)) throw new NotAuthorizedException();
  return name;
}

/** @throws NotFoundException */
function find({ cloud, aliases }: KmsState, name: string): AliasRecord {
  const record = aliases.get(name);
  if (record !== undefined) return record;
  throw new NotFoundException(`Alias ${aliasArn(cloud, name)} is not found.`);
}

function put(state: KmsState, alias: Omit<AliasRecord, 'keyId'>, target: string | undefined): void {
  if (target?.includes(ALIAS) === true) {
    throw new ValidationException('Aliases must refer to keys. Not aliases');
  }
  const key = findKeyById(state, target);
  checkNotPending(state, key);
  const others = [...state.aliases.entries()].filter(
    ([name, { keyId }]) => keyId === key.keyId && name !== alias.name,
  );
  if (others.length >= MAX_ALIASES_OF_KEY) {
    throw new LimitExceededException(
      `A key has at most ${MAX_ALIASES_OF_KEY} aliases. Nothing was changed.`,
    );
  }
  state.aliases.put(alias.name, { ...alias, keyId: key.keyId });
}

function listAliases(state: KmsState, input: ListAliasesRequest): ListAliasesResponse {
  const only = input.KeyId === undefined ? undefined : findKey(state, input.KeyId).keyId;
  const all = [...state.aliases.entries()].map(([, record]) => record);
  const wanted = only === undefined ? all : all.filter(({ keyId }) => keyId === only);
  const entries = [...wanted.map((record) => entryOf(state, record)), ...ofAws(state, only)];
  const sorted = entries.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const { items, more } = pageOf(sorted, nameOf, input, PAGE_SIZE);
  return { Aliases: items, ...more };
}

function nameOf({ AliasName = '' }: AliasListEntry): string {
  return AliasName;
}

function entryOf({ cloud }: KmsState, alias: AliasRecord): AliasListEntry {
  return {
    AliasName: alias.name,
    AliasArn: aliasArn(cloud, alias.name),
    TargetKeyId: alias.keyId,
    CreationDate: new Date(alias.createdAt),
    LastUpdatedDate: new Date(alias.updatedAt),
  };
}

/** The alias of S3's key; before it is first used, AWS lists the alias without a key. */
function ofAws(state: KmsState, only: string | undefined): readonly AliasListEntry[] {
  const { keyId, createdAt } = findKey(state, S3_ALIAS);
  const alias = { AliasName: S3_ALIAS, AliasArn: aliasArn(state.cloud, S3_ALIAS) };
  if (only !== undefined && only !== keyId) return [];
  if (state.keys.get(keyId) === undefined) return only === undefined ? [alias] : [];
  const at = new Date(createdAt);
  return [{ ...alias, TargetKeyId: keyId, CreationDate: at, LastUpdatedDate: at }];
}
