import { type RedriveServices, redriveStatusOf } from '../redrive-status.ts';
import type { ExecutionRecord } from '../stores/execution-store.ts';
import type { ExecutionDocuments } from './documents.ts';

/**
 * Puts `Step Functions Execution Status Change` on the default bus, as every Standard execution does
 * when it starts and ends.
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function publishStatusChange(
  services: RedriveServices,
  execution: ExecutionRecord,
  documents: ExecutionDocuments,
): void {
  const { input, output } = documents;
  const redrive = redriveStatusOf(services, execution);
  services.cloud.publish({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startDate,
      stopDate: execution.stopDate ?? null,
      input: input ?? null,
      output: output ?? null,
      stateMachineVersionArn: execution.versionArn ?? null,
      stateMachineAliasArn: execution.aliasArn ?? null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redriveDate ?? null,
      redriveStatus: redrive.redriveStatus,
      redriveStatusReason: redrive.redriveStatusReason ?? null,
      inputDetails: input === undefined ? null : { included: true },
      outputDetails: output === undefined ? null : { included: true },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  });
}
