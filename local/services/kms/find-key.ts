import type { Account, Permission } from '../../cloud/service.ts';
import {
  DisabledException,
  KMSInvalidStateException,
  NotFoundException,
  ValidationException,
} from './errors.ts';
import { managedKey } from './managed-key.ts';
import type { KmsState } from './state.ts';
import type { KeyRecord } from './store.ts';

const KEY_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const ALIAS = 'alias/';

export function keyArn(cloud: Account, keyId: string): string {
  return cloud.arn('kms', `key/${keyId}`);
}

export function aliasArn(cloud: Account, name: string): string {
  return cloud.arn('kms', name);
}

/** The part of an ARN that names the resource: `key/…` or `alias/…`. */
function resourceIn(text: string): string {
  return text.startsWith('arn:') ? text.split(':').slice(5).join(':') : text;
}

/** The name of an alias that a request gives as its name or ARN; undefined for a key. */
export function aliasIn(text: string): string | undefined {
  const resource = resourceIn(text);
  return resource.startsWith(ALIAS) ? resource : undefined;
}

function keyIdIn(text: string): string {
  return resourceIn(text).replace(/^key\//, '');
}

/** The key of an id, ARN or alias; undefined where there is none. */
export function lookUp(state: KmsState, text: string): KeyRecord | undefined {
  const alias = aliasIn(text);
  if (alias === undefined) return keyOf(state, keyIdIn(text));
  const keyId = state.aliases.get(alias)?.keyId;
  return keyId === undefined ? managedKey(state, alias) : keyOf(state, keyId);
}

function keyOf(state: KmsState, keyId: string): KeyRecord | undefined {
  const record = state.keys.get(keyId);
  if (record === undefined) return managedKey(state, keyId);
  const { deletionAt } = record;
  return deletionAt !== undefined && deletionAt <= state.cloud.clock.now() ? undefined : record;
}

/** The resource of a permission: the key behind an alias, as AWS authorizes. */
export function resourceOf(state: KmsState, text = ''): string {
  const record = lookUp(state, text);
  if (record !== undefined) return keyArn(state.cloud, record.keyId);
  return text.startsWith('arn:') ? text : keyArn(state.cloud, keyIdIn(text));
}

/** The permission for an action on the key that a request names. */
export function onKey(
  action: string,
  { KeyId }: { readonly KeyId?: string | undefined },
  state: KmsState,
): Permission {
  return { action: `kms:${action}`, resource: resourceOf(state, KeyId) };
}

/** @throws NotFoundException */
export function findKey(state: KmsState, text = ''): KeyRecord {
  const record = lookUp(state, text);
  if (record !== undefined) return record;
  const alias = aliasIn(text);
  if (alias !== undefined) {
    throw new NotFoundException(`Alias ${aliasArn(state.cloud, alias)} is not found.`);
  }
  const keyId = keyIdIn(text);
  if (!KEY_ID.test(keyId)) throw new NotFoundException(`Invalid keyId '${text}'`);
  throw new NotFoundException(`Key '${keyArn(state.cloud, keyId)}' does not exist`);
}

/** For operations that take no alias. @throws NotFoundException, ValidationException */
export function findKeyById(state: KmsState, text = ''): KeyRecord {
  const record = findKey(state, text);
  if (aliasIn(text) === undefined) return record;
  throw new ValidationException(
    `The operation takes the ID or ARN of a key, not an alias: ${text}. Nothing was done.`,
  );
}

/** A key that may encrypt and decrypt. @throws NotFoundException, DisabledException, KMSInvalidStateException */
export function findUsableKey(state: KmsState, text: string | undefined): KeyRecord {
  const record = findKey(state, text);
  checkNotPending(state, record);
  if (!record.isEnabled) throw new DisabledException(keyArn(state.cloud, record.keyId));
  return record;
}

/** @throws KMSInvalidStateException */
export function checkNotPending({ cloud }: KmsState, { keyId, deletionAt }: KeyRecord): void {
  if (deletionAt === undefined) return;
  throw new KMSInvalidStateException(keyArn(cloud, keyId), 'is pending deletion');
}
