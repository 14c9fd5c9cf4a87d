import type { JoinResumption, Thread } from '../execution/thread.ts';
import { type Field, unexpectedType } from '../flow/field.ts';
import type { MapItem } from '../host.ts';
import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { maximumInlineConcurrency } from '../limits.ts';
import type { MapState } from '../machine.ts';
import { evaluationError, runtimeError } from '../states-error.ts';
import { Branches, type BranchesPlan } from './branches.ts';
import { runDistributed } from './distributed-map.ts';
import { countOf } from './map-numbers.ts';
import type { RunState } from './run-state.ts';
import { VisitWithItem } from './visit-with-item.ts';

/** Runs its processor once for every item. */
export const run: RunState<MapState> = (thread, state) => {
  const resumption = thread.resumption as JoinResumption | undefined;
  thread.resumption = undefined;
  const input = state.flow.prepare(thread);
  const maxConcurrency = countOf(thread, state.maxConcurrency, input) ?? 0;
  thread.inspect('maxConcurrency', maxConcurrency);
  const list = state.itemReader === undefined ? itemsOf(thread, state, input) : undefined;
  if (state.mode === 'DISTRIBUTED') {
    return runDistributed(thread, state, { input, list, maxConcurrency, resumption });
  }
  runInline(thread, state, { input, list: list ?? { items: [] }, maxConcurrency, resumption });
};

interface InlineWork {
  readonly input: Json;
  readonly list: ItemList;
  readonly maxConcurrency: number;
  readonly resumption: JoinResumption | undefined;
}

function runInline(thread: Thread, state: MapState, work: InlineWork): void {
  const { resumption } = work;
  const plan = planOf(thread, state, work);
  if (resumption !== undefined) {
    new Branches(thread, plan, resumption.startedEventId, resumption.firstFrame).takeUp(resumption);
    return;
  }
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
  const limit = work.maxConcurrency === 0 ? maximumInlineConcurrency : work.maxConcurrency;
  return {
    count: items.length,
    concurrency: Math.min(limit, maximumInlineConcurrency),
    branch: (index) => {
      const mapItem: MapItem = { index, value: items[index] ?? null, key: keys?.[index] };
      return {
        group: state.processor,
        mapItem,
        input: () => selectItem(thread, state, work.input, mapItem),
      };
    },
    iterations: true,
    succeededType: 'MapStateSucceeded',
    finish: (outputs) => thread.exit(state.flow.finish(thread, outputs), state.next),
  };
}

/** The input of an iteration: the item, or what `ItemSelector` makes of it. */
export function selectItem(thread: Thread, state: MapState, input: Json, item: MapItem): Json {
  if (state.itemSelector === undefined) return item.value;
  return state.itemSelector.evaluate(new VisitWithItem(thread, item), { input });
}

/** What a Map runs over. */
export interface ItemList {
  readonly items: readonly Json[];
  /** The names of the members, if the items come from an object. */
  readonly keys?: readonly string[] | undefined;
}

function itemsOf(thread: Thread, state: MapState, input: Json): ItemList {
  const field = state.items;
  const value = field === undefined ? input : field.evaluate(thread, { input });
  if (state.queryLanguage === 'JSONPath') thread.inspect('afterItemsPath', value);
  if (Array.isArray(value)) return { items: value as readonly Json[] };
  if (isJsonObject(value) && state.mode === 'DISTRIBUTED') {
    return { items: Object.values(value), keys: Object.keys(value) };
  }
  throw notAList(state, field, value);
}

function notAList(state: MapState, field: Field | undefined, value: Json) {
  if (field?.text !== undefined && state.queryLanguage === 'JSONata') {
    return unexpectedType(field, 'array', value);
  }
  if (state.queryLanguage === 'JSONata') {
    return evaluationError(`Map state input must be an array but was: ${JSON.stringify(value)}`);
  }
  return field?.text === undefined
    ? runtimeError(`Map state input must be an array but was: ${JSON.stringify(value)}`)
    : runtimeError(`Reference path "${field.text}" must point to array.`);
}
