import { type SerializationException, wrongType } from '../serialization-exception.ts';
import { isRequired, nameOf, shapeOf } from './facts.ts';
import { listRules, type Rule, rulesOf } from './rules.ts';
import type { ApiFacts, Shape } from './shapes.ts';
import { MapKey, memberName, printValue, type Step } from './words.ts';

/** A constraint of the API model that a request violates. */
export interface Violation {
  /** The kind of the constraint. The `items` of a list and the `keys` or `values` of a map are reported as a whole. */
  readonly rule: Rule['name'] | 'required' | 'union' | 'items' | 'keys' | 'values';
  /** The path of the member; list items by number, from 1. */
  readonly path: readonly Step[];
  /** The path as messages write it: `tags.2.member.key`. */
  readonly member: string;
  /** The structure of the member. */
  readonly owner: string;
  /** The limit of the constraint, if it has one. */
  readonly limit?: number | undefined;
  /** The values of an enumeration, in the order of the model. */
  readonly values?: readonly string[] | undefined;
  /** The shape of the value, and its type. */
  readonly shape: string;
  readonly type: Shape['type'];
  readonly value: unknown;
  /** AWS's message: `Value 'x' at 'name' failed to satisfy constraint: Member must …`. */
  readonly sentence: string;
}

/** How the messages of services differ. */
export interface Dialect {
  /** The constraints of list items end with `Member must not be null`, as Lambda's do. */
  readonly itemsNeverNull?: boolean;
}

/** The most violations of one request that are reported. */
const TOLD_VIOLATIONS = 100;

/** A prepared shape. Its fields are filled in after it is registered, because shapes are recursive. */
interface Judged {
  readonly name: string;
  readonly shape: Shape;
  readonly hasType: (value: unknown) => boolean;
  readonly rules: readonly Rule[];
  /** Validates the parts of a structure, a list or a map. */
  parts?: (value: never, judge: InputJudge) => void;
}

const nothing: readonly Violation[] = [];

/** Validates the inputs of one API. A shape is prepared when a request first contains it. */
export class InputJudge {
  readonly #facts: ApiFacts;
  readonly #dialect: Dialect;
  readonly #known = new Map<string, Judged>();
  /** The current path and the violations found. Validation is synchronous, so one of each is enough. */
  readonly #path: Step[] = [];
  #owner = '';
  #found: Violation[] = [];

  constructor(facts: ApiFacts, dialect: Dialect = {}) {
    this.#facts = facts;
    this.#dialect = dialect;
  }

