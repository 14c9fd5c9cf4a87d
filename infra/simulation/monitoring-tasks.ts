import type { GatheringReply } from '../../events/index.ts';
import type { ClaimTasks } from './claim-tasks.ts';
import { answerLiveModel } from './live-model-tasks.ts';
import { type Answer, TaskError } from './run-workflow.ts';
import type { SageMakerTasks } from './sagemaker-tasks.ts';

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a window has. */
type GatheredFiles = Pick<GatheringReply, 'captureFiles' | 'labelFiles'> &
  Partial<Pick<GatheringReply, 'unreadable'>>;

/** The services that a monitoring works with. */
export interface MonitoringServices {
  readonly claims: ClaimTasks;
  readonly sagemaker: SageMakerTasks;
  /** Reports by the folder of their window. */
  readonly reports: Map<string, unknown>;
  /** The item with the last verdicts. */
  readonly verdicts: Map<string, Values>;
  /** What the job finds in a window. */
  readonly find: () => object;
  /** Files of a window. */
  readonly files: () => GatheredFiles;
}

/** What `monitoring/python/monitor.py` says of a window without drift. */
export const quietWindow = {
  version: 1,
  verdict: 'ok',
  rows: 1_000,
  broken: 0,
  drifted: [],
  driftedPredictions: [],
  notEnoughData: 0,
  violations: 0,
  worst: { column: 'length', psi: 0.01, threshold: 0.1 },
  effects: { length: 0.01, sex: 0.02 },
  labelled: 0,
  coverage: null,
  measured: null,
  estimated: null,
} as const;

/** Answers a monitoring's tasks from a simulated SageMaker and simulated claims. */
export function answerMonitoring(services: MonitoringServices): Answer {
  return (state, request) =>
    services.claims.answer(state, request) ??
    answerLiveModel(services.sagemaker, state, request) ??
    answerTask(services, state, request);
}

function answerTask(
  services: MonitoringServices,
  ...[state, request]: Parameters<Answer>
): unknown {
  const { sagemaker, reports, verdicts } = services;
  switch (state) {
    case 'Look up owner of window':
      return { Status: 'FAILED' };
    case 'Read live package':
      return sagemaker.describePackage(request['ModelPackageName']);
    case 'Gather captures':
      return { Payload: { ...services.files(), sizeBytes: 10 } };
    case 'Judge window':
      return { ProcessingJobStatus: 'Completed', ProcessingJobName: request['ProcessingJobName'] };
    case 'Read report': {
      const found = services.find();
      reports.set(String(request['Key']), found);
      return { Body: JSON.stringify(found) };
    }
    case 'Read first report':
      if (!reports.has(String(request['Key']))) {
        throw new TaskError('S3.NoSuchKeyException', 'The specified key does not exist.');
      }
      return { Body: JSON.stringify(reports.get(String(request['Key']))) };
    case 'Record no traffic':
      reports.set(String(request['Key']), request['Body']);
      return {};
    case 'Read last verdicts':
      return { Item: verdicts.get('verdicts') };
    case 'Keep verdict':
      return keepVerdict(verdicts, request);
    default:
      return {};
  }
}

function keepVerdict(verdicts: Map<string, Values>, request: Readonly<Record<string, unknown>>) {
  const before = verdicts.get('verdicts');
  const { ':revision': expected } = request['ExpressionAttributeValues'] as Values;
  if (before !== undefined && before['revision']?.['N'] !== expected?.['N']) {
    throw new TaskError(
      'DynamoDB.ConditionalCheckFailedException',
      'The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: R; Proxy: null)',
    );
  }
  verdicts.set('verdicts', request['Item'] as Values);
  return {};
}
