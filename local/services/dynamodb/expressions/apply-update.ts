import { ValidationException } from '../errors.ts';
import {
  type AttributeValue,
  addNumbers,
  type Item,
  isSet,
  subtract,
  unite,
} from '../values/attribute-value.ts';
import { negateDecimal, parseDecimal, renderDecimal } from '../values/decimal.ts';
import { type Path, valueAt } from './path.ts';
import type { UpdateAction, UpdateValue } from './update.ts';

/** A value that is being changed. */
type Draft =
  | { readonly type: 'M'; readonly value: Map<string, AttributeValue | Draft> }
  | { readonly type: 'L'; readonly value: (AttributeValue | Draft)[] };

/**
 * The item after an update expression. Right sides see the item as it was, elements of lists are counted as
 * they were.
 *
 * @throws ValidationException where the item does not have what the expression needs
 */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const draft: Draft = { type: 'M', value: new Map(item) };
  const changes = actions.map((action) => ({ action, value: newValue(item, action) }));
  const setting = changes.filter(({ value }) => value !== undefined);
  for (const { action, value } of setting.sort((a, b) => byLastIndex(a.action, b.action))) {
    if (value !== undefined) setAt(draft, action.path, value);
  }
  const removing = changes.filter(({ value }) => value === undefined);
  for (const { action } of removing.sort((a, b) => byLastIndex(b.action, a.action))) {
    removeAt(draft, action.path);
  }
  return draft.value;
}

/** Elements that are appended keep their order; elements that are removed go from the end on. */
function byLastIndex(one: UpdateAction, other: UpdateAction): number {
  const [a, b] = [one.path.at(-1), other.path.at(-1)];
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0;
}

/** What stands at the action's path afterwards; undefined where nothing does. */
function newValue(item: Item, action: UpdateAction): AttributeValue | undefined {
  switch (action.kind) {
    case 'set':
      return evaluate(item, action.value);
    case 'remove':
      return undefined;
    case 'add':
      return added(valueAt(item, action.path), action.value);
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

function setAt(root: Draft, path: Path, value: AttributeValue): void {
  const { parent, step } = openParent(root, path);
  if (parent.type === 'M' && typeof step === 'string') parent.value.set(step, value);
  else if (parent.type === 'L' && typeof step === 'number') {
    // An index past the end appends.
    parent.value[Math.min(step, parent.value.length)] = value;
  } else throw invalidPath();
}

function removeAt(root: Draft, path: Path): void {
  const { parent, step } = openParent(root, path);
  if (parent.type === 'M' && typeof step === 'string') parent.value.delete(step);
  else if (parent.type === 'L' && typeof step === 'number') parent.value.splice(step, 1);
  else throw invalidPath();
}

/** Goes to what holds a path's last step, copying what it passes. */
function openParent(
  root: Draft,
  path: Path,
): { readonly parent: Draft; readonly step: string | number } {
  let parent = root;
  for (const step of path.slice(0, -1)) {
    const child = childOf(parent, step);
    if (child?.type !== 'M' && child?.type !== 'L') throw invalidPath();
    const copy: Draft =
      child.type === 'M'
        ? { type: 'M', value: new Map(child.value) }
        : { type: 'L', value: [...child.value] };
    if (parent.type === 'M') parent.value.set(String(step), copy);
    else parent.value[Number(step)] = copy;
    parent = copy;
  }
  return { parent, step: path.at(-1) ?? '' };
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
