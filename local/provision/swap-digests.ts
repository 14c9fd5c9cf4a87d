import type { Cloud } from '../cloud/cloud.ts';
import { publishAssets } from './assets.ts';
import { digestResource, PARTIAL, UNFINISHED } from './digests.ts';
import type { Properties, ResourceType } from './resource-type.ts';
import { findResourceType } from './resource-types.ts';
import { type ResourceRecord, type StackRecord, stackTable } from './stack-record.ts';
import type { FileAsset } from './template.ts';

/** The digest of an asset in resources, and its replacement. */
export type DigestReplacement = readonly [former: string, current: string];

/** New contents of assets that stacks use. */
export interface DigestSwap {
  /** By the name of the stack. */
  readonly stacks: Readonly<Record<string, readonly DigestReplacement[]>>;
  readonly assets: readonly FileAsset[];
}

/** How many resources were updated, by the name of the stack. */
export type SwappedResources = Readonly<Record<string, number>>;

/**
 * Their updates never replace them, so nothing that refers to them changes. Those of a type are updated together,
 * and types in this order, so that what runs may read its new assets.
 */
const SWAPPED_TYPES = [
  'AWS::IAM::Policy',
  'AWS::Lambda::Function',
  'AWS::StepFunctions::StateMachine',
];

/**
 * Updates the provisioned resources that name former digests of assets, as an update does if the templates
 * differ in nothing else, but without reading a template. The next update compares all resources of these stacks.
 *
 * @returns undefined if resources of other types name them too, so that the stacks must be updated; nothing was done
 * @throws the error of a service; the next update applies that resource again
 */
export async function swapDigests(
  cloud: Cloud,
  { stacks, assets }: DigestSwap,
): Promise<SwappedResources | undefined> {
  const outdated = Object.entries(stacks).flatMap(([name, replacements]) =>
    placesOf(cloud, name).map((place) => {
      const stack = stackTable(place).get(name);
      const swaps = (stack?.resources ?? []).flatMap((each) => swapOf(each, replacements));
      return { place, stack, swaps };
    }),
  );
  if (!outdated.every(({ stack, swaps }) => isSwappable(stack, swaps))) return undefined;
  for (const place of new Set(outdated.map((each) => each.place))) {
    await publishAssets(place, assets);
  }
  await allOf(
    outdated.map(async ({ place, stack, swaps }) => {
      if (stack !== undefined && swaps.length > 0) await swapInStack(place, stack, swaps);
    }),
  );
  await cloud.store.committed();
  return Object.fromEntries(
    outdated.flatMap(({ stack, swaps }) =>
      stack === undefined ? [] : [[stack.stackName, swaps.length]],
    ),
  );
}

/** The clouds that have a stack of this name; the given one if none has. */
function placesOf(cloud: Cloud, stackName: string): readonly Cloud[] {
  const places = cloud.directory.all().filter((each) => stackTable(each).get(stackName));
  return places.length === 0 ? [cloud] : places;
}

/** An unfinished stack is updated as a whole. */
function isSwappable(stack: StackRecord | undefined, swaps: readonly ResourceSwap[]): boolean {
  return (
    stack?.digest !== UNFINISHED && swaps.every(({ record }) => SWAPPED_TYPES.includes(record.type))
  );
}

async function swapInStack(
  cloud: Cloud,
  stack: StackRecord,
  swaps: readonly ResourceSwap[],
): Promise<void> {
  const table = stackTable(cloud);
  const unapplied = swaps.map(({ record }) => ({ ...record, digest: UNFINISHED }));
  // After a kill or an error, these are applied by the next update.
  table.put(stack.stackName, { ...withResources(stack, unapplied), digest: PARTIAL });
  const applied: ResourceRecord[] = [];
  for (const type of SWAPPED_TYPES) {
    const ofType = swaps.filter(({ record }) => record.type === type);
    applied.push(...(await allOf(ofType.map((swap) => apply(cloud, stack, swap)))));
  }
  table.put(stack.stackName, { ...withResources(stack, applied), digest: PARTIAL });
}

/** Waits for all, so that none is still under way when the error of another is thrown. */
async function allOf<Result>(works: readonly Promise<Result>[]): Promise<readonly Result[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

interface ResourceSwap {
  readonly record: ResourceRecord;
  readonly type: ResourceType;
  readonly properties: Properties;
}

function swapOf(
  record: ResourceRecord,
  replacements: readonly DigestReplacement[],
): readonly ResourceSwap[] {
  const { properties: former = {} } = record;
  const type = findResourceType(record.type);
  if (type === undefined || !names(former, replacements)) return [];
  const text = replacements.reduce(
    (replaced, [from, to]) => replaced.replaceAll(from, to),
    JSON.stringify(former),
  );
  return [{ record, type, properties: JSON.parse(text) as Properties }];
}

/** Much faster than in the text of the value, which most resources do not need. */
function names(value: unknown, replacements: readonly DigestReplacement[]): boolean {
  if (typeof value === 'string') return replacements.some(([former]) => value.includes(former));
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each) => names(each, replacements));
}

async function apply(
  cloud: Cloud,
  { stackName, stackId }: StackRecord,
  { record, type, properties }: ResourceSwap,
): Promise<ResourceRecord> {
  const { logicalId } = record;
  const provisioned = await type.apply({
    cloud,
    stackName,
    stackId,
    logicalId,
    type: record.type,
    properties,
    previous: record,
    isPreviousInEffect: record.digest !== UNFINISHED,
  });
  const digest = digestResource(cloud, type, record.type, properties);
  return { ...record, ...provisioned, properties, digest, appliedAt: cloud.clock.now() };
}

function withResources(stack: StackRecord, changed: readonly ResourceRecord[]): StackRecord {
  const byId = new Map(changed.map((record) => [record.logicalId, record]));
  const resources = stack.resources.map((record) => byId.get(record.logicalId) ?? record);
  return { ...stack, resources };
}
