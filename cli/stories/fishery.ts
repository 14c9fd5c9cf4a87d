import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { MonitoringOutput, RetrainingDecision } from '../../events/index.ts';
import { findModelPackage, listRetrainingDecisions } from '../../operations/index.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { executionOfUpload } from '../follow/executions.ts';
import { UserError } from '../terminal/user-error.ts';
import { putLabels } from './put-labels.ts';
import type { Scene } from './scene.ts';
import { type Proof, prove } from './story.ts';
import { askFor, captured, judge, lastCaptured } from './windows.ts';

export const ABALONES = 1_000;
/** Weighed alive, with the water that they hold. */
export const CHANGED = { column: 'whole_weight', index: 4, times: 2 };
const SHOWN_DECISIONS = 50;

export function proveDrifted(which: string, { outcome, drifted }: MonitoringOutput): Proof {
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

/** @param times how often the weight that training knows */
function landAbalones(seed: number, count: number, times: number): readonly Abalone[] {
  const lines = generateAbaloneSample(seed, count).trimEnd().split('\n');
  return lines.map((line) => {
    const measures = line.split(',');
    const rings = measures.pop() ?? '';
    const weight = Number(measures[CHANGED.index]) * times;
    return { row: measures.with(CHANGED.index, weight.toFixed(4)).join(), rings };
  });
}

/** What a fishery asks for. */
export interface Landing {
  /** Whether they are weighed with the water that they hold. @default true */
  readonly isWet?: boolean;
  /** Whether the labels of all that were asked for arrive before the window is judged. @default false */
  readonly isLabelled?: boolean;
  /** @default 1,000 */
  readonly count?: number;
}

/** Requests of a fishery, the windows that hold them, and what was decided after each. */
export class Fishery {
  readonly #scene: Scene;
  readonly #landed: { readonly id: string; readonly labels: readonly string[] }[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * Asks for abalones, and judges the window of these requests as the schedule does.
   *
   * @param seed another one each time
   */
  async next(
    seed: number,
    { isWet = true, isLabelled = false, count = ABALONES }: Landing = {},
  ): Promise<MonitoringOutput> {
    const start = await lastCaptured(this.#scene);
    const abalones = landAbalones(seed, count, isWet ? CHANGED.times : 1);
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

  /** Waits until so many decisions were made. @returns the newest */
  async decision(count: number): Promise<RetrainingDecision> {
    const { connection, project, promotions } = this.#scene;
    const { retraining } = project;
    if (retraining === undefined) {
      throw new UserError(`${project.project} is not trained again; the story ended here.`);
    }
    const found = await promotions.until(`decision ${count} about training again`, async () => {
      const decisions = await listRetrainingDecisions(
        connection,
        { ...project, retraining },
        SHOWN_DECISIONS,
      );
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
  /** The number of rows in its dataset. */
  readonly rows: number;
}

/** Shows the training that a decision started. @returns its model */
export async function watchTraining(
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
export async function describeModel(
  { connection: { sagemaker } }: Scene,
  ModelPackageName: string,
): Promise<Readonly<Record<string, string>>> {
  const { CustomerMetadataProperties = {} } = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName }),
  );
  return CustomerMetadataProperties;
}

/** Counts the rows of a dataset without a header. */
export async function countRows(
  { connection: { s3 }, project: { bucket: Bucket } }: Scene,
  Key: string,
  VersionId?: string,
): Promise<number> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  const text = (await Body?.transformToString()) ?? '';
  return text.trimEnd().split('\n').length;
}

export async function approve(
  scene: Scene,
  arn: string,
): Promise<{ readonly status: string | undefined; readonly live: string }> {
  const { promotions } = scene;
  const { status } = await scene.watch(await promotions.begin(arn, 'Approved'));
  return { status, live: await promotions.livePackage() };
}
