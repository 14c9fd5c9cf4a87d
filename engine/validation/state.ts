import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { messages } from './messages.ts';
import { childOf, type Place, type QueryLanguage, refuse, report } from './place.ts';
import { checkShape } from './shape.ts';
import { type StateType, stateShapes, stateTypes } from './state-shapes.ts';
import { checkTask } from './states/task.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAXIMUM_STATE_NAME_CHARACTERS = 80;

/** Checks one state with all nested values, but not its transitions. */
export function checkState(name: string, state: Json, place: Place): void {
  checkStateName(name, place);
  if (!isJsonObject(state)) return refuse(place, messages.expectedType('OBJECT'));
  const type = checkType(state, place);
  if (type === undefined) return;
  const inside = enter(state, place);
  if (inside.downgraded) refuse(place, messages.languageDowngrade);
  checkShape(stateShapes[type], withoutFalseEnd(state), inside);
  if (type === 'Task') checkTask(state, inside);
}

function checkStateName(name: string, place: Place): void {
  if (name.length > MAXIMUM_STATE_NAME_CHARACTERS) {
    report(
      place,
      'INVALID_STATE_NAME',
      messages.longStateName(name, MAXIMUM_STATE_NAME_CHARACTERS),
    );
  }
  if (place.machine.stateNames.has(name)) {
    report(place, 'DUPLICATE_STATE_NAME', messages.duplicateState(name));
  }
  place.machine.stateNames.add(name);
}

function checkType(state: JsonObject, place: Place): StateType | undefined {
  const type = state['Type'];
  if (type === undefined) refuse(place, messages.requiredFields(['Type']));
  else if (typeof type !== 'string') {
    refuse(childOf(place, 'Type'), messages.expectedType('STRING'));
  } else if (isStateType(type)) return type;
  else refuse(childOf(place, 'Type'), messages.stateType(stateTypes));
  return undefined;
}

function isStateType(type: string): type is StateType {
  return (stateTypes as readonly string[]).includes(type);
}

function enter(state: JsonObject, place: Place): Place {
  const language = languageOf(state, place.machine.language);
  const downgraded = place.machine.language === 'JSONata' && language === 'JSONPath';
  return { ...place, language, downgraded };
}

/** As on AWS, only the exact word selects JSONPath; every other value selects JSONata. */
export function languageOf(owner: JsonObject, inherited: QueryLanguage): QueryLanguage {
  const declared = owner['QueryLanguage'];
  if (declared === undefined) return inherited;
  return declared === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

/** AWS treats `End: false` as missing. */
function withoutFalseEnd(state: JsonObject): JsonObject {
  if (state['End'] !== false) return state;
  const { End: _, ...rest } = state;
  return rest;
}
