import type {
  DescribeMapRunInput,
  DescribeMapRunOutput,
  ListMapRunsInput,
  ListMapRunsOutput,
  MapRunExecutionCounts,
  UpdateMapRunInput,
  UpdateMapRunOutput,
} from '@aws-sdk/client-sfn';
import { parseArnOf } from '../arns.ts';
import { ResourceNotFound, ValidationException } from '../errors.ts';
import { executionOf } from '../lookup.ts';
import { allow, given, operation } from '../operation.ts';
import { pageOf } from '../paging.ts';
import type { StepFunctions } from '../step-functions.ts';
import type { MapRunCounts, MapRunRecord } from '../stores/map-run-store.ts';

/** The runs of distributed Maps. */
export function mapRunOperations(service: StepFunctions) {
  const { mapRuns, runner } = service;

  function mapRunOf(arn: string): MapRunRecord {
    parseArnOf(arn, 'mapRun');
    const run = mapRuns.get(arn);
    if (run === undefined) throw new ResourceNotFound(arn);
    return run;
  }

  return {
    DescribeMapRun: operation<DescribeMapRunInput, DescribeMapRunOutput>({
      permissions: (input) => allow('DescribeMapRun', input.mapRunArn),
      run(input) {
        const run = mapRunOf(given(input.mapRunArn));
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
      },
    }),

    ListMapRuns: operation<ListMapRunsInput, ListMapRunsOutput>({
      permissions: (input) => allow('ListMapRuns', input.executionArn),
      run(input) {
        const { arn, machineArn } = executionOf(service, given(input.executionArn));
        const { maxResults, nextToken } = input;
        const page = pageOf(
          { listing: ['ListMapRuns', arn], maxResults, nextToken, now: service.cloud.clock.now() },
          (after) => mapRuns.of(arn, after === undefined ? {} : { after }),
        );
        return {
          mapRuns: page.items.map((run) => ({
            executionArn: arn,
            mapRunArn: run.arn,
            stateMachineArn: machineArn,
            startDate: new Date(run.startDate),
            ...(run.stopDate === undefined ? {} : { stopDate: new Date(run.stopDate) }),
          })),
          nextToken: page.nextToken,
        };
      },
    }),

    UpdateMapRun: operation<UpdateMapRunInput, UpdateMapRunOutput>({
      permissions: (input) => allow('UpdateMapRun', input.mapRunArn),
      run(input) {
        const run = mapRunOf(given(input.mapRunArn));
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
      },
    }),
  };
}

function shownCounts(counts: MapRunCounts): MapRunExecutionCounts {
  return { ...counts };
}
