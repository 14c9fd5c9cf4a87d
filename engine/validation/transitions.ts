import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { isArray } from './checks.ts';
import { messages } from './messages.ts';
import { childOf, itemOf, later, type Place, report } from './place.ts';

/** A transition from one state to another, and its location. */
interface Transition {
  readonly target: string;
  readonly place: Place;
}

/**
 * Checks that the target of every transition exists, that the machine can end, and that every state can be reached.
 * AWS requires an end only of a whole machine, not of branches and processors.
 */
export function checkTransitions(container: JsonObject, place: Place, isMachine: boolean): void {
  const states = container['States'];
  if (states === undefined || !isJsonObject(states)) return;
  const startAt = container['StartAt'];
  if (typeof startAt !== 'string') return;
  const statesPlace = childOf(place, 'States');
  checkTargets([{ target: startAt, place: childOf(place, 'StartAt') }], states);
  for (const [name, state] of Object.entries(states)) {
    later(place, () => checkTargets(transitionsOf(state, childOf(statesPlace, name)), states));
  }
  // AWS does not report unreachable states in a machine that cannot end.
  if (!isMachine || canEnd(states)) {
    later(place, () => checkReachable(startAt, states, statesPlace));
  } else reportNoEnd(place);
}

function checkTargets(transitions: readonly Transition[], states: JsonObject): void {
  for (const { target, place } of transitions) {
    if (Object.hasOwn(states, target)) continue;
    report(place, 'MISSING_TRANSITION_TARGET', messages.missingTarget(target));
  }
}

function transitionsOf(state: Json, place: Place): readonly Transition[] {
  if (!isJsonObject(state)) return [];
  return [
    ...transitionAt(state, 'Next', place),
    ...transitionsIn(state, 'Choices', place),
    ...transitionAt(state, 'Default', place),
    ...transitionsIn(state, 'Catch', place),
  ];
}

function transitionAt(object: JsonObject, name: string, place: Place): readonly Transition[] {
  const target = object[name];
  return typeof target === 'string' ? [{ target, place: childOf(place, name) }] : [];
}

function transitionsIn(state: JsonObject, name: string, place: Place): readonly Transition[] {
  const list = state[name];
  if (!isArray(list)) return [];
  return list.flatMap((entry, index) =>
    isJsonObject(entry) ? transitionAt(entry, 'Next', itemOf(childOf(place, name), index)) : [],
  );
}

/** Whether the states can end. A state without `Next` and `End` counts as an end: it is already reported. */
function canEnd(states: JsonObject): boolean {
  return Object.values(states).some((state) => {
    if (!isJsonObject(state)) return true;
    if (state['Type'] === 'Choice') return false;
    return state['End'] === true || !Object.hasOwn(state, 'Next');
  });
}

function reportNoEnd(place: Place): void {
  // AWS returns no location here.
  place.machine.findings.add({
    severity: 'ERROR',
    code: 'MISSING_END_STATE',
    message: messages.noTerminalState,
  });
}

function checkReachable(startAt: string, states: JsonObject, place: Place): void {
  const reached = new Set<string>();
  const pending = [startAt];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name) || !Object.hasOwn(states, name)) continue;
    reached.add(name);
    for (const { target } of transitionsOf(states[name] ?? null, place)) pending.push(target);
  }
  for (const name of Object.keys(states)) {
    if (reached.has(name)) continue;
    report(childOf(place, name), 'MISSING_TRANSITION_TARGET', messages.unreachable(name));
  }
}
