import { ActionFailed, type ActionRunner } from './action.ts';
import { runJob } from './lambda-job.ts';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html */
export const runLambda: ActionRunner = async (context) => {
  const { cloud, configuration, current, inputs, outputs, patience, remember, role } = context;
  const { id, memory } = current();
  const { principal, session } = await role();
  const result = await runJob({
    cloud,
    id,
    configuration,
    principal,
    credentials: {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
    },
    data: { inputArtifacts: inputs, outputArtifacts: outputs },
    patience,
    isCalled: memory['called'] === 'true',
    onCalled: () => remember({ called: 'true' }),
  });
  if (result.failure !== undefined) {
    throw new ActionFailed(result.failure.message, result.failure.type);
  }
  return { variables: result.variables };
};
