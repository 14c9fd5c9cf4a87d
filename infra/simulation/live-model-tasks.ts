import type { Answer } from './run-workflow.ts';
import type { SageMakerTasks } from './sagemaker-tasks.ts';

/** Answers the states by which workflows find the live model; undefined for others. */
export function answerLiveModel(
  sagemaker: SageMakerTasks,
  ...[state, request]: Parameters<Answer>
): unknown {
  switch (state) {
    case 'Look up endpoint':
    case 'Look up endpoint again':
      return sagemaker.describeEndpoint();
    case 'Describe live config':
      return sagemaker.describeConfig(request['EndpointConfigName']);
    case 'Describe live model':
      return sagemaker.describeModel(request['ModelName']);
    default:
      return undefined;
  }
}