  has(operation: string): boolean {
    return Object.hasOwn(this.#facts.operations, operation);
  }

  /**
   * The violations of an input, in the order of the model.
   *
   * @throws SerializationException when a value does not have the type of its member
   */
  judge(operation: string, input: object): readonly Violation[] {
    this.#path.length = 0;
    this.#judge(this.#judged(this.#facts.operations[operation] ?? ''), input);
    if (this.#found.length === 0) return nothing;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #judge(judged: Judged, value: unknown): void {
    if (!judged.hasType(value)) throw this.#wrongType(judged.shape, value);
    for (const rule of judged.rules) {
      if (!rule.holds(value)) this.#report(rule.name, judged, value, rule.text, rule);
    }
    judged.parts?.(value as never, this);
  }

  #wrongType(shape: Shape, value: unknown): SerializationException {
    this.#found = [];
    return wrongType(shape.type, value);
  }

  #report(
    rule: Violation['rule'],
    { name, shape }: Judged,
    value: unknown,
    text: string,
    { limit, values }: Pick<Violation, 'limit' | 'values'> = {},
  ): void {
    if (this.#found.length >= TOLD_VIOLATIONS) return;
    const member = memberName(this.#path);
    const printed = value === undefined ? 'null' : `'${printValue(this.#facts, name, value)}'`;
    const shown = isSensitive(this.#facts, shape) ? 'Value' : `Value ${printed}`;
    this.#found.push({
      rule,
      path: [...this.#path],
      member,
      owner: this.#owner,
      limit,
      values,
      shape: name,
      type: shape.type,
      value,
      sentence: `${shown} at '${member}' failed to satisfy constraint: ${text}`,
    });
  }

  #judged(reference: string): Judged {
    const name = nameOf(reference);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const shape = shapeOf(this.#facts, name);
    const judged: Judged = { name, shape, hasType: hasType[shape.type], rules: rulesOf(shape) };
    this.#known.set(name, judged);
    if ('members' in shape) judged.parts = this.#structureParts(judged, shape.members);
    if (shape.type === 'list') judged.parts = this.#listParts(judged, shape.item);
    if (shape.type === 'map') judged.parts = this.#mapParts(judged, shape.key, shape.value);
    return judged;
  }

  #structureParts(
    judged: Judged,
    references: Readonly<Record<string, string>>,
  ): (value: Readonly<Record<string, unknown>>) => void {
    const members = Object.entries(references).map(([name, reference]) => ({
      name,
      isRequired: isRequired(reference),
      member: this.#judged(reference),
    }));
    const isUnion = judged.shape.type === 'union';
    return (value) => {
      let given = 0;
      for (const { name, isRequired: isNeeded, member } of members) {
        const item = value[name];
        const isGiven = item !== undefined && item !== null;
        if (!isGiven && !isNeeded) continue;
        this.#path.push(name);
        this.#owner = judged.name;
        if (isGiven) {
          given += 1;
          this.#judge(member, item);
        } else this.#report('required', member, undefined, 'Member must not be null');
        this.#path.pop();
      }
      if (isUnion && given !== 1) {
        this.#report('union', judged, value, 'Exactly one of its members must be set');
      }
    };
  }

  #listParts(list: Judged, reference: string): (value: readonly unknown[]) => void {
    const item = this.#judged(reference);
    const texts = listRules(item.rules, this.#dialect.itemsNeverNull === true);
    const text = `Member must satisfy constraint: ${texts}`;
    return (value) => {
      let isTold = false;
      for (let index = 0; index < value.length; index += 1) {
        const given = value[index];
        this.#path.push(index + 1);
        const broken = this.#judgePart(item, given);
        this.#path.pop();
        if (!broken || isTold) continue;
        isTold = true;
        this.#report('items', list, value, text, { values: item.shape.enum });
      }
    };
  }

  #mapParts(
    map: Judged,
    keyReference: string,
    valueReference: string,
  ): (value: Readonly<Record<string, unknown>>) => void {
    const key = this.#judged(keyReference);
    const item = this.#judged(valueReference);
    const neverNull = this.#dialect.itemsNeverNull === true;
    const keysText = `Map keys must satisfy constraint: ${listRules(key.rules, neverNull)}`;
    const valuesText = `Map value must satisfy constraint: ${listRules(item.rules, neverNull)}`;
    return (value) => {
      let keysBroken = false;
      let valuesBroken = false;
      for (const name in value) {
        if (!Object.hasOwn(value, name) || value[name] === undefined) continue;
        keysBroken ||= isBroken(key, name);
        this.#path.push(new MapKey(name));
        valuesBroken = this.#judgePart(item, value[name]) || valuesBroken;
        this.#path.pop();
      }
      if (keysBroken) this.#report('keys', map, value, keysText);
      if (valuesBroken) this.#report('values', map, value, valuesText);
    };
  }

  /** Validates an item of a list or a map. Returns whether it violates a constraint of its own, which its list reports. */
  #judgePart(item: Judged, value: unknown): boolean {
    if (value === undefined || value === null) {
      this.#report('required', item, undefined, 'Member must not be null');
      return false;
    }
    if (!item.hasType(value)) throw this.#wrongType(item.shape, value);
    item.parts?.(value as never, this);
    return isBroken(item, value);
  }
}

function isBroken({ rules }: Judged, value: unknown): boolean {
  for (const rule of rules) if (!rule.holds(value)) return true;
  return false;
}

/** A list or map of sensitive values is sensitive itself. */
function isSensitive(facts: ApiFacts, shape: Shape): boolean {
  if (shape.sensitive === true) return true;
  if (shape.type === 'list') return shapeOf(facts, shape.item).sensitive === true;
  if (shape.type === 'map') return shapeOf(facts, shape.value).sensitive === true;
  return false;
}

const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint';
/** Integers of this many bits, as Java reads them: a larger number has another type. */
function isWhole(bits: number): (value: unknown) => boolean {
  const largest = 2n ** BigInt(bits - 1) - 1n;
  return (value) => {
    if (typeof value === 'number') {
      return Number.isInteger(value) && value <= Number(largest) && value >= -Number(largest) - 1;
    }
    return typeof value === 'bigint' && value <= largest && value >= -largest - 1n;
  };
}

const isObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasType: Readonly<Record<Shape['type'], (value: unknown) => boolean>> = {
  blob: (value) => typeof value === 'string' || isObject(value),
  boolean: (value) => typeof value === 'boolean',
  double: isNumber,
  float: isNumber,
  integer: isWhole(32),
  list: Array.isArray,
  long: isWhole(64),
  map: isObject,
  string: (value) => typeof value === 'string',
  structure: isObject,
  timestamp: (value) => value instanceof Date || isNumber(value) || typeof value === 'string',
  union: isObject,
};
