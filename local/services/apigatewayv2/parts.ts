import { LimitExceededException, NotFoundException } from './errors.ts';
import { type ApiState, findApi, newId } from './state.ts';
import type { PartRecord, Parts } from './store.ts';

/** The kind of a part, as errors name it. */
export type PartKind = 'Authorizer' | 'Deployment' | 'Integration' | 'Route' | 'Stage';

const PART_ID_LENGTH = 7;

interface PartName {
  readonly apiId: string | undefined;
  readonly id: string | undefined;
}

/** @throws NotFoundException for a missing API or part */
export function findPart<PartSettings>(
  state: ApiState,
  parts: Parts<PartSettings>,
  kind: PartKind,
  { apiId, id }: PartName,
): PartRecord<PartSettings> {
  const part = parts.get(findApi(state, apiId).id, id ?? '');
  if (part === undefined) throw new NotFoundException(`Invalid ${kind} identifier specified`);
  return part;
}

/** Adds a part with a new id, or with the given one. @throws LimitExceededException, NotFoundException */
export function addPart<PartSettings>(
  state: ApiState,
  parts: Parts<PartSettings>,
  {
    apiId,
    id,
    most,
    settings,
  }: PartName & { readonly most: number; readonly settings: PartSettings },
): PartRecord<PartSettings> {
  const api = findApi(state, apiId);
  if (parts.of(api.id).length >= most) {
    throw new LimitExceededException(
      `Maximum number of resources for this API has been reached: ${most}.`,
    );
  }
  const now = state.cloud.clock.now();
  const part = {
    apiId: api.id,
    id: id ?? newId(state.cloud, PART_ID_LENGTH),
    settings,
    createdAt: now,
    modifiedAt: now,
  };
  parts.put(part);
  return part;
}

/** Stores changed settings of a part. */
export function changePart<PartSettings>(
  { cloud }: ApiState,
  parts: Parts<PartSettings>,
  part: PartRecord<PartSettings>,
  settings: PartSettings,
): PartRecord<PartSettings> {
  const changed = { ...part, settings, modifiedAt: cloud.clock.now() };
  parts.put(changed);
  return changed;
}
