import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { messages } from './messages.ts';
import { type Check, childOf, later, type Place, type QueryLanguage, refuse } from './place.ts';

/** A field of an object: the check of its value, and its query language, if it exists only in one. */
export interface Field {
  readonly check: Check;
  readonly language?: QueryLanguage;
}

/** Fields that exclude each other; with `needed`, one of them is required. */
export interface Exclusion {
  readonly fields: readonly string[];
  readonly needed?: boolean;
}

/** The shape of an object in a definition. */
export interface Shape {
  readonly fields: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly exclusions?: readonly Exclusion[];
}

export function field(check: Check): Field {
  return { check };
}

export function jsonPathField(check: Check): Field {
  return { check, language: 'JSONPath' };
}

export function jsonataField(check: Check): Field {
  return { check, language: 'JSONata' };
}

/** A check for values that are objects of this shape. */
export function shaped(shape: Shape): Check {
  return (value, place) => {
    if (isJsonObject(value)) checkShape(shape, value, place);
    else refuse(place, messages.expectedType('OBJECT'));
  };
}

/** Reports every difference between an object and its shape. */
export function checkShape(shape: Shape, object: JsonObject, place: Place): void {
  checkRequired(shape, object, place);
  checkNames(shape, object, place);
  for (const exclusion of shape.exclusions ?? []) checkExclusion(exclusion, object, place);
  for (const [name, value] of Object.entries(object)) checkField(shape, name, value, place);
}

function checkRequired(shape: Shape, object: JsonObject, place: Place): void {
  const missing = (shape.required ?? []).filter((name) => !Object.hasOwn(object, name));
  if (missing.length > 0) refuse(place, messages.requiredFields(missing));
}

function checkNames(shape: Shape, object: JsonObject, place: Place): void {
  for (const name of Object.keys(object)) {
    const known = fieldOf(shape, name);
    if (known === undefined) refuse(place, messages.unsupportedField(name));
    else if (isOfOtherLanguage(known, place) && !place.downgraded) {
      refuse(place, messages.languageMismatch(place.language, name, otherThan(place.language)));
    }
  }
}

function checkExclusion(exclusion: Exclusion, object: JsonObject, place: Place): void {
  const present = exclusion.fields.filter((name) => Object.hasOwn(object, name));
  if (present.length > 1) refuse(place, messages.tooManyFields(exclusion.fields));
  if (present.length === 0 && exclusion.needed === true) {
    refuse(place, messages.noneOfFields(exclusion.fields));
  }
}

function checkField(shape: Shape, name: string, value: Json, place: Place): void {
  const known = fieldOf(shape, name);
  if (known === undefined || isOfOtherLanguage(known, place)) return;
  later(place, () => known.check(value, childOf(place, name)));
}

function fieldOf(shape: Shape, name: string): Field | undefined {
  // Names come from the definition, so `constructor` must not find the member of Object.
  return Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
}

function isOfOtherLanguage(known: Field, place: Place): boolean {
  return known.language !== undefined && known.language !== place.language;
}

function otherThan(language: QueryLanguage): QueryLanguage {
  return language === 'JSONPath' ? 'JSONata' : 'JSONPath';
}
