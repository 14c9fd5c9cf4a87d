import type { DriftReport, MonitoringInput, MonitoringOutput } from '../../events/index.ts';
import { UserError } from '../terminal/user-error.ts';
import { type LabelledPatient, labelledPatients } from './patients.ts';
import { putLabels } from './put-labels.ts';
import type { Scene } from './scene.ts';
import { patientScenery } from './scenery.ts';
import { prove, type WatchingStory } from './story.ts';
import { askFor, captured, judge, lastCaptured } from './windows.ts';

const HOSPITALS = ['north', 'east', 'south'];
const PATIENTS_EACH = 100;
const SEED = 140;
/** As the project says by default. */
const LABEL_HOURS = 168;
const HOUR_MS = 3_600_000;

type Quality = NonNullable<DriftReport['quality']>;

/** A hospital's request, and what became of its patients. */
interface Ward {
  readonly id: string;
  readonly patients: readonly LabelledPatient[];
}

/** (14) */
export const lateLabels: WatchingStory = {
  name: 'late-labels',
  title:
    'Labels arrive late, twice and for unknown requests: the quality says how many are in, and is judged when they are due.',
  scenery: patientScenery,
  async watch(scene) {
    const wards = makeWards();
    scene.tell('Three hospitals ask for 100 patients each. It is not known yet who drops a drug.');
    const asked = await requestWindow(scene, wards);
    const first = await asked.judge({ scheduledTime: asked.end.toISOString() });
    const [north, ...others] = wards;

    scene.tell('The labels of one hospital arrive. The same window is judged again.');
    await putWards(scene, asked.end, 'a', north === undefined ? [] : [north]);
    const second = await asked.judge({ windowEnd: asked.end.toISOString() });

    scene.tell('The others follow, one says its labels twice, and some are of an unknown request.');
    await putWards(scene, asked.end, 'b', [...others, ...others.slice(0, 1)]);
    await putWards(scene, asked.end, 'c', [{ id: 'unknown', patients: north?.patients ?? [] }]);
    scene.tell(
      `${LABEL_HOURS} hours after the window its labels are due, and the schedule judges its quality.`,
    );
    const due = new Date(asked.end.getTime() + LABEL_HOURS * HOUR_MS);
    const third = await asked.judge({ scheduledTime: due.toISOString(), labelsDue: true });
    return [
      prove(
        'Without labels there is an estimate, and no measurement.',
        first.quality.measured === null && first.quality.estimated !== null,
      ),
      prove(
        `With one hospital ${percent(second.quality)} % of the labels are in.`,
        percent(second.quality) === 33 && second.quality.measured?.rows === PATIENTS_EACH,
      ),
      prove(
        `With all ${percent(third.quality)} % are in: ${third.quality.labels.repeated} request was labelled twice, and ${third.quality.labels.unknown} is unknown.`,
        percent(third.quality) === 100 &&
          third.quality.measured?.rows === HOSPITALS.length * PATIENTS_EACH &&
          third.quality.labels.repeated === 1 &&
          third.quality.labels.unknown === 1,
      ),
      prove(
        `The window has one report, which was written again: ${third.output.outcome}.`,
        third.output.isUpdate &&
          third.output.report === first.output.report &&
          third.output.metrics.some(({ name }) => name === 'QualityAlarm'),
      ),
      prove(
        'What is not due yet counts for no alarm of quality.',
        first.output.metrics.every(({ name }) => name !== 'QualityAlarm'),
      ),
    ];
  },
};

function makeWards(): readonly Ward[] {
  const patients = labelledPatients(SEED, HOSPITALS.length * PATIENTS_EACH);
  return HOSPITALS.map((id, index) => ({
    id,
    patients: patients.slice(index * PATIENTS_EACH, (index + 1) * PATIENTS_EACH),
  }));
}

/** A judgement of the window. */
interface Judged {
  readonly output: MonitoringOutput;
  readonly quality: Quality;
}

/** A window in which the hospitals asked. */
interface AskedWindow {
  readonly end: Date;
  readonly judge: (input: Partial<MonitoringInput>) => Promise<Judged>;
}

/** Sends a request of each hospital. @returns how to have their window judged */
async function requestWindow(scene: Scene, wards: readonly Ward[]): Promise<AskedWindow> {
  const start = await lastCaptured(scene);
  for (const { id, patients } of wards) {
    await askFor(
      scene,
      patients.map(({ row }) => row),
      id,
    );
  }
  const end = await captured(scene, wards.at(-1)?.patients[0]?.row ?? '');
  return {
    end,
    judge: async (input) => {
      const { output, report } = await judge(scene, {
        eventId: `late-labels ${JSON.stringify(input)}`,
        ...input,
        ...(start === undefined ? {} : { windowStart: start.toISOString() }),
      });
      if (report?.quality == null) throw new UserError('The window has no report of its quality.');
      const { quality } = report;
      scene.show(describe(quality));
      return { output, quality };
    },
  };
}

function describe(quality: Quality): string {
  const [measured, estimated] = [quality.measured, quality.estimated].map((found) => {
    const auc = found?.binary_classification_metrics?.['auc']?.value;
    return auc === undefined ? 'none' : auc.toFixed(3);
  });
  return `labels in: ${percent(quality)} %; measured AUC ${measured}, estimated ${estimated}`;
}

function percent({ labels }: Quality): number {
  return Math.round(100 * (labels.coverage ?? 0));
}

/** Below the hour of the window's end. */
function putWards(scene: Scene, at: Date, name: string, wards: readonly Ward[]): Promise<void> {
  const requests = wards.map(({ id, patients }) => ({
    id,
    labels: patients.map(({ label }) => String(label)),
  }));
  return putLabels(scene, at, name, requests);
}
