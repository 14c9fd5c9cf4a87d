import { randomUUID } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { RetrainingDecision } from '../../events/index.ts';
import { listRetrainingDecisions, startRetraining } from '../../operations/index.ts';
import { UserError } from '../terminal/user-error.ts';
import { countRows, describeModel, watchTraining } from './fishery.ts';
import { labelledPatients } from './patients.ts';
import { putLabels } from './put-labels.ts';
import type { Scene } from './scene.ts';
import { patientScenery } from './scenery.ts';
import { prove, type WatchingStory } from './story.ts';
import { askFor, captured } from './windows.ts';

const PATIENTS = 300;
const SEED = 170;
const REQUEST = 'visits';
const LABEL = 'drops_a_drug';

/** (17) */
export const nextVisits: WatchingStory = {
  name: 'next-visits',
  title: 'Patients come again: whether they dropped a drug is the label that their model learns.',
  scenery: patientScenery,
  async watch(scene) {
    const before = await describeModel(scene, scene.trained);
    const rowsBefore = await countRows(scene, `${before['folder']}dataset/data.csv`);
    const patients = labelledPatients(SEED, PATIENTS);
    scene.tell(`${PATIENTS} patients are asked for. At their next visits it is seen who dropped.`);
    await askFor(
      scene,
      patients.map(({ row }) => row),
      REQUEST,
    );
    const at = await captured(scene, patients[0]?.row ?? '');
    const labels = patients.map(({ label }) => String(label));
    await putLabels(scene, at, REQUEST, [{ id: REQUEST, labels }]);

    scene.tell('A person asks whether to train again.');
    const decided = await ask(scene);
    const model = await watchTraining(scene, decided);
    const newRows = decided.rows?.newRows ?? 0;
    const header = await readHeader(scene, decided);
    return [
      prove(
        `The decision: ${decided.outcome}. ${decided.reason}`,
        decided.outcome === 'Training started' && newRows >= PATIENTS,
      ),
      prove(
        `The dataset has ${model.rows} lines: the ${rowsBefore} of the live model, and ${newRows} new ones with a label.`,
        model.rows === rowsBefore + newRows && header.at(-1) === LABEL,
      ),
      prove(
        `The new model, started by ${model.startedBy}, waits for a person: ${model.status}.`,
        model.status === 'PendingManualApproval' && model.startedBy === 'retraining',
      ),
    ];
  },
};

/** Has it decided, as `stepmill retrain --run` does. @returns the decision */
async function ask(scene: Scene): Promise<RetrainingDecision> {
  const { connection, project, promotions } = scene;
  const { retraining } = project;
  if (retraining === undefined) {
    throw new UserError(`${project.project} is not trained again; the story ended here.`);
  }
  const before = await listRetrainingDecisions(connection, { ...project, retraining }, 1);
  await scene.watch(
    await startRetraining(connection, { ...project, retraining }, { name: randomUUID() }),
  );
  return promotions.until('the decision about training again', async () => {
    const [newest] = await listRetrainingDecisions(connection, { ...project, retraining }, 1);
    return newest?.decision === before[0]?.decision ? undefined : newest;
  });
}

/** The names of the columns of the dataset that was uploaded. */
async function readHeader(
  { connection: { s3 }, project }: Scene,
  { dataset }: RetrainingDecision,
): Promise<readonly string[]> {
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: project.bucket, Key: dataset?.key }),
  );
  const text = (await Body?.transformToString()) ?? '';
  return text.slice(0, text.indexOf('\n')).split(',');
}
