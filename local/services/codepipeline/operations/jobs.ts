import type {
  CodePipeline,
  PutJobFailureResultInput,
  PutJobSuccessResultInput,
} from '@aws-sdk/client-codepipeline';
import type { OperationTable } from '../../../cloud/operation.ts';
import { jobsOf } from '../actions/open-jobs.ts';
import { InvalidJobStateException, JobNotFoundException } from '../errors.ts';
import type { CodePipelineState } from '../state.ts';

/** The results of Lambda functions. */
export const jobOperations: OperationTable<CodePipeline, CodePipelineState> = {
  PutJobSuccessResult: {
    permissions: () => ({ action: 'codepipeline:PutJobSuccessResult', resource: '*' }),
    run(input: PutJobSuccessResultInput, state): object {
      const { continuationToken, outputVariables = {} } = input;
      openJob(state, input.jobId).put({
        variables: outputVariables,
        ...(continuationToken !== undefined && { continuationToken }),
      });
      return {};
    },
  },
  PutJobFailureResult: {
    permissions: () => ({ action: 'codepipeline:PutJobFailureResult', resource: '*' }),
    run({ failureDetails, jobId }: PutJobFailureResultInput, state): object {
      const { message = '', type = 'JobFailed' } = failureDetails ?? {};
      openJob(state, jobId).put({ failure: { message, type }, variables: {} });
      return {};
    },
  },
};

/** @throws JobNotFoundException, InvalidJobStateException */
function openJob({ cloud }: CodePipelineState, id: string = '') {
  const jobs = jobsOf(cloud);
  const isWaiting = jobs.isWaiting(id);
  if (isWaiting === undefined) throw new JobNotFoundException(id);
  if (!isWaiting) throw new InvalidJobStateException(id);
  return { put: (result: Parameters<typeof jobs.put>[1]) => jobs.put(id, result) };
}
