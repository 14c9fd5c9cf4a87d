import { createHash } from 'node:crypto';
import type {
  MonitoringInput,
  PromotionInput,
  RetrainingInput,
  ScoringInput,
  TrainingInput,
  TrialInput,
} from '../../events/index.ts';
import {
  type Answer,
  addArchives,
  answerJob,
  answerMonitoring,
  answerPromotion,
  answerRetraining,
  answerScoring,
  BucketTasks,
  ClaimTasks,
  createWorkflowClock,
  executionIdentity,
  fingerprintOf,
  packageArn,
  quietWindow,
  type RetrainingServices,
  SageMakerTasks,
  startedJob,
  TaskError,
  WorkflowExecution,
} from '../simulation/index.ts';
import { type RecordedVisit, readVisits } from './recorded-visits.ts';

/** An execution to record: its input, and how its tasks answer. */
interface Scenario {
  readonly input: unknown;
  readonly answer: Answer;
}

/** The number of clock steps after which an execution that has not ended is checked as it is. */
const STEPS = 5_000;

/** Which workflow a state machine is, by the end of its name. */
const WORKFLOWS: Readonly<Record<string, (machine: Machine) => readonly Scenario[]>> = {
  training: trainings,
  promotion: promotions,
  trial: trials,
  scoring: scorings,
  monitoring: monitorings,
  retraining: retrainings,
  'unclaimed-uploads': () => [{ input: upload, answer: () => ({}) }],
};

interface Machine {
  readonly name: string;
  readonly definition: string;
}

/**
 * Runs a workflow in this process in its usual scenarios, and once more for each of their tasks with that
 * task failing.
 *
 * @returns undefined for a state machine whose tasks have no recorded answers
 */
