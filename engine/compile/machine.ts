import type { Json, JsonObject } from '../json.ts';
import { isJsonObject, textOf } from '../json.ts';
import type { Machine, QueryLanguage, State, StateGroup } from '../machine.ts';
import { numberOf } from '../number-as-written.ts';
import { compileState } from './state.ts';

/** Makes a valid definition ready to run. */
export function compileMachine(definition: JsonObject): Machine {
  const queryLanguage: QueryLanguage =
    definition['QueryLanguage'] === 'JSONata' ? 'JSONata' : 'JSONPath';
  const timeout = definition['TimeoutSeconds'];
  return {
    ...compileGroup(definition, queryLanguage),
    queryLanguage,
    timeoutSeconds: numberOf(timeout),
    definition,
  };
}

function compileGroup(group: JsonObject, machineLanguage: QueryLanguage): StateGroup {
  const definitions: Readonly<Record<string, Json>> = isJsonObject(group['States'])
    ? group['States']
    : {};
  const states = new Map<string, State>();
  for (const [name, definition] of Object.entries(definitions)) {
    if (!isJsonObject(definition)) continue;
    states.set(name, compileState({ name, definition, machineLanguage, compileGroup }));
  }
  return { startAt: textOf(group['StartAt']), states };
}
