import type { ActionTypeId, ExecutionTrigger } from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../../cloud/cloud.ts';
import { pipelineArn } from '../arns.ts';
import type { ActionRecord, ExecutionRecord } from '../store.ts';

type Kind = 'Action' | 'Pipeline' | 'Stage';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html */
export function publishState(
  cloud: Cloud,
  kind: Kind,
  execution: ExecutionRecord,
  detail: { readonly state: string; readonly stage?: string; readonly action?: ActionRecord },
): void {
  const { action, stage, state } = detail;
  const time = new Date(cloud.clock.now()).toISOString();
  cloud.publish({
    source: 'aws.codepipeline',
    'detail-type': `CodePipeline ${kind} Execution State Change`,
    resources: [pipelineArn(cloud, execution.pipeline)],
    detail: {
      pipeline: execution.pipeline,
      'execution-id': execution.id,
      ...(kind === 'Pipeline' ? triggerOf(execution.trigger) : {}),
      ...(stage !== undefined && { stage }),
      ...(action !== undefined && actionDetail(cloud, action)),
      state,
      'start-time': new Date(action?.startedAt ?? execution.startedAt).toISOString(),
      ...(kind === 'Pipeline' && state === 'STARTED' ? {} : { 'last-update-time': time }),
      version: execution.version,
      'pipeline-execution-attempt': execution.attempt,
    },
  });
}

function triggerOf({ triggerDetail, triggerType }: ExecutionTrigger) {
  return {
    'execution-trigger': { 'trigger-type': triggerType, 'trigger-detail': triggerDetail },
  };
}

function actionDetail(cloud: Cloud, action: ActionRecord): object {
  const { category, owner, provider, version } = action.declaration.actionTypeId as ActionTypeId;
  const { error, externalId, summary } = action;
  return {
    action: action.action,
    'action-execution-id': action.id,
    region: cloud.region,
    type: { owner, provider, category, version },
    ...(action.status !== 'InProgress' && {
      'execution-result': {
        ...(externalId !== undefined && { 'external-execution-id': externalId }),
        ...(summary !== undefined && { 'external-execution-summary': summary }),
        ...(error !== undefined && { 'error-code': error.code }),
      },
    }),
  };
}