export function recordVisits(
  machineName: string,
  definition: string,
): readonly RecordedVisit[] | undefined {
  const workflow = Object.keys(WORKFLOWS).find((name) => machineName.endsWith(`-${name}`));
  const scenarios = workflow === undefined ? undefined : WORKFLOWS[workflow];
  if (scenarios === undefined) return undefined;
  const machine = { name: machineName, definition };
  const count = scenarios(machine).length;
  const visits: RecordedVisit[] = [];
  for (let index = 0; index < count; index += 1) {
    // Created for each run, because answers change the simulated bucket and registry.
    const record = (change: (answer: Answer) => Answer) => {
      const scenario = scenarios(machine)[index];
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
  const time = createWorkflowClock();
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

/** One visit for each kind of result that a state had. */
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

/** The status of the execution that owns a claim: it runs, it has failed, or Step Functions does not know it. */
type OwnerStatus = 'RUNNING' | 'FAILED' | 'unknown';

interface ClaimBefore {
  /** As the names of the claim's states say it. */
  readonly thing: string;
  readonly status: OwnerStatus;
}

/** The first and the next training, and what claims of other executions make of one. */
function trainings({ name }: Machine): readonly Scenario[] {
  const plain = [false, true].map((hasChampion) => trainingOf(hasChampion, new ClaimTasks()));
  const claimed = claimsBefore(['dataset', 'content']).map((before) => {
    const claims = new ClaimTasks();
    const { answer, input } = trainingOf(false, claims);
    return { input, answer: claimedBefore(name, claims, before, answer) };
  });
  return [...plain, ...claimed];
}

function trainingOf(hasChampion: boolean, claims: ClaimTasks): Scenario {
  return {
    input: upload,
    answer: (state, request) =>
      claims.answer(state, request) ?? answerTraining(hasChampion, state, request),
  };
}

function claimsBefore(things: readonly string[]): readonly ClaimBefore[] {
  const statuses = ['RUNNING', 'FAILED', 'unknown'] as const;
  return things.flatMap((thing) => statuses.map((status) => ({ thing, status })));
}

/** Another execution has the claim. If it runs, it releases the claim after the first poll. */
function claimedBefore(
  machineName: string,
  claims: ClaimTasks,
  { thing, status }: ClaimBefore,
  answer: Answer,
): Answer {
  const owner = `arn:aws:states:us-east-1:000000000000:execution:${machineName}:other`;
  let key: string | undefined;
  return (state, request) => {
    if (state === `Claim ${thing}` && key === undefined) {
      key = (request['Item'] as { readonly claim: { readonly S: string } }).claim.S;
      claims.hold(key, owner);
    }
    if (state !== `Look up owner of ${thing}`) return answer(state, request);
    if (status === 'unknown') {
      throw new TaskError('Sfn.ExecutionDoesNotExistException', 'Execution Does Not Exist');
    }
    if (status === 'RUNNING' && key !== undefined) claims.free(key);
    return { Status: status };
  };
}

/** The answers of the services to a training with a good model. */
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
      if (startedJob(request) !== undefined) return answerJob(request);
      return { ProcessingJobStatus: 'Completed', ProcessingJobName: request['ProcessingJobName'] };
    case 'Train model':
      if (startedJob(request) !== undefined) return answerJob(request);
      return {
        TrainingJobStatus: 'Completed',
        TrainingJobName: request['TrainingJobName'],
        TrainingJobArn: 'arn:aws:sagemaker:us-east-1:000000000000:training-job/check',
        ModelArtifacts: { S3ModelArtifacts: 's3://bucket/runs/check/model.tar.gz' },
      };
    case 'Read evaluation':
      return { Body: JSON.stringify(evaluationOf(hasChampion)) };
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

function evaluationOf(hasChampion: boolean) {
  const metrics = { mse: { value: 4.07, standard_deviation: 0.3 } };
  const champion = { regression_metrics: { mse: { value: 4.05 } } };
  return { regression_metrics: metrics, ...(hasChampion ? { champion } : {}) };
}

/** The first model, one that follows another, the rejection of the live one, and locks of other promotions. */
function promotions(machine: Machine): readonly Scenario[] {
  return [
    promotionOf(machine, 'Approved', 1),
    promotionOf(machine, 'Approved', 2, { live: 1 }),
    promotionOf(machine, 'Rejected', 2, { live: 2 }),
    ...claimsBefore(['endpoint']).map((before) =>
      promotionOf(machine, 'Approved', 2, { live: 1, before }),
    ),
  ];
}

interface PromotionPast {
  readonly live?: number;
  readonly before?: ClaimBefore;
}

function promotionOf(
  { name, definition }: Machine,
  approvalStatus: 'Approved' | 'Rejected',
  version: number,
  { before, live }: PromotionPast = {},
): Scenario {
  const bucket = new BucketTasks();
  const claims = new ClaimTasks();
  const sagemaker = new SageMakerTasks();
  // The definition refuses packages with a number of containers other than the project's.
  if (definition.includes('$count($containers) = 1 ')) sagemaker.containers = 1;
  for (const each of [1, 2]) {
    addArchives(bucket, each);
    sagemaker.register(each, each > version ? 'PendingManualApproval' : 'Approved', {
      fingerprint: fingerprintOf(bucket, each),
      ...(each === 2 ? { champion: packageArn(1) } : {}),
    });
  }
  if (live !== undefined) sagemaker.deploy(live);
  if (approvalStatus === 'Rejected') sagemaker.reject(version);
  const answer = answerPromotion(bucket, sagemaker, {}, claims);
  const input: PromotionInput = {
    eventId: 'e',
    modelPackageArn: packageArn(version),
    approvalStatus,
  };
  return {
    input,
    answer: before === undefined ? answer : claimedBefore(name, claims, before, answer),
  };
}

const trial: TrialInput = { trial: 'check-v2-trial', modelPackageArn: packageArn(2) };

/** A trial whose time has passed, one with an alarm, one that is changed, and some that have ended. */
function trials(): readonly Scenario[] {
  const ofEndpoint = (description: object | undefined): Scenario => ({
    input: trial,
    answer: (state) => (state === 'Describe endpoint' ? (description ?? missing()) : {}),
  });
  const onTrial = { EndpointStatus: 'InService', EndpointConfigName: trial.trial };
  let looks = 0;
  return [
    { input: trial, answer: (state) => answerTrial(state, onTrial, 'OK') },
    {
      input: trial,
      answer(state) {
        if (state === 'Find alarms') looks += 1;
        return answerTrial(state, onTrial, looks > 1 ? 'ALARM' : 'OK');
      },
    },
    {
      input: trial,
      answer(state) {
        if (state === 'Describe endpoint') looks += 1;
        const isChanging = looks === 1;
        const now = isChanging ? { ...onTrial, EndpointStatus: 'Updating' } : { ...onTrial };
        return answerTrial(state, now, 'OK');
      },
    },
    ofEndpoint({ EndpointStatus: 'InService', EndpointConfigName: 'check-v3' }),
    ofEndpoint(undefined),
  ];
}

function answerTrial(state: string, endpoint: object, alarm: 'ALARM' | 'OK'): unknown {
  switch (state) {
    case 'Describe endpoint':
      return endpoint;
    case 'Find alarms':
      return {
        MetricAlarms: [
          {
            AlarmName: 'check-trial-errors',
            StateValue: alarm,
            StateReason: 'for the check',
            StateTransitionedTimestamp:
              alarm === 'OK' ? '2026-11-20T00:00:00Z' : '2026-11-20T00:05:00Z',
          },
        ],
      };
    case 'Promote':
    case 'Withdraw':
      return {
        ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:check-promotion:e',
        StartDate: '2026-11-20T00:00:00.000Z',
      };
    default:
      return {};
  }
}

function missing(): never {
  throw new TaskError(
    'SageMaker.SageMakerException',
    'Could not find endpoint "check". (Service: SageMaker, Status Code: 400, Request ID: R)',
  );
}

/** A file by an upload and by a schedule, with the live model and a named one, and claims of other executions. */
function scorings({ name }: Machine): readonly Scenario[] {
  const object = { key: 'scoring/check/rows.csv', 'version-id': 'v1' };
  const uploaded: ScoringInput = { eventId: 'e', bucket: 'bucket', object };
  return [
    scoringOf(uploaded, new ClaimTasks()),
    scoringOf({ ...uploaded, object: { key: object.key } }, new ClaimTasks()),
    scoringOf({ ...uploaded, modelPackageArn: packageArn(1) }, new ClaimTasks()),
    scoringOf({ ...uploaded, explain: true }, new ClaimTasks()),
    ...claimsBefore(['batch']).map((before) => {
      const claims = new ClaimTasks();
      const { answer, input } = scoringOf(uploaded, claims);
      return { input, answer: claimedBefore(name, claims, before, answer) };
    }),
  ];
}

function scoringOf(input: ScoringInput, claims: ClaimTasks): Scenario {
  const sagemaker = new SageMakerTasks();
  sagemaker.register(1, 'Approved');
  sagemaker.deploy(1);
  return { input, answer: answerScoring({ claims, sagemaker, summaries: new Set() }) };
}

/** A quiet window, one that raises the alarm, one without requests, and claims of other executions. */
function monitorings({ name }: Machine): readonly Scenario[] {
  const drifted = { ...quietWindow, verdict: 'drifted', drifted: ['column'] };
  return [
    monitoringOf(new ClaimTasks(), { report: quietWindow }),
    monitoringOf(new ClaimTasks(), { report: drifted, alarmed: true }),
    monitoringOf(new ClaimTasks(), { report: { ...quietWindow, verdict: 'not enough data' } }),
    monitoringOf(new ClaimTasks(), { report: quietWindow, files: 0 }),
    ...claimsBefore(['window']).map((before) => {
      const claims = new ClaimTasks();
      const { answer, input } = monitoringOf(claims, { report: quietWindow });
      return { input, answer: claimedBefore(name, claims, before, answer) };
    }),
  ];
}

interface Watched {
  readonly report: object;
  readonly files?: number;
  /** Whether the window before drifted. */
  readonly alarmed?: boolean;
}

function monitoringOf(
  claims: ClaimTasks,
  { report, files = 2, alarmed = false }: Watched,
): Scenario {
  const sagemaker = new SageMakerTasks();
  sagemaker.register(1, 'Approved');
  sagemaker.deploy(1);
  const recent = [{ end: '2026-11-20T06:00:00.000Z', verdict: 'drifted', misses: false }];
  const last = {
    claim: { S: 'verdicts#monitoring' },
    model: { S: packageArn(1) },
    recent: { S: JSON.stringify(recent) },
    driftAlarm: { S: 'false' },
    qualityAlarm: { S: 'false' },
    revision: { N: '1' },
  };
  const input: MonitoringInput = {
    eventId: '2026-11-20T12:00:00Z',
    scheduledTime: '2026-11-20T12:00:00Z',
  };
  return {
    input,
    answer: answerMonitoring({
      claims,
      sagemaker,
      reports: new Map(),
      verdicts: new Map(alarmed ? [['verdicts', last]] : []),
      find: () => report,
      files: () => ({ captureFiles: files, labelFiles: 0 }),
    }),
  };
}

/** A decision that was made before. */
const DECISION = '20261101T000000Z-check';
const asked: RetrainingInput = { eventId: '2026-11-20T12:00:00Z', trigger: 'schedule' };

/** Each outcome of a decision, each end of the training before, an answer that was lost, and claims of others. */
function retrainings({ name }: Machine): readonly Scenario[] {
  const drift = {
    start: '2026-11-20T00:00:00.000Z',
    end: '2026-11-20T06:00:00.000Z',
    misses: false,
  };
  const drifted = { ...drift, model: packageArn(1), drifted: ['column'] };
  const warned: RetrainingInput = { eventId: 'e', trigger: 'drift', verdict: drifted };
  const last = { at: '2026-11-01T00:00:00.000Z', decision: DECISION, model: packageArn(1) };
  const trained = { trainings: [last.at], last: { ...last, sign: '', rows: 300, streak: 0 } };
  const justNow = { ...trained, last: { ...trained.last, at: '2026-11-20T11:00:00.000Z' } };
  return [
    retrainingOf(asked),
    retrainingOf({ eventId: 'e', trigger: 'labels' }),
    retrainingOf(warned),
    retrainingOf({ ...warned, verdict: { ...drifted, model: packageArn(9) } }),
    retrainingOf(asked, { rows: 1 }),
    retrainingOf(asked, { isLive: false }),
    retrainingOf(asked, { memory: { trainings: Array(100).fill('2026-11-19T00:00:00.000Z') } }),
    retrainingOf(asked, { memory: justNow }),
    retrainingOf(warned, { memory: { ...trained, acted: actedOn('drift of column') } }),
    ...[undefined, { registered: false }, { registered: true, modelPackage: packageArn(1) }].map(
      (outcome) => retrainingOf(asked, { memory: trained, outcome }),
    ),
    retrainingOf(asked, { memory: trained, keptBy: executionIdentity.executionArn }),
    ...retrainingsAfterUnstarted(name, last.at),
    overtaken(),
    gatheredByAnother(),
    afterTrouble(),
    ...claimsBefore(['request']).map((before) => {
      const claims = new ClaimTasks();
      const { answer, input } = retrainingOf(asked, { claims });
      return { input, answer: claimedBefore(name, claims, before, answer) };
    }),
  ];
}

/** What was done about these signs of the live model. */
function actedOn(signs: string): object {
  const sign = createHash('sha256').update(signs).digest('hex').slice(0, 16);
  return { model: packageArn(1), signs: [sign] };
}

/** The last decision to train is not known to have uploaded its dataset: it runs, is forgotten, or ended before or after that. */
function retrainingsAfterUnstarted(machineName: string, at: string): readonly Scenario[] {
  const before = { last: { at, decision: DECISION, model: packageArn(1) } };
  const last = { at, decision: 'lost', model: packageArn(1), sign: '', rows: 300, streak: 0 };
  const execution = `arn:aws:states:us-east-1:000000000000:execution:${machineName}:lost`;
  const memory = { trainings: [at], last: { ...last, execution, before } };
  const upload = 'incoming/abalone/retraining/lost.csv';
  return [
    retrainingOf(asked, { memory, statusOf: () => 'RUNNING' }),
    retrainingOf(asked, { memory }),
    retrainingOf(asked, { memory, uploads: [upload] }),
    retrainingOf(asked, {
      memory,
      statusOf: () => {
        throw new TaskError('Sfn.ExecutionDoesNotExistException', 'Execution Does Not Exist');
      },
    }),
  ];
}

interface RetrainingPast {
  /** @default every one has failed */
  readonly statusOf?: (executionArn: string) => string;
  readonly uploads?: readonly string[];
  readonly claims?: ClaimTasks;
  /** @default 500 */
  readonly rows?: number;
  /** @default true */
  readonly isLive?: boolean;
  /** What earlier decisions left. @default nothing */
  readonly memory?: object;
  readonly keptBy?: string;
  /** How the training before ended; undefined while it runs. */
  readonly outcome?: object | undefined;
}

function retrainingOf(input: RetrainingInput, past: RetrainingPast = {}): Scenario {
  return { input, answer: answerRetraining(servicesAfter(past)) };
}

function servicesAfter({
  claims = new ClaimTasks(),
  rows = 500,
  isLive = true,
  statusOf = () => 'FAILED',
  uploads = [],
  ...past
}: RetrainingPast): RetrainingServices {
  const sagemaker = new SageMakerTasks();
  sagemaker.register(1, 'Approved', { folder: 's3://bucket/runs/check/d/' });
  if (isLive) sagemaker.deploy(1);
  return {
    claims,
    sagemaker,
    items: new Map(past.memory === undefined ? [] : itemsOf(past.memory, past.keptBy)),
    objects: new Map(
      past.outcome === undefined ? [] : [['runs/abalone/d/decision.json', past.outcome]],
    ),
    uploads: [...uploads],
    statusOf,
    countRows: () => rows,
  };
}

type Items = RetrainingServices['items'] extends Map<string, infer Item> ? Item : never;

function itemsOf(memory: object, keptBy = 'another'): readonly (readonly [string, Items])[] {
  const kept = { outcome: 'Training started', reason: 'for the check', trains: false, before: '' };
  const decision = {
    memory: { S: JSON.stringify(memory) },
    decision: { S: JSON.stringify(kept) },
    reported: { S: '' },
    keptBy: { S: keptBy },
    revision: { N: '1' },
  };
  return [
    ['decisions#retraining', { claim: { S: 'decisions#retraining' }, ...decision }],
    [`retraining#${DECISION}`, { datasetId: { S: 'd' } }],
  ];
}

/** Another execution keeps its decision first. */
function overtaken(): Scenario {
  const services = servicesAfter({});
  const answer = answerRetraining(services);
  let isFirst = true;
  return {
    input: asked,
    answer(state, request) {
      if (state === 'Keep decision' && isFirst) {
        isFirst = false;
        for (const [key, item] of itemsOf({ trainings: [] })) services.items.set(key, item);
      }
      return answer(state, request);
    },
  };
}

/** Another execution waits for labels already. */
function gatheredByAnother(): Scenario {
  const services = servicesAfter({});
  const waiting = { owner: { S: 'another' }, expires: { N: '9999999999' } };
  services.items.set('labels#retraining', { claim: { S: 'labels#retraining' }, ...waiting });
  return { input: { eventId: 'e', trigger: 'labels' }, answer: answerRetraining(services) };
}

/** SageMaker does not answer as long as the endpoint is looked up for the first time. */
function afterTrouble(): Scenario {
  const { answer, input } = retrainingOf(asked);
  return {
    input,
    answer(state, request) {
      if (state !== 'Look up endpoint') return answer(state, request);
      throw new TaskError('SageMaker.SageMakerException', 'Rate exceeded');
    },
  };
}
