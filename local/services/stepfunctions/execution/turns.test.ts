import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createScaledClock, createVirtualClock } from '../../../host/clock.ts';
import { Turns } from './turns.ts';

/** Work without end; `steps` counts how far it got. */
function startBusy(turns: Turns) {
  const busy = { steps: 0, stopped: false };
  function goOn(): void {
    while (!busy.stopped) {
      if (turns.pause(goOn)) return;
      busy.steps += 1;
    }
  }
  goOn();
  return busy;
}

describe('turns', () => {
  it('let other work run beside an execution without end', async () => {
    const busy = startBusy(new Turns(createScaledClock(1)));
    const atFirst = busy.steps;

    await nextTurn();
    await nextTurn();

    expect(atFirst).toBeGreaterThan(0);
    expect(busy.steps).toBeGreaterThan(atFirst);
    busy.stopped = true;
  });

  it('come round to everybody', async () => {
    const turns = new Turns(createScaledClock(1));
    const first = startBusy(turns);
    const second = startBusy(turns);
    const third = startBusy(turns);

    for (let turn = 0; turn < 8; turn += 1) await nextTurn();

    for (const busy of [first, second, third]) {
      expect(busy.steps).toBeGreaterThan(0);
      busy.stopped = true;
    }
  });

  it('hold a fast clock while the queue is not empty', async () => {
    const clock = createScaledClock(1_000_000);
    const turns = new Turns(clock);
    const busy = startBusy(turns);
    const before = clock.now();

    await nextTurn();

    expect(clock.now() - before).toBeLessThan(1_000_000);
    busy.stopped = true;
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    const released = clock.now();
    while (clock.now() === released);
    expect(clock.now() - released).toBeGreaterThan(1);
  });

  it('are over for everybody once the runtime ends', async () => {
    const turns = new Turns(createScaledClock(1));
    const busy = startBusy(turns);
    const steps = busy.steps;

    turns.stop();
    const late = startBusy(turns);
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();

    expect([busy.steps, late.steps]).toEqual([steps, 0]);
  });

  it('never end where time stands still', () => {
    const turns = new Turns(createVirtualClock());
    let asked = 0;
    for (; asked < 1_000_000; asked += 1) if (turns.pause(() => {})) break;
    expect(asked).toBe(1_000_000);
  });
});
