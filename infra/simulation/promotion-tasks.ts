import { createHash } from 'node:crypto';
import type { BucketTasks } from './bucket-tasks.ts';
import { ClaimTasks } from './claim-tasks.ts';
import type { Answer } from './run-workflow.ts';
import type { SageMakerTasks } from './sagemaker-tasks.ts';

/** Adds the archives that training stored for a version. */
export function addArchives(bucket: BucketTasks, version: number): void {
  const folder = `runs/abalone/d${version}/`;
  bucket.objects.set(`${folder}prepared/preprocessor/model.tar.gz`, `p${version}`);
  bucket.objects.set(`${folder}training/t/output/model.tar.gz`, `m${version}`);
}

/** The fingerprint that training records: of the keys and entity tags of the archives. */
export function fingerprintOf(bucket: BucketTasks, version: number): string {
  const folder = `runs/abalone/d${version}/`;
  const lines = ['prepared/preprocessor', 'training/t/output'].map((place) => {
    const key = `${folder}${place}/model.tar.gz`;
    const { ETag: tag } = bucket.head({ Key: key }) as { ETag: string };
    return `${key} ${tag}`;
  });
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** The smoke test's answer for a good endpoint. */
export const inService = { sent: 20, failed: 0, wrong: 0, answers: [], findings: [] };

/** Answers by state, in place of those of the simulated services. */
export type PromotionAnswers = Readonly<
  Record<string, (request: Record<string, unknown>) => unknown>
>;

/** Answers a promotion's tasks from a simulated bucket, a simulated SageMaker and simulated claims. */
export function answerPromotion(
  bucket: BucketTasks,
  sagemaker: SageMakerTasks,
  overrides: PromotionAnswers = {},
  claims = new ClaimTasks(),
): Answer {
  const services = { bucket, sagemaker };
  return (state, request) => {
    const own = overrides[state];
    if (own !== undefined) return own(request);
    return claims.answer(state, request) ?? ANSWERS[state]?.(services, request) ?? {};
  };
}

interface Services {
  readonly bucket: BucketTasks;
  readonly sagemaker: SageMakerTasks;
}

type ServiceAnswer = (services: Services, request: Readonly<Record<string, unknown>>) => unknown;

const fingerprint: ServiceAnswer = ({ bucket }, request) => bucket.head(request);
const describeEndpoint: ServiceAnswer = ({ sagemaker }) => sagemaker.describeEndpoint();
const describeModel: ServiceAnswer = ({ sagemaker }, { ModelName: name }) =>
  sagemaker.describeModel(name);
const describePackage: ServiceAnswer = ({ sagemaker }, { ModelPackageName: name }) =>
  sagemaker.describePackage(name);
const createConfig: ServiceAnswer = ({ sagemaker }, request) => sagemaker.createConfig(request);
const updatePackage: ServiceAnswer = ({ sagemaker }, request) => sagemaker.update(request);
const noAlarms: ServiceAnswer = () => ({ MetricAlarms: [], CompositeAlarms: [] });
const rightAnswers: ServiceAnswer = () => ({ Payload: inService });

const createModel: ServiceAnswer = ({ sagemaker }, { Containers: containers, ModelName: name }) => {
  const [container] = containers as { ModelPackageName: string }[];
  sagemaker.models.set(String(name), container?.ModelPackageName ?? '');
  return {};
};

const changeEndpoint: ServiceAnswer = ({ sagemaker }, { EndpointConfigName: config }) => {
  sagemaker.endpoint = { status: 'InService', config: String(config) };
  return {};
};

const removeEndpoint: ServiceAnswer = ({ sagemaker }) => {
  sagemaker.endpoint = undefined;
  return {};
};

/** By state; the task of any other state answers with an empty object. */
const ANSWERS: Readonly<Record<string, ServiceAnswer>> = {
  'Fingerprint preprocessor': fingerprint,
  'Fingerprint model': fingerprint,
  'Look up endpoint': describeEndpoint,
  'Look up endpoint again': describeEndpoint,
  'Watch rollout': describeEndpoint,
  'Watch previous model': describeEndpoint,
  'Describe live config': ({ sagemaker }, { EndpointConfigName: config }) =>
    sagemaker.describeConfig(config),
  'Describe live model': describeModel,
  'Describe challenger': describeModel,
  'List approved packages': ({ sagemaker }, { MaxResults: count }) =>
    sagemaker.listApproved(Number(count)),
  'Read candidate': describePackage,
  'Read live package': describePackage,
  'Create model': createModel,
  'Create endpoint config': createConfig,
  'Create trial config': createConfig,
  'Create endpoint': changeEndpoint,
  'Update endpoint': changeEndpoint,
  'Change variants': changeEndpoint,
  'Restore previous config': changeEndpoint,
  'Remove endpoint': removeEndpoint,
  'Remove failed endpoint': removeEndpoint,
  'Record outcome': updatePackage,
  'Withdraw approval': updatePackage,
  'Withdraw challenger': updatePackage,
  'Record live answers': () => ({ Payload: { ...inService, answers: [1, 2, 3] } }),
  'Send test rows': rightAnswers,
  'Verify answers': rightAnswers,
  'Verify champion': rightAnswers,
  'Verify challenger': rightAnswers,
  'Start trial clock': () => ({ StartDate: '2026-11-20T00:00:00.000Z' }),
  'Check rollback alarms': noAlarms,
  'Find alarms': noAlarms,
  'List old configs': ({ sagemaker }) => ({
    EndpointConfigs: [...sagemaker.configs.keys()].map((name) => ({ EndpointConfigName: name })),
  }),
  'List old models': ({ sagemaker }) => ({
    Models: [...sagemaker.models.keys()].map((name) => ({ ModelName: name })),
  }),
  'Remove config': ({ sagemaker }, { EndpointConfigName: config }) => {
    sagemaker.configs.delete(String(config));
    return {};
  },
  'Remove model': ({ sagemaker }, { ModelName: name }) => {
    sagemaker.models.delete(String(name));
    return {};
  },
  'Compare with live model': () => ({ ProcessingJobStatus: 'Completed' }),
};
