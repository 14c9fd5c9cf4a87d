import { Interrupted } from '../run/patience.ts';
import { ActionFailed, type ActionRunner } from './action.ts';
import { runCommands } from './run-commands.ts';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html */
export const runCommandsAction: ActionRunner = async (context) => {
  const { cloud, current, inputs, outputs, patience, remember, role } = context;
  const { declaration, id, pipeline } = current();
  const { principal, session } = await role();
  const [artifact] = outputs;
  const files = declaration.outputArtifacts?.[0]?.files ?? [];
  const result = await runCommands({
    cloud,
    pipeline,
    id,
    principal,
    session,
    commands: declaration.commands ?? [],
    variables: Object.fromEntries(
      (declaration.environmentVariables ?? []).map(({ name = '', value = '' }) => [
        name,
        context.resolve(value),
      ]),
    ),
    inputs,
    ...(artifact !== undefined && { output: { artifact, files } }),
    outputVariables: declaration.outputVariables ?? [],
    signal: patience.signal,
  });
  if (patience.signal.aborted) throw new Interrupted();
  remember({}, { logStreamArn: result.logStreamArn });
  if (result.failure !== undefined) throw new ActionFailed(result.failure);
  return { variables: result.variables, summary: 'All commands succeeded' };
};
