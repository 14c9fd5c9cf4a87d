import { createHash } from 'node:crypto';
import type { BucketTasks } from './bucket-tasks.ts';
import { ClaimTasks } from './claim-tasks.ts';
import type { Answer } from './run-workflow.ts';
import type { SageMakerTasks } from './sagemaker-tasks.ts';

/** The archives that training left of a version. */
export function addArchives(bucket: BucketTasks, version: number): void {
  const folder = `runs/abalone/d${version}/`;
  bucket.objects.set(`${folder}prepared/preprocessor/model.tar.gz`, `p${version}`);
  bucket.objects.set(`${folder}training/t/output/model.tar.gz`, `m${version}`);
}

/** The fingerprint that training notes: over the names and tags of the archives. */
export function fingerprintOf(bucket: BucketTasks, version: number): string {
  const folder = `runs/abalone/d${version}/`;
  const lines = ['prepared/preprocessor', 'training/t/output'].map((place) => {
    const key = `${folder}${place}/model.tar.gz`;
    const { ETag: tag } = bucket.head({ Key: key }) as { ETag: string };
    return `${key} ${tag}`;
  });
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** What the rows that are sent through an endpoint say of a good one. */
export const inService = { sent: 20, failed: 0, wrong: 0, answers: [], findings: [] };

/** Answers by state, in place of the pretend services'. */
export type PromotionAnswers = Readonly<
  Record<string, (request: Record<string, unknown>) => unknown>
>;

/** Answers a promotion's tasks from a pretend bucket, a pretend SageMaker and pretend claims. */
export function answerPromotion(
  bucket: BucketTasks,
  sagemaker: SageMakerTasks,
  overrides: PromotionAnswers = {},
  claims = new ClaimTasks(),
): Answer {
  return (state, request) => {
    const own = overrides[state];
    if (own !== undefined) return own(request);
    const ofClaim = claims.answer(state, request);
    if (ofClaim !== undefined) return ofClaim;
    switch (state) {
      case 'Fingerprint preprocessor':
      case 'Fingerprint model':
        return bucket.head(request);
      case 'Look up endpoint':
      case 'Watch rollout':
      case 'Watch previous model':
        return sagemaker.describeEndpoint();
      case 'Describe live config':
        return sagemaker.describeConfig(request['EndpointConfigName']);
      case 'Describe live model':
      case 'Describe challenger':
        return sagemaker.describeModel(request['ModelName']);
      case 'List approved packages':
        return sagemaker.listApproved(Number(request['MaxResults']));
      case 'Read candidate':
      case 'Read live package':
        return sagemaker.describePackage(request['ModelPackageName']);
      case 'Create model': {
        const [container] = request['Containers'] as { ModelPackageName: string }[];
        sagemaker.models.set(String(request['ModelName']), container?.ModelPackageName ?? '');
        return {};
      }
      case 'Create endpoint config':
      case 'Create trial config':
        return sagemaker.createConfig(request);
      case 'Create endpoint':
      case 'Update endpoint':
      case 'Change variants':
      case 'Restore previous config':
        sagemaker.endpoint = { status: 'InService', config: String(request['EndpointConfigName']) };
        return {};
      case 'Remove endpoint':
      case 'Remove failed endpoint':
        sagemaker.endpoint = undefined;
        return {};
      case 'Record outcome':
      case 'Withdraw approval':
      case 'Withdraw challenger':
        return sagemaker.update(request);
      case 'Record live answers':
        return { Payload: { ...inService, answers: [1, 2, 3] } };
      case 'Send test rows':
      case 'Verify answers':
      case 'Verify champion':
      case 'Verify challenger':
        return { Payload: inService };
      case 'Start trial clock':
        return { StartDate: '2026-11-20T00:00:00.000Z' };
      case 'Check rollback alarms':
      case 'Find alarms':
        return { MetricAlarms: [], CompositeAlarms: [] };
      case 'List old configs':
        return {
          EndpointConfigs: [...sagemaker.configs.keys()].map((name) => ({
            EndpointConfigName: name,
          })),
        };
      case 'List old models':
        return { Models: [...sagemaker.models.keys()].map((name) => ({ ModelName: name })) };
      case 'Remove config':
        sagemaker.configs.delete(String(request['EndpointConfigName']));
        return {};
      case 'Remove model':
        sagemaker.models.delete(String(request['ModelName']));
        return {};
      case 'Compare with live model':
        return { ProcessingJobStatus: 'Completed' };
      default:
        return {};
    }
  };
}
