import { awaitBuild, failureOfBuild, startBuild } from '../actions/run-build.ts';
import type { RuleCheck } from './rule.ts';

/**
 * Passes if the build succeeds.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CodeBuild.html
 */
export const checkBuild: RuleCheck = async (context) => {
  const { cloud, configuration, execution, id, inputs, patience } = context;
  const principal = await context.principal();
  const buildId = await startBuild(cloud, principal, {
    token: id,
    configuration,
    inputs,
    outputs: [],
    revision: execution.revisions[0]?.revisionId,
  });
  const build = await awaitBuild({ cloud, principal, patience }, buildId);
  const failure =
    build === undefined ? `The build ${buildId} does not exist any more.` : failureOfBuild(build);
  return failure === undefined
    ? { passes: true, summary: `Build ${buildId} succeeded.` }
    : { passes: false, summary: failure };
};
