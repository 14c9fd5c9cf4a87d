import type {
  DescribeMapRunInput,
  DescribeMapRunOutput,
  ListMapRunsInput,
  ListMapRunsOutput,
  MapRunExecutionCounts,
  SFN,
  UpdateMapRunInput,
  UpdateMapRunOutput,
} from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { parseArnOf } from '../arns.ts';
import { ResourceNotFound, ValidationException } from '../errors.ts';
import { executionOf } from '../lookup.ts';
import { allow, given } from '../operation.ts';
import { pageOf } from '../paging.ts';
import type { StepFunctionsState } from '../state.ts';
import type { MapRunCounts, MapRunRecord } from '../stores/map-run-store.ts';

/** The runs of distributed Maps. */
export const mapRunOperations: OperationTable<SFN, StepFunctionsState> = {
  DescribeMapRun: {
    readOnly: true,
    permissions: (input: DescribeMapRunInput) => allow('DescribeMapRun', input.mapRunArn),
    run: (input: DescribeMapRunInput, state) => describeMapRun(state, input),
  },
  ListMapRuns: {
    readOnly: true,
    permissions: (input: ListMapRunsInput) => allow('ListMapRuns', input.executionArn),
    run: (input: ListMapRunsInput, state) => listMapRuns(state, input),
  },
  UpdateMapRun: {
    permissions: (input: UpdateMapRunInput) => allow('UpdateMapRun', input.mapRunArn),
    run: (input: UpdateMapRunInput, state) => updateMapRun(state, input),
  },
};

function describeMapRun(
  state: StepFunctionsState,
  input: DescribeMapRunInput,
): DescribeMapRunOutput {
  const run = mapRunOf(state, given(input.mapRunArn));
  return {
    mapRunArn: run.arn,
    executionArn: run.executionArn,
    status: run.status,
    startDate: new Date(run.startDate),
    ...(run.stopDate === undefined ? {} : { stopDate: new Date(run.stopDate) }),
    maxConcurrency: run.maxConcurrency,
    toleratedFailurePercentage: run.toleratedFailurePercentage,
    toleratedFailureCount: run.toleratedFailureCount,
    itemCounts: shownCounts(run.itemCounts),
    executionCounts: shownCounts(run.executionCounts),
    redriveCount: run.redriveCount,
    ...(run.redriveDate === undefined ? {} : { redriveDate: new Date(run.redriveDate) }),
  };
}

function listMapRuns(state: StepFunctionsState, input: ListMapRunsInput): ListMapRunsOutput {
  const { arn } = executionOf(state, given(input.executionArn));
  const { maxResults, nextToken } = input;
  const page = pageOf(
    { listing: ['ListMapRuns', arn], maxResults, nextToken, now: state.cloud.clock.now() },
    (after) => state.mapRuns.of(arn, after === undefined ? {} : { after }),
  );
  return {
    mapRuns: page.items.map((run) => ({
      executionArn: arn,
      mapRunArn: run.arn,
      stateMachineArn: run.childMachineArn,
      startDate: new Date(run.startDate),
      ...(run.stopDate === undefined ? {} : { stopDate: new Date(run.stopDate) }),
    })),
    nextToken: page.nextToken,
  };
}

function updateMapRun(state: StepFunctionsState, input: UpdateMapRunInput): UpdateMapRunOutput {
  const { mapRuns, runner } = state;
  const run = mapRunOf(state, given(input.mapRunArn));
  if (run.status !== 'RUNNING') {
    throw new ValidationException(
      `Map Run is ${run.status} and cannot be updated`,
      'CANNOT_UPDATE_COMPLETED_MAP_RUN',
    );
  }
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input;
  if (
    maxConcurrency === undefined &&
    toleratedFailureCount === undefined &&
    toleratedFailurePercentage === undefined
  ) {
    throw new ValidationException(
      'Either the maxConcurrency, the toleratedFailureCount, or the toleratedFailurePercentage must be specified',
      'MISSING_REQUIRED_PARAMETER',
    );
  }
  mapRuns.put({
    ...run,
    maxConcurrency: maxConcurrency ?? run.maxConcurrency,
    toleratedFailureCount: toleratedFailureCount ?? run.toleratedFailureCount,
    toleratedFailurePercentage: toleratedFailurePercentage ?? run.toleratedFailurePercentage,
  });
  runner.mapRunChanged(run.arn);
  return {};
}

function mapRunOf({ mapRuns }: StepFunctionsState, arn: string): MapRunRecord {
  parseArnOf(arn, 'mapRun');
  const run = mapRuns.get(arn);
  if (run === undefined) throw new ResourceNotFound(arn);
  return run;
}

function shownCounts(counts: MapRunCounts): MapRunExecutionCounts {
  return { ...counts };
}
