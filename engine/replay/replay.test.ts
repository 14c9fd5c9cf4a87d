import { describe, expect, it } from 'vitest';
import { foldHistory } from '../execution/fold.ts';
import { topics } from '../execution/histories.cases.ts';
import { eventsOf, type Scenario } from '../execution/scripted-host.testing.ts';
import { compile, renderEvent } from '../index.ts';
import type { JsonObject } from '../json.ts';
import { GrowingReplay, replay } from './index.ts';

/** Those whose execution the host resumed elsewhere: its events are in two worlds. */
const scenarios = Object.entries(topics).flatMap(([topic, each]) =>
  Object.entries(each)
    .filter(([, { crashAfterEvents }]) => crashAfterEvents === undefined)
    .map(([name, scenario]): [string, Scenario] => [`${topic}: ${name}`, scenario]),
);

/** As it comes from the API. */
function recorded(scenario: Scenario) {
  const events = eventsOf(scenario);
  const definition = JSON.parse(JSON.stringify(scenario.definition)) as JsonObject;
  return { events, definition, rendered: events.map((event) => renderEvent(event)) };
}

/** Between the events whose state is compared: a fold of each would take seconds. */
const STEP = 5;

describe('a replay', () => {
  it.each(scenarios)('knows what the engine knew: %s', (_, scenario) => {
    const { events, definition, rendered } = recorded(scenario);
    const machine = compile(JSON.stringify(definition));

    const { events: recalled, threadsAfter } = replay(definition, rendered);

    expect(recalled.map(({ id, type, frame }) => `${id} ${type}/${frame}`)).toEqual(
      events.map(({ id, type, frame }) => `${id} ${type}/${frame}`),
    );
    for (let count = 1; count <= events.length; count += STEP) {
      const { root } = foldHistory(machine, events.slice(0, count));
      expect(threadsAfter(count)[0]).toEqual({
        frame: 0,
        state: root.stateName,
        isInState: root.entered,
        variables: root.variables.toObject(),
      });
    }
  });

  it.each(scenarios)('comes to the same event by event: %s', (_, scenario) => {
    const { definition, rendered } = recorded(scenario);
    const growing = new GrowingReplay(definition);

    for (const event of rendered) growing.add([event]);

    expect(growing.read().events).toEqual(replay(definition, rendered).events);
  });

  it('shows the variables of branches until they end', () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Both',
      States: { Both: { Type: 'Parallel', End: true, Branches: [branchOf('A'), branchOf('B')] } },
    };
    const events = eventsOf({ definition, input: 7 });

    const { threadsAfter } = replay(
      definition,
      events.map((event) => renderEvent(event)),
    );

    const exited = events.findIndex(({ details }) => details.assigned !== undefined);
    expect(threadsAfter(exited + 1).at(-1)).toEqual({
      frame: 1,
      state: 'Wait A',
      isInState: false,
      variables: { a: 7 },
    });
    expect(threadsAfter(events.length)).toHaveLength(1);
  });

  it('has no threads before the first event', () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Succeed' } } };

    expect(replay(definition, []).threadsAfter(0)).toEqual([]);
  });
});

function branchOf(name: string) {
  const assign = { Type: 'Pass', Assign: { a: '{% $states.input %}' }, Next: `Wait ${name}` };
  return {
    StartAt: name,
    States: { [name]: assign, [`Wait ${name}`]: { Type: 'Wait', Seconds: 1, End: true } },
  };
}
