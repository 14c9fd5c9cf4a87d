import type { TrainingInput } from '../../events/index.ts';
import { BucketTasks } from '../testing/bucket-tasks.ts';
import { addArchives, answerPromotion, fingerprintOf } from '../testing/promotion-tasks.ts';
import { type Answer, TaskError, WorkflowExecution } from '../testing/run-workflow.ts';
import { packageArn, SageMakerTasks } from '../testing/sagemaker-tasks.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { type RecordedVisit, readVisits } from './recorded-visits.ts';

/** An execution to record: what it starts with, and how its tasks answer. */
interface Scenario {
  readonly input: unknown;
  readonly answer: Answer;
}

/** Steps of the clock after which an execution that does not end is given to the check as it is. */
const STEPS = 5_000;

/** Which workflow a state machine is, by the end of its name. */
const WORKFLOWS: Readonly<Record<string, () => readonly Scenario[]>> = {
  training: trainings,
  promotion: promotions,
  'unclaimed-uploads': () => [{ input: upload, answer: () => ({}) }],
};

/**
 * Runs a workflow in this process along its usual ways, and once more for each task of those with that
 * task failing.
 *
 * @returns undefined where it is not known how the tasks of a state machine of that name answer
 */
export function recordVisits(
  machineName: string,
  definition: string,
): readonly RecordedVisit[] | undefined {
  const workflow = Object.keys(WORKFLOWS).find((name) => machineName.endsWith(`-${name}`));
  const scenarios = workflow === undefined ? undefined : WORKFLOWS[workflow];
  if (scenarios === undefined) return undefined;
  const count = scenarios().length;
  const visits: RecordedVisit[] = [];
  for (let index = 0; index < count; index += 1) {
    // Made anew each time: answering changes the pretended bucket and registry.
    const record = (change: (answer: Answer) => Answer) => {
      const scenario = scenarios()[index];
      return scenario === undefined
        ? []
        : runOnce(definition, { ...scenario, answer: change(scenario.answer) });
    };
    const usual = record((answer) => answer);
    visits.push(...usual);
    const tasks = new Set(
      usual.filter(({ answer }) => answer !== undefined).map(({ state }) => state),
    );
    for (const task of tasks) {
      visits.push(...record((answer) => failing(task, answer)));
    }
  }
  return distinct(visits);
}

function runOnce(definition: string, { input, answer }: Scenario): readonly RecordedVisit[] {
  const time = new VirtualTime();
  const execution = new WorkflowExecution({ definition, input, answer }, time);
  for (let step = 0; execution.status === 'RUNNING' && step < STEPS; step += 1) {
    if (!time.step()) break;
  }
  return readVisits(execution.history);
}

function failing(task: string, answer: Answer): Answer {
  return (state, given) => {
    if (state === task) throw new TaskError('Stepmill.Check', 'a failure made for the check');
    return answer(state, given);
  };
}

/** One visit for each way in which a state ended. */
function distinct(visits: readonly RecordedVisit[]): readonly RecordedVisit[] {
  const found = new Map<string, RecordedVisit>();
  for (const visit of visits) {
    const { answer, outcome, state } = visit;
    const next = outcome.kind === 'left' ? outcome.next : '';
    const error = answer?.kind === 'error' ? answer.error : '';
    const way = JSON.stringify([state, outcome.kind, next, error]);
    if (!found.has(way)) found.set(way, visit);
  }
  return [...found.values()];
}

const upload: TrainingInput = {
  eventId: 'e',
  bucket: 'bucket',
  object: { key: 'incoming/check/rows.csv', size: 10, etag: 'e', 'version-id': 'v1' },
};

function trainings(): readonly Scenario[] {
  return [false, true].map((hasChampion) => ({
    input: upload,
    answer: (state, request) => answerTraining(hasChampion, state, request),
  }));
}

/** As services answer a training whose model is good. */
function answerTraining(
  hasChampion: boolean,
  state: string,
  request: Readonly<Record<string, unknown>>,
): unknown {
  switch (state) {
    case 'Look for newer data':
      return { VersionId: upload.object['version-id'] };
    case 'Inspect dataset':
      return { Payload: { accepted: true, rowCount: 4177, sha256: 's', sizeBytes: 10 } };
    case 'Find champion':
      return { ModelPackageSummaryList: hasChampion ? [{ ModelPackageArn: packageArn(1) }] : [] };
    case 'Read champion':
      return {
        InferenceSpecification: {
          Containers: [{ ModelDataUrl: 's3://b/pre' }, { ModelDataUrl: 's3://b/model' }],
        },
      };
    case 'Prepare data':
    case 'Evaluate model':
      return { ProcessingJobStatus: 'Completed', ProcessingJobName: request['ProcessingJobName'] };
    case 'Train model':
      return {
        TrainingJobStatus: 'Completed',
        TrainingJobName: request['TrainingJobName'],
        TrainingJobArn: 'arn:aws:sagemaker:us-east-1:000000000000:training-job/check',
        ModelArtifacts: { S3ModelArtifacts: 's3://bucket/runs/check/model.tar.gz' },
      };
    case 'Read evaluation': {
      const metrics = { mse: { value: 4.07, standard_deviation: 0.3 } };
      const champion = hasChampion
        ? { champion: { regression_metrics: { mse: { value: 4.05 } } } }
        : {};
      return { Body: JSON.stringify({ regression_metrics: metrics, ...champion }) };
    }
    case 'Fingerprint preprocessor':
      return { ETag: '"1"' };
    case 'Fingerprint model':
      return { ETag: '"2"' };
    case 'Register model':
      return { ModelPackageArn: packageArn(7) };
    default:
      return {};
  }
}

/** The first model, one that follows another, and the rejection of the live one. */
function promotions(): readonly Scenario[] {
  return [
    promotionOf('Approved', 1),
    promotionOf('Approved', 2, { live: 1 }),
    promotionOf('Rejected', 2, { live: 2 }),
  ];
}

function promotionOf(
  approvalStatus: 'Approved' | 'Rejected',
  version: number,
  { live }: { readonly live?: number } = {},
): Scenario {
  const bucket = new BucketTasks();
  const sagemaker = new SageMakerTasks();
  for (const each of [1, 2]) {
    addArchives(bucket, each);
    sagemaker.register(each, each > version ? 'PendingManualApproval' : 'Approved', {
      fingerprint: fingerprintOf(bucket, each),
      ...(each === 2 ? { champion: packageArn(1) } : {}),
    });
  }
  if (live !== undefined) sagemaker.deploy(live);
  if (approvalStatus === 'Rejected') sagemaker.reject(version);
  return {
    input: { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus },
    answer: answerPromotion(bucket, sagemaker),
  };
}
