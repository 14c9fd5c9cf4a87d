import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { DriftReport, MonitoringOutput } from '../../events/index.ts';
import { newPatients, type PatientChanges } from './patients.ts';
import type { Scene } from './scene.ts';
import { patientScenery } from './scenery.ts';
import { type Proof, prove, type WatchingStory } from './story.ts';
import { askFor, captured, judge, lastCaptured } from './windows.ts';

const PATIENTS = 300;
/** One and a half standard deviations of the column. */
const SHIFT = { column: 'num_medications', by: 9 };
const SHOWN_COLUMNS = 3;

/** (13) */
export const drift: WatchingStory = {
  name: 'drift',
  title: 'A column of the requests changes: the verdict names it, and two of three windows alarm.',
  scenery: patientScenery,
  async watch(scene) {
    const watched = await WatchedWindows.begin(scene);
    scene.tell(`${PATIENTS} patients are asked for, as in training. Then a window is judged.`);
    const usual = await watched.next(101);

    scene.tell(
      `From now on a hospital counts other things as drugs: ${SHIFT.column} grows by ${SHIFT.by}.`,
    );
    const changed = await watched.next(102, { shift: SHIFT });

    scene.tell('The next patients are counted in the same way.');
    const again = await watched.next(103, { shift: SHIFT });
    const after = await watched.alarmed();
    return [
      prove(`The first window: ${usual.outcome}.`, usual.outcome === 'No drift'),
      proveDrifted('second', changed),
      prove('One drifted window raises no alarm.', !raisesAlarm(changed)),
      proveDrifted('third', again),
      prove(
        `The alarm ${watched.alarmName} after two windows: ${after}.`,
        raisesAlarm(again) && after === 'ALARM',
      ),
    ];
  },
};

function proveDrifted(which: string, { outcome, drifted }: MonitoringOutput): Proof {
  return prove(
    `The ${which} window: ${outcome}, in ${drifted.join(', ')}.`,
    outcome === 'Drifted' && drifted.includes(SHIFT.column),
  );
}

/** Whether the workflow tells the alarm that windows enough have drifted. */
function raisesAlarm({ metrics }: MonitoringOutput): boolean {
  return metrics.some(({ name, value }) => name === 'DriftAlarm' && value === 1);
}

/** Requests of patients and the windows that hold them, one after the other. */
class WatchedWindows {
  readonly alarmName: string;
  readonly #scene: Scene;
  /** The end of the last window. */
  #end: Date | undefined;

  private constructor(scene: Scene, end: Date | undefined) {
    this.alarmName = `${scene.project.project}-drift`;
    this.#scene = scene;
    this.#end = end;
  }

  /** Begins after the requests that there were. */
  static async begin(scene: Scene): Promise<WatchedWindows> {
    return new WatchedWindows(scene, await lastCaptured(scene));
  }

  /** Asks for patients, and judges the window of these requests as the schedule does. */
  async next(seed: number, changes: PatientChanges = {}): Promise<MonitoringOutput> {
    const rows = newPatients(seed, PATIENTS, changes);
    await askFor(this.#scene, rows);
    const end = await captured(this.#scene, rows[0] ?? '');
    const { output, report } = await judge(this.#scene, {
      eventId: `story-${end.toISOString()}`,
      scheduledTime: end.toISOString(),
      ...(this.#end === undefined ? {} : { windowStart: this.#end.toISOString() }),
    });
    this.#end = end;
    if (report !== undefined) this.#show(report);
    return output;
  }

  /** The state of the alarm about drift. */
  async alarm(): Promise<string> {
    const { MetricAlarms = [] } = await this.#scene.connection.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [this.alarmName] }),
    );
    return MetricAlarms[0]?.StateValue ?? 'missing';
  }

  /** Waits until the alarm has seen the last verdict. */
  alarmed(): Promise<string> {
    return this.#scene.promotions.until(`the alarm ${this.alarmName}`, async () => {
      const state = await this.alarm();
      return state === 'ALARM' ? state : undefined;
    });
  }

  /** The columns with the largest effects, beside what they are held against. */
  #show({ columns, rows }: DriftReport): void {
    const first = columns.toSorted((one, other) => (other.effect.psi ?? 0) - (one.effect.psi ?? 0));
    this.#scene.show(`${rows} rows; the largest changes:`);
    for (const { name, verdict, effect } of first.slice(0, SHOWN_COLUMNS)) {
      const [psi, threshold] = [effect.psi ?? 0, effect.threshold ?? 0].map((value) =>
        value.toFixed(3),
      );
      this.#scene.show(`  ${name}: PSI ${psi}, above ${threshold} is a change: ${verdict}`);
    }
  }
}
