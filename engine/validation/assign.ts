import { isJsonObject } from '../json.ts';
import { messages } from './messages.ts';
import { type Check, childOf, type Place, refuse, report } from './place.ts';
import { template } from './template.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
const MAXIMUM_VARIABLE_NAME_CHARACTERS = 80;

const reservedName = 'states';

/**
 * `Assign`: an object whose members become variables. An inner state that assigns a variable of an outer scope is
 * not reported, because AWS accepts such definitions.
 */
export const assign: Check = (value, place) => {
  if (!isJsonObject(value)) return refuse(place, messages.expectedType('OBJECT'));
  for (const key of Object.keys(value)) {
    checkName(variableName(key), childOf(place, key));
  }
  template(value, place);
};

/** In JSONPath, the key of a computed member ends with `.$`, which is not part of the name. */
function variableName(key: string): string {
  return key.endsWith('.$') ? key.slice(0, -2) : key;
}

function checkName(name: string, place: Place): void {
  if (name === reservedName) report(place, 'RESERVED_VARIABLE_NAME', messages.reservedVariable);
  else if (!/^\p{ID_Start}\p{ID_Continue}*$/u.test(name)) {
    report(place, 'INVALID_VARIABLE_NAME', messages.invalidVariable(name));
  } else if (name.length > MAXIMUM_VARIABLE_NAME_CHARACTERS) {
    const message = messages.longVariable(name, MAXIMUM_VARIABLE_NAME_CHARACTERS);
    report(place, 'INVALID_VARIABLE_NAME', message);
  }
}
