import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { type _Object, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  type DriftReport,
  type MonitoringInput,
  type MonitoringOutput,
  monitoringOutputSchema,
} from '../../events/index.ts';
import { readDriftReport } from '../../operations/index.ts';
import { predict } from '../project/predict-rows.ts';
import { UserError } from '../terminal/user-error.ts';
import { newPatients, type PatientChanges } from './patients.ts';
import type { Scene } from './scene.ts';
import { type Proof, prove, type WatchingStory } from './story.ts';

const PATIENTS = 300;
/** One and a half standard deviations of the column. */
const SHIFT = { column: 'num_medications', by: 9 };
const SHOWN_COLUMNS = 3;
/** Captures are dated to the second. */
const SECOND_MS = 1_000;

/** (13) */
export const drift: WatchingStory = {
  name: 'drift',
  title: 'A column of the requests changes: the verdict names it, and two of three windows alarm.',
  async watch(scene) {
    const watched = new WatchedWindows(scene);
    scene.tell(`${PATIENTS} patients are asked for, as in training. Then a window is judged.`);
    const usual = await watched.next(101);
    const before = await watched.alarm();

    scene.tell(
      `From now on a hospital counts other things as drugs: ${SHIFT.column} grows by ${SHIFT.by}.`,
    );
    const changed = await watched.next(102, { shift: SHIFT });
    const between = await watched.alarm();

    scene.tell('The next patients are counted in the same way.');
    const again = await watched.next(103, { shift: SHIFT });
    const after = await watched.alarmed();
    return [
      prove(`The first window: ${usual.outcome}.`, usual.outcome === 'No drift'),
      proveDrifted('second', changed),
      prove(`One window of three raises no alarm: ${between}.`, between === before),
      proveDrifted('third', again),
      prove(
        `The alarm ${watched.alarmName} after two windows: ${after}.`,
        before !== 'ALARM' && after === 'ALARM',
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

function timeOf({ LastModified }: _Object): number {
  return LastModified?.getTime() ?? 0;
}

/** Requests of patients and the windows that hold them, one after the other. */
class WatchedWindows {
  readonly alarmName: string;
  readonly #scene: Scene;
  readonly #monitoring: NonNullable<Scene['project']['monitoring']>;
  /** The end of the last window. */
  #end: Date | undefined;

  constructor(scene: Scene) {
    const { monitoring, project } = scene.project;
    if (monitoring === undefined) {
      throw new UserError(`The model of ${project} is not watched, so the story was not played.`);
    }
    this.alarmName = `${project}-drift`;
    this.#scene = scene;
    this.#monitoring = monitoring;
  }

  /** Asks for patients, and judges the window of these requests as the schedule does. */
  async next(seed: number, changes: PatientChanges = {}): Promise<MonitoringOutput> {
    const { connection, project } = this.#scene;
    const rows = newPatients(seed, PATIENTS, changes);
    await predict(connection, project.endpointName, `${rows.join('\n')}\n`);
    const end = await this.#captured(rows[0] ?? '');
    const output = await this.#judge(end);
    this.#end = end;
    const report = await this.#report(output);
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

  /** When the request with this row was written to the bucket: the window ends then. */
  #captured(row: string): Promise<Date> {
    const { connection, project, promotions } = this.#scene;
    const { bucket: Bucket } = project;
    return promotions.until('captured requests', async () => {
      const { Contents = [] } = await connection.s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: `captured/${project.project}/` }),
      );
      const [newest] = Contents.toSorted((one, other) => timeOf(other) - timeOf(one));
      if (newest === undefined) return undefined;
      const { Body } = await connection.s3.send(new GetObjectCommand({ Bucket, Key: newest.Key }));
      const text = (await Body?.transformToString()) ?? '';
      return text.includes(row) ? new Date(timeOf(newest) + SECOND_MS) : undefined;
    });
  }

  async #judge(end: Date): Promise<MonitoringOutput> {
    const { connection } = this.#scene;
    const time = end.toISOString();
    const input: MonitoringInput = {
      eventId: `story-${time}`,
      scheduledTime: time,
      ...(this.#end === undefined ? {} : { windowStart: this.#end.toISOString() }),
    };
    const { executionArn = '' } = await connection.states.send(
      new StartExecutionCommand({
        stateMachineArn: this.#monitoring.stateMachineArn,
        input: JSON.stringify(input),
      }),
    );
    const { status, output, cause } = await this.#scene.watch(executionArn);
    if (status === 'SUCCEEDED') return monitoringOutputSchema.parse(JSON.parse(output ?? 'null'));
    throw new UserError(`The window was not judged (${status}). ${cause ?? ''}`);
  }

  #report({ report = '' }: MonitoringOutput): Promise<DriftReport | undefined> {
    const { connection, project } = this.#scene;
    return readDriftReport(connection, project, report.replace(`s3://${project.bucket}/`, ''));
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
