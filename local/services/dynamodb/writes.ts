import type { ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException, ValidationException } from './errors.ts';
import { applyUpdate } from './expressions/apply-update.ts';
import { type Condition, parseCondition } from './expressions/condition.ts';
import { fulfils } from './expressions/evaluate.ts';
import type { Path } from './expressions/path.ts';
import { type SubstitutionInput, Substitutions } from './expressions/substitutions.ts';
import { parseUpdate, type UpdateAction } from './expressions/update.ts';
import { checkIndexKeys, checkItem, checkItemSize, checkKey } from './key-checks.ts';
import { NESTING_LEVELS } from './limits.ts';
import { tableNameOf } from './names.ts';
import type { DynamoStore } from './store.ts';
import { namesOf, type TableRecord } from './table-record.ts';
import { depthOf, type Item, readItem, toWireItem } from './values/attribute-value.ts';

export type WriteKind = 'put' | 'update' | 'delete' | 'check';

/** The members that PutItem, UpdateItem, DeleteItem and the actions of transactions share. */
export interface WriteInput extends SubstitutionInput {
  readonly TableName?: string | undefined;
  readonly Item?: unknown;
  readonly Key?: unknown;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

/** A write as its request alone tells it. */
export interface ParsedWrite {
  readonly kind: WriteKind;
  readonly tableName: string;
  /** The item to put, or the key. */
  readonly given: Item;
  readonly condition: Condition | undefined;
  readonly actions: readonly UpdateAction[];
  readonly returnsItemOnFailure: boolean;
  /** Top-level attributes it touches, for policies. */
  readonly attributes: ReadonlySet<string>;
}

interface ParseOptions {
  /** Whether the sentence about an unused value names it, as in transactions. @default false */
  readonly namesValue?: boolean;
}

type Parsing = { readonly write: ParsedWrite } | { readonly error: unknown };

/** A request is parsed for its permissions first, and an item may have a hundred thousand values. */
const parsings = new WeakMap<WriteInput, Parsing>();

/**
 * Parses the same input once: requests are readonly.
 *
 * @throws ValidationException in AWS's words
 */
export function parseWrite(
  kind: WriteKind,
  input: WriteInput,
  options: ParseOptions = {},
): ParsedWrite {
  const parsing = parsings.get(input) ?? tryParsing(kind, input, options);
  parsings.set(input, parsing);
  if ('error' in parsing) throw parsing.error;
  return parsing.write;
}

function tryParsing(kind: WriteKind, input: WriteInput, options: ParseOptions): Parsing {
  try {
    return { write: parse(kind, input, options) };
  } catch (error) {
    return { error };
  }
}

function parse(kind: WriteKind, input: WriteInput, options: ParseOptions): ParsedWrite {
  const expressions = (['ConditionExpression', 'UpdateExpression'] as const).filter(
    (name) => input[name] !== undefined,
  );
  const given = readItem(kind === 'put' ? input.Item : input.Key);
  if (kind === 'put') checkItemSize(given, 'Item size');
  const substitutions = new Substitutions(input, { expressions, ...options });
  const { ConditionExpression, UpdateExpression } = input;
  const actions =
    UpdateExpression === undefined ? [] : parseUpdate(UpdateExpression, substitutions);
  const condition =
    ConditionExpression === undefined
      ? undefined
      : parseCondition(ConditionExpression, 'ConditionExpression', substitutions);
  substitutions.checkAllUsed();
  return {
    kind,
    tableName: tableNameOf(input.TableName),
    given,
    condition,
    actions,
    returnsItemOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    attributes: new Set([...given.keys(), ...substitutions.attributes]),
  };
}

/** What a write finds and what it leaves. */
export interface WriteOutcome {
  readonly table: TableRecord;
  readonly key: Item;
  readonly before: Item | undefined;
  /** Undefined where nothing is there afterwards. */
  readonly after: Item | undefined;
  readonly paths: readonly Path[];
}

/**
 * Judges a write against the table as it is now, and changes nothing.
 *
 * @throws ValidationException, ConditionalCheckFailedException
 */
export function judgeWrite(
  store: DynamoStore,
  table: TableRecord,
  write: ParsedWrite,
): WriteOutcome {
  checkGiven(table, write);
  const key = keyOf(table, write.given);
  const before = store.items(table).get(key);
  if (write.condition !== undefined && !fulfils(write.condition, before ?? new Map())) {
    const shown = write.returnsItemOnFailure ? before : undefined;
    throw new ConditionalCheckFailedException(shown === undefined ? undefined : toWireItem(shown));
  }
  const paths = write.actions.map(({ path }) => path);
  return { table, key, before, after: itemAfter(table, write, before), paths };
}

/** @throws ValidationException where the item or key does not fit the table */
function checkGiven(table: TableRecord, write: ParsedWrite): void {
  if (write.kind === 'put') checkItem(table, write.given);
  else checkKey(table, write.given);
  for (const name of namesOf(table.key)) {
    const touching = write.actions.find(({ path }) => path[0] === name);
    if (touching === undefined) continue;
    throw new ValidationException(
      touching.path.length === 1
        ? `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`
        : `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: ${name}`,
    );
  }
}

function itemAfter(
  table: TableRecord,
  { kind, given, actions }: ParsedWrite,
  before: Item | undefined,
): Item | undefined {
  switch (kind) {
    case 'put':
      return given;
    case 'delete':
      return undefined;
    case 'check':
      return before;
    case 'update': {
      const after = applyUpdate(before ?? given, actions);
      checkUpdated(table, after);
      return after;
    }
  }
}

function checkUpdated(table: TableRecord, after: Item): void {
  checkIndexKeys(
    table,
    after,
    'The update expression attempted to update a secondary index key to a value that is not supported.',
  );
  for (const value of after.values()) {
    if (depthOf(value) > NESTING_LEVELS) {
      throw new ValidationException(
        'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
      );
    }
  }
  checkItemSize(after, 'Item size to update');
}

/** Carries out what was judged. */
export function commitWrite(store: DynamoStore, { table, key, before, after }: WriteOutcome): void {
  if (after === before) return;
  const items = store.items(table);
  if (after === undefined) items.delete(key);
  else items.put(after);
}

/** The key attributes of an item. */
export function keyOf(table: TableRecord, item: Item): Item {
  const names = new Set(namesOf(table.key));
  return new Map([...item].filter(([name]) => names.has(name)));
}
