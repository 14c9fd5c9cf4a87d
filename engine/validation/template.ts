import { tryParseIntrinsic } from '../intrinsics/parse.ts';
import { isJsonObject, type Json } from '../json.ts';
import { tryParseJsonPath } from '../jsonpath/parse.ts';
import { isArray } from './checks.ts';
import { checkExpression } from './jsonata-expression.ts';
import { messages } from './messages.ts';
import { type Check, childOf, itemOf, later, type Place, refuse, warn } from './place.ts';

/** A payload template: any JSON, in which `.$` members (JSONPath) or `{% %}` strings (JSONata) are computed. */
export const template: Check = (value, place) => {
  if (place.language === 'JSONata') checkJsonataTemplate(value, place);
  else checkPathTemplate(value, place);
};

/** A payload template that is an object, or in JSONata an expression that gives one. */
export const objectTemplate: Check = (value, place) => {
  const isDynamic = place.language === 'JSONata' && typeof value === 'string';
  if (isJsonObject(value) || isDynamic) template(value, place);
  else refuse(place, messages.expectedType('OBJECT'));
};

function checkJsonataTemplate(value: Json, place: Place): void {
  if (typeof value === 'string') checkExpression(value, place);
  else if (isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (canHoldComputed(item))
        later(place, () => checkJsonataTemplate(item, itemOf(place, index)));
    }
  } else if (isJsonObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (canHoldComputed(item))
        later(place, () => checkJsonataTemplate(item, childOf(place, name)));
    }
  }
}

function canHoldComputed(value: Json): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/** AWS reports every error in a JSONPath template at the location of the template. */
function checkPathTemplate(value: Json, place: Place): void {
  if (isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object') later(place, () => checkPathTemplate(item, place));
    }
  } else if (isJsonObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      later(place, () => checkMember(name, item, place));
    }
  }
}

function checkMember(name: string, value: Json, place: Place): void {
  if (name.endsWith('.$')) checkComputed(name, value, place);
  else {
    if (looksComputed(value)) warn(place, 'NO_DOLLAR', messages.noDollar(name));
    checkPathTemplate(value, place);
  }
}

function checkComputed(name: string, value: Json, place: Place): void {
  if (typeof value !== 'string') {
    refuse(place, messages.templatePathType(name, typeName(value)));
  } else if (tryParseJsonPath(value) === undefined && tryParseIntrinsic(value) === undefined) {
    refuse(place, messages.invalidTemplatePath(name));
  }
}

/** Whether a value looks like a path or an intrinsic call that its author wanted to evaluate. */
export function looksComputed(value: Json): boolean {
  return typeof value === 'string' && /^(?:\$$|\$\$?[.[]|States\.\w+\()/u.test(value);
}

function typeName(value: Exclude<Json, string>): string {
  if (value === null) return 'NULL';
  return isArray(value) ? 'ARRAY' : (typeof value).toUpperCase();
}
