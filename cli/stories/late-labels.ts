import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { DriftReport } from '../../events/index.ts';
import { UserError } from '../terminal/user-error.ts';
import { type LabelledPatient, labelledPatients } from './patients.ts';
import type { Scene } from './scene.ts';
import { prove, type WatchingStory } from './story.ts';
import { askFor, captured, judge, lastCaptured } from './windows.ts';

const HOSPITALS = ['north', 'east', 'south'];
const PATIENTS_EACH = 100;
const SEED = 140;

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
    'Labels arrive late, twice and for unknown requests: the measured quality says how many are in.',
  async watch(scene) {
    const wards = makeWards();
    scene.tell('Three hospitals ask for 100 patients each. It is not known yet who drops a drug.');
    const judgeAgain = await requestWindow(scene, wards);
    const first = await judgeAgain('before labels');
    const [north, ...others] = wards;

    scene.tell('The labels of one hospital arrive. The same window is judged again.');
    await putLabels(scene, first.end, 'a', north === undefined ? [] : [north]);
    const second = await judgeAgain('one hospital');

    scene.tell('The others follow, one says its labels twice, and some are of an unknown request.');
    await putLabels(scene, first.end, 'b', [...others, ...others.slice(0, 1)]);
    await putLabels(scene, first.end, 'c', [{ id: 'unknown', patients: north?.patients ?? [] }]);
    const third = await judgeAgain('all hospitals');
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
  readonly quality: Quality;
  readonly end: Date;
}

/** Sends a request of each hospital. @returns how to have their window judged */
async function requestWindow(
  scene: Scene,
  wards: readonly Ward[],
): Promise<(eventId: string) => Promise<Judged>> {
  const start = await lastCaptured(scene);
  for (const { id, patients } of wards) {
    await askFor(
      scene,
      patients.map(({ row }) => row),
      id,
    );
  }
  const end = await captured(scene, wards.at(-1)?.patients[0]?.row ?? '');
  return async (eventId) => {
    const { report } = await judge(scene, {
      eventId,
      windowEnd: end.toISOString(),
      ...(start === undefined ? {} : { windowStart: start.toISOString() }),
    });
    if (report?.quality == null) throw new UserError('The window has no report of its quality.');
    const { quality } = report;
    scene.show(describe(quality));
    return { quality, end };
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

/** Writes labels of requests as SageMaker's ground truth: below the hour of the window's end. */
async function putLabels(
  { connection: { s3 }, project }: Scene,
  at: Date,
  name: string,
  wards: readonly Ward[],
): Promise<void> {
  const hour = at.toISOString().slice(0, 13).replace(/[-T]/g, '/');
  const lines = wards.map(({ id, patients }) =>
    JSON.stringify({
      groundTruthData: { data: patients.map(({ label }) => label).join('\n'), encoding: 'CSV' },
      eventMetadata: { eventId: id },
      eventVersion: '0',
    }),
  );
  await s3.send(
    new PutObjectCommand({
      Bucket: project.bucket,
      Key: `labels/${project.project}/${hour}/${name}.jsonl`,
      Body: `${lines.join('\n')}\n`,
    }),
  );
}
