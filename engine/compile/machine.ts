import type { JsonObject } from '../json.ts';
import { isJsonObject, textOf } from '../json.ts';
import type { Machine, QueryLanguage, StateGroup } from '../machine.ts';
import { numberOf } from '../number-as-written.ts';
import { LazyStates } from './lazy-states.ts';
import { assertKnownType, compileState } from './state.ts';

/**
 * Prepares a valid definition to run.
 *
 * @throws TypeError for a state of an unknown type
 */
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
  const definitions: JsonObject = isJsonObject(group['States']) ? group['States'] : {};
  for (const [name, definition] of Object.entries(definitions)) {
    if (isJsonObject(definition)) assertKnownType(name, definition);
  }
  const states = new LazyStates(definitions, (name, definition) =>
    compileState({ name, definition, machineLanguage, compileGroup }),
  );
  return { startAt: textOf(group['StartAt']), states };
}
