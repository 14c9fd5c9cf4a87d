import { type ActionContext, ActionFailed, type ActionRunner } from './action.ts';
import { awaitBuild, failureOfBuild, startBuild } from './run-build.ts';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html */
export const runCodeBuild: ActionRunner = async (context) => {
  const { cloud, current, patience, remember, role } = context;
  const { principal } = await role();
  const id = current().memory['buildId'] ?? (await start(context));
  const build = await awaitBuild({ cloud, principal, patience }, id);
  if (build === undefined) throw new ActionFailed(`The build ${id} does not exist any more.`);
  const { exportedEnvironmentVariables = [], logs } = build;
  if (logs?.cloudWatchLogsArn !== undefined) {
    remember({}, { logStreamArn: logs.cloudWatchLogsArn });
  }
  const failure = failureOfBuild(build);
  if (failure !== undefined) throw new ActionFailed(failure);
  const variables = Object.fromEntries(
    exportedEnvironmentVariables.map(({ name = '', value = '' }) => [name, value]),
  );
  return { variables, summary: `Build ${id} succeeded` };
};

async function start(context: ActionContext): Promise<string> {
  const { cloud, configuration, current, execution, inputs, outputs, remember, role } = context;
  const { principal } = await role();
  const id = await startBuild(cloud, principal, {
    token: current().id,
    configuration,
    inputs,
    outputs,
    revision: execution.revisions[0]?.revisionId,
  });
  remember({ buildId: id }, { externalId: id });
  return id;
}
