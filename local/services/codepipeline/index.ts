/**
 * AWS CodePipeline on one machine.
 *
 * Here: pipelines of the types V1 and V2 in the modes SUPERSEDED and QUEUED; sources from S3, connections and CodeCommit; the
 * actions CodeBuild, Commands, Manual approval (with its message to a topic), StepFunctions and Lambda (with the results of
 * jobs); artifacts in S3, variables and namespaces, roles of actions; conditions before, after success and after failure of a stage with the rules
 * CloudWatchAlarm, CodeBuild, DeploymentWindow, LambdaInvoke, VariableCheck and Commands; disabled transitions, stops, retries, overridden conditions,
 * and rollbacks as executions of their own; events of pipelines, stages and actions.
 *
 * Missing, and refused by name when a pipeline is created: the mode PARALLEL, actions in other regions, other providers of actions and
 * rules, batch builds, Secrets Manager. Triggers, blockers, webhooks, custom actions and the polling of sources have no effect.
 *
 * Different by design: a connection reaches no Git server. Its commits are those that `stepmill deliver` has put into the bucket of the
 * pipeline's artifacts. Creating a pipeline does not start it. Builds and commands are processes of this machine, as docs/local.md says of
 * codebuild. A minute of `0` in the expression of a deployment window stands for its whole hour. An execution that was in progress when the runtime
 * ended resumes: what its actions had started is awaited, and commands run again. A pipeline keeps its last 200 executions.
 *
 * Behaviour from: the CodePipeline user guide and API reference.
 */
export { branchKey, commitKey } from './commit-keys.ts';
export { createCodePipelineService } from './service.ts';
