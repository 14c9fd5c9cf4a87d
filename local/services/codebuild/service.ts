import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { buildOperations } from './builds.ts';
import { AccessDeniedException, InvalidInputException } from './errors.ts';
import { projectOperations } from './projects.ts';
import { reportGroupOperations } from './report-groups.ts';
import { reportOperations } from './reports.ts';
import { BuildRuns } from './run/build-runs.ts';
import type { CodeBuildState } from './state.ts';
import { CodeBuildStore } from './store.ts';

/** AWS CodeBuild: projects, builds and reports. */
export function createCodeBuildService(cloud: Cloud): Service {
  const store = new CodeBuildStore(cloud);
  const runs = new BuildRuns(cloud, store);
  const state: CodeBuildState = { cloud, store, runs };
  return {
    name: 'codebuild',
    operations: bindOperations(
      state,
      projectOperations,
      buildOperations,
      reportGroupOperations,
      reportOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new InvalidInputException(describeViolations(violations)),
    systemTagRefused: () => new InvalidInputException(SYSTEM_TAG_REFUSED),
    web: (request) => runs.web(request),
    start: () => runs.resume(),
    halt: () => runs.halt(),
    stop: () => runs.end(),
  };
}
