import type { JoinRecord } from '../execution/record.ts';
import type { Thread } from '../execution/thread.ts';
import { type Field, unexpectedType } from '../flow/field.ts';
import type { MapItem } from '../host.ts';
import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import { MAXIMUM_INLINE_ITERATIONS } from '../limits.ts';
import type { MapState } from '../machine.ts';
import { evaluationError, runtimeError } from '../states-error.ts';
import { Branches, type BranchesPlan, resumeBranches } from './branches.ts';
import { runDistributed } from './distributed-map.ts';
import { countOf } from './map-numbers.ts';
import type { RunState } from './run-state.ts';
import { VisitWithItem } from './visit-with-item.ts';

/** Runs its processor once for every item. */
export const run: RunState<MapState> = (thread, state) => {
  const interrupted = thread.takeResumption();
  const resumption = interrupted?.kind === 'join' ? interrupted : undefined;
  if (resumption?.output !== undefined) return finishResumed(thread, state, resumption);
  const input = state.flow.prepare(thread);
  const list = state.itemReader === undefined ? itemsOf(thread, state, input) : undefined;
  const maxConcurrency = countOf(thread, state.maxConcurrency, input) ?? 0;
  thread.inspect('maxConcurrency', maxConcurrency);
  if (state.mode === 'DISTRIBUTED') {
    return runDistributed(thread, state, { input, list, maxConcurrency, resumption });
  }
  runInline(thread, state, { input, list: list ?? { items: [] }, maxConcurrency, resumption });
};

/** Continues after a crash at which all items were done; only the last events of the state can be missing. */
function finishResumed(thread: Thread, state: MapState, record: JoinRecord): void {
  if (!record.stateSucceeded && record.mapRunSucceededId !== undefined) {
    thread.execution.append('MapStateSucceeded', thread.frame, record.mapRunSucceededId, {});
  }
  thread.exit(state.flow.finish(thread, record.output?.value ?? null), state.next);
}

interface InlineWork {
  readonly input: Json;
  readonly list: ItemList;
  readonly maxConcurrency: number;
  readonly resumption: JoinRecord | undefined;
}

function runInline(thread: Thread, state: MapState, work: InlineWork): void {
  const { resumption } = work;
  const plan = planOf(thread, state, work);
  if (resumption !== undefined) return resumeBranches(thread, plan, resumption);
  const firstFrame = thread.execution.reserveFrames(plan.count);
  const id = thread.append('MapStateStarted', {
    length: plan.count,
    firstFrame,
    retries: thread.retries,
  });
  new Branches(thread, plan, id, firstFrame).begin();
}

function planOf(thread: Thread, state: MapState, work: InlineWork): BranchesPlan {
  const { items, keys } = work.list;
  const limit = work.maxConcurrency === 0 ? MAXIMUM_INLINE_ITERATIONS : work.maxConcurrency;
  return {
    count: items.length,
    concurrency: Math.min(limit, MAXIMUM_INLINE_ITERATIONS),
    branch: (index) => {
      const mapItem: MapItem = { index, value: items[index] ?? null, key: keys?.[index] };
      return {
        group: state.processor,
        input: () => selectItem(thread, state, work.input, mapItem),
      };
    },
    iterations: true,
    succeededType: 'MapStateSucceeded',
    finish: (outputs) => thread.exit(state.flow.finish(thread, outputs), state.next),
  };
}

/** The input of an iteration: the item, or the value of `ItemSelector`. */
export function selectItem(thread: Thread, state: MapState, input: Json, item: MapItem): Json {
  if (state.itemSelector === undefined) return item.value;
  const selected = state.itemSelector.evaluate(new VisitWithItem(thread, item), { input });
  thread.assertSize(selected);
  return selected;
}

/** The items of a Map. */
export interface ItemList {
  readonly items: readonly Json[];
  /** The names of the members, if the items come from an object. */
  readonly keys?: readonly string[] | undefined;
}

function itemsOf(thread: Thread, state: MapState, input: Json): ItemList {
  const field = state.items;
  const value = field === undefined ? input : field.evaluate(thread, { input });
  const list = listOf(state, value);
  if (list === undefined) throw notAList(state, field, value);
  if (state.queryLanguage === 'JSONPath') thread.inspect('afterItemsPath', value);
  return list;
}

function listOf(state: MapState, value: Json): ItemList | undefined {
  if (Array.isArray(value)) return { items: value as readonly Json[] };
  if (!isJsonObject(value) || state.mode !== 'DISTRIBUTED') return undefined;
  return { items: Object.values(value), keys: Object.keys(value) };
}

function notAList(state: MapState, field: Field | undefined, value: Json) {
  if (field?.text !== undefined && state.queryLanguage === 'JSONata') {
    return unexpectedType(field, 'array', value);
  }
  if (state.queryLanguage === 'JSONata') {
    return evaluationError(`Map state input must be an array but was: ${writeJson(value)}`);
  }
  return field?.text === undefined
    ? runtimeError(`Map state input must be an array but was: ${writeJson(value)}`)
    : // AWS shows a path into the context object without its first `$`.
      runtimeError(`Reference path "${field.text.replace(/^\$\$/, '$')}" must point to array.`);
}
