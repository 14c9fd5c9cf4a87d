import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { MonitoringOutput, RetrainingDecision } from '../../events/index.ts';
import { findModelPackage, listRetrainingDecisions } from '../../operations/index.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { executionOfUpload } from '../follow/executions.ts';
import { UserError } from '../terminal/user-error.ts';
import { putLabels } from './put-labels.ts';
import type { Scene } from './scene.ts';
import { abaloneScenery } from './scenery.ts';
import { type Proof, prove, type WatchingStory } from './story.ts';
import { askFor, captured, judge, lastCaptured } from './windows.ts';

const ABALONES = 1_000;
/** Weighed alive, with the water that they hold. */
const CHANGED = { column: 'whole_weight', index: 4, times: 2 };

/** (15) */
export const retrain: WatchingStory = {
  name: 'retrain',
  title:
    'The requests change: without labels nothing is trained, with them a model is, and once it is approved the drift is over.',
  scenery: abaloneScenery,
  async watch(scene) {
    const fishery = new Fishery(scene);
    const before = await describeModel(scene, scene.trained);
    const rowsBefore = await countRows(scene, `${before['folder']}dataset/data.csv`);
    scene.tell(
      `From now on abalones are weighed with the water that they hold: ${CHANGED.column} doubles. ${ABALONES} are asked for.`,
    );
    const first = await fishery.next(1);
    const refused = await fishery.decision(1);

    scene.tell('The next ones drift too. This time the rings of all were counted: labels arrive.');
    const second = await fishery.next(2, true);
    const decided = await fishery.decision(2);
    const model = await watchTraining(scene, decided);

    scene.tell('The model waits for a person, who approves it.');
    const { status, live } = await approve(scene, model.arn);

    scene.tell('The same kind of abalones is asked for.');
    const last = await fishery.next(3);
    return [
      proveDrifted('first', first),
      prove(
        `The first decision: ${refused.outcome}. ${refused.reason}`,
        refused.outcome === 'Not enough new rows' && refused.rows?.newRows === 0,
      ),
      proveDrifted('second', second),
      prove(
        `The second decision: ${decided.outcome}. ${decided.reason}`,
        decided.outcome === 'Training started' && decided.rows?.newRows === 2 * ABALONES,
      ),
      prove(
        `It was trained on ${model.rows} rows: the ${rowsBefore} of the first model and the new ones.`,
        model.rows === rowsBefore + 2 * ABALONES,
      ),
      prove(
        `The new model, started by ${model.startedBy}, waited for a person: ${model.status}.`,
        model.status === 'PendingManualApproval' && model.startedBy === 'retraining',
      ),
      prove('Approved, it serves.', status === 'SUCCEEDED' && live === model.arn),
      prove(`The window after it: ${last.outcome}.`, last.outcome === 'No drift'),
    ];
  },
};

function proveDrifted(which: string, { outcome, drifted }: MonitoringOutput): Proof {
  return prove(
    `The ${which} window: ${outcome}, in ${drifted.join(', ')}.`,
    outcome === 'Drifted' && drifted.includes(CHANGED.column),
  );
}

interface Abalone {
  /** Its measures. */
  readonly row: string;
  readonly rings: string;
}

/** Abalones that are weighed in the new way. */
function landAbalones(seed: number): readonly Abalone[] {
  const lines = generateAbaloneSample(seed, ABALONES).trimEnd().split('\n');
  return lines.map((line) => {
    const measures = line.split(',');
    const rings = measures.pop() ?? '';
    const weight = Number(measures[CHANGED.index]) * CHANGED.times;
    return { row: measures.with(CHANGED.index, weight.toFixed(4)).join(), rings };
  });
}

/** Requests of a fishery, the windows that hold them, and what was decided after each. */
class Fishery {
  readonly #scene: Scene;
  readonly #landed: { readonly id: string; readonly labels: readonly string[] }[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * Asks for abalones, and judges the window of these requests as the schedule does.
   *
   * @param isLabelled whether the labels of all that were asked for arrive before
   */
  async next(seed: number, isLabelled = false): Promise<MonitoringOutput> {
    const start = await lastCaptured(this.#scene);
    const abalones = landAbalones(seed);
    const rows = abalones.map(({ row }) => row);
    const id = `landing-${seed}`;
    await askFor(this.#scene, rows, id);
    this.#landed.push({ id, labels: abalones.map(({ rings }) => rings) });
    const end = await captured(this.#scene, rows[0] ?? '');
    if (isLabelled) await putLabels(this.#scene, end, 'rings', this.#landed);
    const { output, report } = await judge(this.#scene, {
      eventId: `story-${end.toISOString()}`,
      scheduledTime: end.toISOString(),
      ...(start === undefined ? {} : { windowStart: start.toISOString() }),
    });
    this.#scene.show(
      `${report?.rows ?? 0} rows: ${output.outcome}${output.drifted.length > 0 ? `, in ${output.drifted.join(', ')}` : ''}`,
    );
    return output;
  }

  /** Waits for the decision that was made as the so manieth. */
  async decision(count: number): Promise<RetrainingDecision> {
    const { connection, project, promotions } = this.#scene;
    const { retraining } = project;
    if (retraining === undefined) {
      throw new UserError(`${project.project} is not trained again; the story ended here.`);
    }
    const found = await promotions.until(`decision ${count} about training again`, async () => {
      const decisions = await listRetrainingDecisions(connection, { ...project, retraining }, 10);
      return decisions.length >= count ? decisions[0] : undefined;
    });
    this.#scene.show(`${found.outcome}: ${found.reason}`);
    return found;
  }
}

interface RetrainedModel {
  readonly arn: string;
  readonly status: string | undefined;
  readonly startedBy: string | undefined;
  /** Of its dataset. */
  readonly rows: number;
}

/** Shows the training that a decision started. @returns its model */
async function watchTraining(
  scene: Scene,
  { dataset, outcome, reason }: RetrainingDecision,
): Promise<RetrainedModel> {
  const { connection, project } = scene;
  if (dataset == null) {
    throw new UserError(`No training was started, so the story ended here. ${outcome}: ${reason}`);
  }
  const { status, cause } = await scene.watch(
    await executionOfUpload(connection, project, { bucket: project.bucket, ...dataset }),
  );
  if (status !== 'SUCCEEDED') {
    throw new UserError(`The training ended as ${status}, so the story ended here. ${cause ?? ''}`);
  }
  const { ModelPackageArn: arn, ModelApprovalStatus } = await findModelPackage(
    connection,
    project,
    { status: 'PendingManualApproval' },
  );
  return {
    arn,
    status: ModelApprovalStatus,
    startedBy: (await describeModel(scene, arn))['startedBy'],
    rows: await countRows(scene, dataset.key, dataset.versionId),
  };
}

/** What its training wrote about a model. */
async function describeModel(
  { connection: { sagemaker } }: Scene,
  ModelPackageName: string,
): Promise<Readonly<Record<string, string>>> {
  const { CustomerMetadataProperties = {} } = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName }),
  );
  return CustomerMetadataProperties;
}

/** Of a dataset without a header. */
async function countRows(
  { connection: { s3 }, project: { bucket: Bucket } }: Scene,
  Key: string,
  VersionId?: string,
): Promise<number> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  const text = (await Body?.transformToString()) ?? '';
  return text.trimEnd().split('\n').length;
}

async function approve(
  scene: Scene,
  arn: string,
): Promise<{ readonly status: string | undefined; readonly live: string }> {
  const { promotions } = scene;
  const { status } = await scene.watch(await promotions.begin(arn, 'Approved'));
  return { status, live: await promotions.livePackage() };
}
