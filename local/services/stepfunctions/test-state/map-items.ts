import assert from 'node:assert/strict';
import type { InspectionStage, Json, MapItem, MapRunRequest } from '../../../../engine/index.ts';
import { childInputs } from '../distributed-map/batches.ts';
import type { Bucket } from '../distributed-map/bucket.ts';
import { readItems } from '../distributed-map/item-reader.ts';

/** The inputs of the iterations of a mocked Map. */
export interface MapItems {
  readonly count: number;
  readonly stages: ReadonlyMap<InspectionStage, Json>;
}

export interface MapItemsOptions {
  readonly inline: boolean;
  /** `mapItemReaderData`: the mocked data of the ItemReader. */
  readonly readerData: string | undefined;
}

/**
 * Selects and batches the items of a Map without running iterations; undefined if it has an
 * ItemReader without mocked data, or one whose data cannot be given as text.
 * https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
 *
 * @throws StatesError if an item cannot be selected
 * @throws ItemReaderFailure if the data is not what the ItemReader expects
 */
export async function inspectItems(
  { batcher, selectItem, source }: MapRunRequest,
  { inline, readerData }: MapItemsOptions,
): Promise<MapItems | undefined> {
  if (source.kind === 'reader' && (readerData === undefined || !isOneText(source))) {
    return undefined;
  }
  const items: MapItem[] = [];
  for await (const item of readItems(asText(source), bucketOf(readerData ?? ''))) {
    items.push(inline ? { ...item, source: undefined } : item);
  }
  const stages = new Map<InspectionStage, Json>();
  if (source.kind === 'reader' && source.readerConfig['ItemsPointer'] !== undefined) {
    stages.set(
      'afterItemsPointer',
      items.map(({ value }) => value),
    );
  }
  const selected = selectItem === undefined ? undefined : items.map(selectItem);
  if (selected !== undefined) stages.set('afterItemSelector', selected);
  if (batcher !== undefined) {
    const values = selected ?? items.map(({ value }) => value);
    const batches: Json[] = [];
    const inputs = childInputs(eachOf(values), undefined, batcher);
    for await (const { input } of inputs) batches.push(input);
    stages.set('afterItemBatcher', batches);
  }
  return { count: items.length, stages };
}

async function* eachOf(values: readonly Json[]): AsyncGenerator<MapItem> {
  for (const [index, value] of values.entries()) yield { index, value };
}

type ReaderSource = Extract<MapRunRequest['source'], { readonly kind: 'reader' }>;

/** Parquet is binary, and a manifest refers to other objects. */
function isOneText({ readerConfig }: ReaderSource): boolean {
  const { InputType: type, ManifestType: manifest } = readerConfig;
  return type !== 'PARQUET' && type !== 'MANIFEST' && manifest === undefined;
}

/** The data of a listing is the list of its items. */
function asText(source: MapRunRequest['source']): MapRunRequest['source'] {
  if (source.kind === 'items' || !source.resource.endsWith(':s3:listObjectsV2')) return source;
  const resource = source.resource.replace('listObjectsV2', 'getObject');
  return { ...source, resource, readerConfig: { ...source.readerConfig, InputType: 'JSON' } };
}

/** Returns the same object for every key. */
function bucketOf(text: string): Bucket {
  return {
    checkOwner() {},
    open: async () => chunks(text),
    openFile: async () => assert.fail('a Parquet file is not read from a text'),
    list: () => assert.fail('a listing is read as its items'),
    put: async () => {},
  };
}

async function* chunks(text: string): AsyncGenerator<string> {
  yield text;
}
