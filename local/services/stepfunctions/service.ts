import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDenied, ValidationException } from './errors.ts';
import { ActivityTasks } from './execution/activity-tasks.ts';
import { Runner } from './execution/runner.ts';
import { TaskTokens } from './execution/task-tokens.ts';
import { createIntegrations } from './integrations/index.ts';
import { activityOperations } from './operations/activities.ts';
import { aliasOperations } from './operations/aliases.ts';
import { executionOperations } from './operations/executions.ts';
import { historyOperations } from './operations/history.ts';
import { mapRunOperations } from './operations/map-runs.ts';
import { stateMachineOperations } from './operations/state-machines.ts';
import { tagOperations } from './operations/tags.ts';
import { taskTokenOperations } from './operations/task-tokens.ts';
import { testStateOperations } from './operations/test-state.ts';
import { validationOperations } from './operations/validate.ts';
import { versionOperations } from './operations/versions.ts';
import { REQUEST_QUOTAS } from './request-quotas.ts';
import type { StepFunctionsState } from './state.ts';
import { createActivityStore } from './stores/activity-store.ts';
import { ExecutionStore } from './stores/execution-store.ts';
import { createExpressStore } from './stores/express-store.ts';
import { MachineStore } from './stores/machine-store.ts';
import { createMapRunStore } from './stores/map-run-store.ts';
import { createTagStore } from './stores/tag-store.ts';

/** AWS Step Functions. */
export function createStepFunctionsService(cloud: Cloud): Service {
  const state = assemble(cloud);
  return {
    name: 'stepfunctions',
    operations: bindOperations(
      state,
      stateMachineOperations,
      versionOperations,
      aliasOperations,
      tagOperations,
      executionOperations,
      historyOperations,
      mapRunOperations,
      activityOperations,
      taskTokenOperations,
      validationOperations,
      testStateOperations,
    ),
    requestQuotas: REQUEST_QUOTAS,
    accessDenied: (message) => new AccessDenied(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    onEvent: (event) => state.runner.hear(event),
    start: () => state.runner.resumeAll(),
    halt: () => state.runner.close(),
  };
}

function assemble(cloud: Cloud): StepFunctionsState {
  const machines = new MachineStore(cloud.store);
  const executions = new ExecutionStore(cloud.store);
  const activities = createActivityStore(cloud.store);
  const mapRuns = createMapRunStore(cloud.store);
  const tokens = new TaskTokens();
  const activityTasks = new ActivityTasks(cloud);
  const integrations = createIntegrations(activities, activityTasks);
  const express = createExpressStore(cloud.store);
  const runner = new Runner({
    cloud,
    executions,
    express,
    machines,
    mapRuns,
    tokens,
    integrations,
  });
  const tags = createTagStore(cloud.store);
  return {
    cloud,
    machines,
    executions,
    activities,
    mapRuns,
    tags,
    runner,
    tokens,
    activityTasks,
    integrations,
  };
}
