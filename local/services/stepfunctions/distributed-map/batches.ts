import type { ItemBatcher, Json, MapItem } from '../../../../engine/index.ts';
import { jsonBytes } from '../../../../engine/index.ts';
import { PAYLOAD_BYTES } from '../limits.ts';

/** The input of one child execution. */
export interface ChildInput {
  readonly input: Json;
  readonly itemCount: number;
}

/** The inputs of the children: one for each item, or for each batch. */
export async function* childInputs(
  items: AsyncIterable<MapItem>,
  selectItem: ((item: MapItem) => Json) | undefined,
  batcher: ItemBatcher | undefined,
): AsyncGenerator<ChildInput> {
  const selected = selectEach(items, selectItem);
  if (batcher === undefined) {
    for await (const input of selected) yield { input, itemCount: 1 };
    return;
  }
  yield* batch(selected, batcher);
}

async function* selectEach(
  items: AsyncIterable<MapItem>,
  selectItem: ((item: MapItem) => Json) | undefined,
): AsyncGenerator<Json> {
  for await (const item of items) yield selectItem === undefined ? item.value : selectItem(item);
}

async function* batch(
  items: AsyncIterable<Json>,
  batcher: ItemBatcher,
): AsyncGenerator<ChildInput> {
  const { batchInput } = batcher;
  const most = batcher.maxItemsPerBatch ?? Number.POSITIVE_INFINITY;
  const bytes = Math.min(batcher.maxInputBytesPerBatch ?? PAYLOAD_BYTES, PAYLOAD_BYTES);
  const wrapped = (Items: readonly Json[]): ChildInput => ({
    input: batchInput === undefined ? { Items } : { BatchInput: batchInput, Items },
    itemCount: Items.length,
  });
  const empty = jsonBytes(wrapped([]).input);
  let held: Json[] = [];
  let size = empty;
  for await (const item of items) {
    const itemSize = jsonBytes(item) + 1;
    if (held.length > 0 && (held.length >= most || size + itemSize > bytes)) {
      yield wrapped(held);
      held = [];
      size = empty;
    }
    held.push(item);
    size += itemSize;
  }
  if (held.length > 0) yield wrapped(held);
}
