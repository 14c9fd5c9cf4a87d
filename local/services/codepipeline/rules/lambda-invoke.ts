import { runJob } from '../actions/lambda-job.ts';
import type { RuleCheck } from './rule.ts';

/**
 * Passes if the function reports success.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-LambdaInvoke.html
 */
export const checkLambda: RuleCheck = async ({ cloud, configuration, id, patience, principal }) => {
  const result = await runJob({
    cloud,
    id,
    configuration,
    principal: await principal(),
    data: { inputArtifacts: [], outputArtifacts: [] },
    patience,
  });
  return result.failure === undefined
    ? { passes: true, summary: 'The function reported success.' }
    : { passes: false, summary: result.failure.message };
};
