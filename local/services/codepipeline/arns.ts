import type { Cloud } from '../../cloud/cloud.ts';

/** The principal of CodePipeline in trust policies. */
export const CODEPIPELINE_PRINCIPAL = 'codepipeline.amazonaws.com';

export function pipelineArn(cloud: Cloud, name: string): string {
  return cloud.arn('codepipeline', name);
}

export function stageArn(cloud: Cloud, pipeline: string, stage: string): string {
  return cloud.arn('codepipeline', `${pipeline}/${stage}`);
}

export function actionArn(cloud: Cloud, [pipeline, stage, action]: readonly string[]): string {
  return cloud.arn('codepipeline', `${pipeline}/${stage}/${action}`);
}

/** The name of a pipeline in its ARN. */
export function pipelineName(arn: string): string {
  return arn.split(':').slice(5).join(':').split('/')[0] ?? '';
}
