import { ValidationException } from '../errors.ts';
import { ITEM_BYTES } from '../limits.ts';
import {
  type AttributeValue,
  addNumbers,
  type Item,
  isSet,
  subtract,
  unite,
  valueBytes,
} from '../values/attribute-value.ts';
import { negateDecimal, parseDecimal, renderDecimal } from '../values/decimal.ts';
import { type Path, valueAt } from './path.ts';
import type { UpdateAction, UpdateValue } from './update.ts';

/** A value with pending changes. */
type Draft =
  | { readonly type: 'M'; readonly value: Map<string, AttributeValue | Draft> }
  | { readonly type: 'L'; readonly value: (AttributeValue | Draft)[] };

/**
 * The item after an update expression. Right sides and list indexes refer to the item before the update.
 *
 * @throws ValidationException if the item does not have a path of the expression
 */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const draft = new DraftItem(item);
  const size = new GrowingSize();
  const changes = actions.map((action) => ({ action, value: newValue(item, action, size) }));
  const setting = changes.filter(({ value }) => value !== undefined);
  for (const { action, value } of setting.sort((a, b) => byLastIndex(a.action, b.action))) {
    if (value !== undefined) draft.set(action.path, value);
  }
  for (const { action, value } of changes) {
    if (value === undefined) draft.remove(action.path);
  }
  return draft.finish();
}

/** Checks the size of an item while values are added to it. */
class GrowingSize {
  #bytes = 0;

  /** @throws ValidationException where the new values alone are larger than an item may be */
  add(value: AttributeValue): void {
    this.#bytes += valueBytes(value);
    if (this.#bytes > ITEM_BYTES) throw tooLarge();
  }
}

/** The minimum size of an element: one byte, and one for its place in the list. */
const LIST_ELEMENTS = ITEM_BYTES / 2;

function tooLarge(): ValidationException {
  return new ValidationException('Item size to update has exceeded the maximum allowed size');
}

/** Elements that are appended keep their order. */
function byLastIndex(one: UpdateAction, other: UpdateAction): number {
  const [a, b] = [one.path.at(-1), other.path.at(-1)];
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0;
}

/** The new value at the path of an action; undefined if there is none. */
function newValue(item: Item, action: UpdateAction, size: GrowingSize): AttributeValue | undefined {
  switch (action.kind) {
    case 'set': {
      const value = evaluate(item, action.value);
      size.add(value);
      return value;
    }
    case 'remove':
      return undefined;
    case 'add': {
      const value = added(valueAt(item, action.path), action.value);
      size.add(value);
      return value;
    }
    case 'delete': {
      const old = valueAt(item, action.path);
      if (old === undefined) return undefined;
      if (old.type !== action.value.type) throw wrongType();
      return subtract(old, action.value);
    }
  }
}

function added(old: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (old === undefined) return value;
  if (old.type === 'N' && value.type === 'N') {
    return { type: 'N', value: addNumbers(old.value, value.value) };
  }
  if (old.type !== value.type || !isSet(old.type)) throw wrongType();
  return unite(old, value);
}

function evaluate(item: Item, value: UpdateValue): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path':
      return existing(valueAt(item, value.path));
    case 'if_not_exists':
      return valueAt(item, value.path) ?? evaluate(item, value.otherwise);
    case 'list_append': {
      const left = evaluate(item, value.left);
      const right = evaluate(item, value.right);
      if (left.type !== 'L' || right.type !== 'L') throw wrongType();
      if (left.value.length + right.value.length > LIST_ELEMENTS) throw tooLarge();
      return { type: 'L', value: [...left.value, ...right.value] };
    }
    case 'arithmetic': {
      const left = evaluate(item, value.left);
      const right = evaluate(item, value.right);
      if (left.type !== 'N' || right.type !== 'N') throw wrongType();
      const other =
        value.operator === '+'
          ? right.value
          : renderDecimal(negateDecimal(parseDecimal(right.value)));
      return { type: 'N', value: addNumbers(left.value, other) };
    }
  }
}

function existing(value: AttributeValue | undefined): AttributeValue {
  if (value !== undefined) return value;
  throw new ValidationException(
    'The provided expression refers to an attribute that does not exist in the item',
  );
}

function wrongType(): ValidationException {
  return new ValidationException('An operand in the update expression has an incorrect data type');
}

/** The placeholder of a removed element: the others keep their indexes until the end of the update. */
const REMOVED: AttributeValue = { type: 'NULL', value: true };

/** An item with pending changes. Each changed map or list is copied once. */
class DraftItem {
  readonly #root: Extract<Draft, { readonly type: 'M' }>;
  readonly #copies = new Set<Draft>();
  readonly #shortened = new Set<Extract<Draft, { readonly type: 'L' }>>();

  constructor(item: Item) {
    this.#root = { type: 'M', value: new Map(item) };
  }

  set(path: Path, value: AttributeValue): void {
    const { parent, step } = this.#openParent(path);
    if (parent.type === 'M' && typeof step === 'string') parent.value.set(step, value);
    else if (parent.type === 'L' && typeof step === 'number') {
      // An index past the end appends.
      parent.value[Math.min(step, parent.value.length)] = value;
    } else throw invalidPath();
  }

  remove(path: Path): void {
    const { parent, step } = this.#openParent(path);
    if (parent.type === 'M' && typeof step === 'string') parent.value.delete(step);
    else if (parent.type === 'L' && typeof step === 'number') {
      if (step >= parent.value.length) return;
      parent.value[step] = REMOVED;
      this.#shortened.add(parent);
    } else throw invalidPath();
  }

  finish(): Item {
    for (const list of this.#shortened) {
      const left = list.value.filter((element) => element !== REMOVED);
      for (const [index, element] of left.entries()) list.value[index] = element;
      list.value.length = left.length;
    }
    return this.#root.value;
  }

  /** The copied map or list that contains the last step of a path. */
  #openParent(path: Path): { readonly parent: Draft; readonly step: string | number } {
    let parent: Draft = this.#root;
    for (const step of path.slice(0, -1)) parent = this.#openChild(parent, step);
    return { parent, step: path.at(-1) ?? '' };
  }

  #openChild(parent: Draft, step: string | number): Draft {
    const child = childOf(parent, step);
    if (child?.type !== 'M' && child?.type !== 'L') throw invalidPath();
    if (this.#copies.has(child as Draft)) return child as Draft;
    const copy: Draft =
      child.type === 'M'
        ? { type: 'M', value: new Map(child.value) }
        : { type: 'L', value: [...child.value] };
    this.#copies.add(copy);
    if (parent.type === 'M') parent.value.set(String(step), copy);
    else parent.value[Number(step)] = copy;
    return copy;
  }
}

function childOf(parent: Draft, step: string | number): AttributeValue | Draft | undefined {
  if (parent.type === 'M') return typeof step === 'string' ? parent.value.get(step) : undefined;
  return typeof step === 'number' ? parent.value[step] : undefined;
}

function invalidPath(): ValidationException {
  return new ValidationException(
    'The document path provided in the update expression is invalid for update',
  );
}
