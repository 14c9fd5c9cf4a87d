import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { approvalOperations } from './operations/approvals.ts';
import { executionOperations } from './operations/executions.ts';
import { jobOperations } from './operations/jobs.ts';
import { pipelineOperations } from './operations/pipelines.ts';
import { stageOperations } from './operations/stages.ts';
import { stateOperations } from './operations/state.ts';
import { tagOperations } from './operations/tags.ts';
import { PipelineRuns } from './run/pipeline-runs.ts';
import type { CodePipelineState } from './state.ts';
import { CodePipelineStore } from './store.ts';

/** AWS CodePipeline: pipelines and their executions. */
export function createCodePipelineService(cloud: Cloud): Service {
  const store = new CodePipelineStore(cloud);
  const runs = new PipelineRuns(cloud, store);
  const state: CodePipelineState = { cloud, store, runs };
  return {
    name: 'codepipeline',
    operations: bindOperations(
      state,
      pipelineOperations,
      executionOperations,
      stateOperations,
      stageOperations,
      approvalOperations,
      jobOperations,
      tagOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    onEvent: ({ source }) => {
      if (source !== 'aws.codepipeline') runs.wake();
    },
    start: () => runs.resume(),
    halt: () => runs.halt(),
    stop: () => runs.end(),
  };
}
