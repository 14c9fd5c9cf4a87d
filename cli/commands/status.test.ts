import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { printProject } from './status.ts';

const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;

const project: ProjectResources = {
  project: 'abalone',
  environment: 'dev',
  bucket: 'bucket',
  incomingPrefix: 'incoming/abalone/',
  claimsTable: 'claims',
  trainingStateMachineArn: arnOf('abalone-training'),
  promotionStateMachineArn: arnOf('abalone-promotion'),
  modelPackageGroupName: 'Abalone',
  endpointName: 'abalone',
  topicArn: 'arn:aws:sns:us-east-1:000000000000:abalone',
  workflowAlias: 'live',
};

const at = new Date(Date.UTC(2026, 10, 29, 13, 28, 13));
const NAME = 'f66dcbcd-c838-4553-a051-6f0577b38ba6_f21419af-54b6-4d58-aa82-eb36b1b26ac6';
const REASON = `Stepmill: Rolled back: ${'abalone-rollback-errors is in ALARM; '.repeat(5)}`;

interface AliasInput {
  readonly stateMachineAliasArn: string;
}

/** An app that has been in use: as many executions and versions as are asked for. */
const connection = scriptedConnection({
  ListExecutions: ({ maxResults }: { readonly maxResults: number }) => ({
    executions: Array.from({ length: maxResults }, () => ({
      executionArn: 'arn:run',
      name: NAME,
      status: 'SUCCEEDED',
      startDate: at,
      stopDate: new Date(at.getTime() + 147_000),
      stateMachineVersionArn: `${arnOf('abalone-training')}:999`,
    })),
  }),
  DescribeStateMachineAlias: ({ stateMachineAliasArn: alias }: AliasInput) => ({
    routingConfiguration: (alias.endsWith(':abalone-training:live')
      ? [
          [999, 10],
          [998, 90],
        ]
      : [[2, 100]]
    ).map(([version, weight]) => ({
      stateMachineVersionArn: `${alias.replace(/:live$/, '')}:${version}`,
      weight,
    })),
  }),
  DescribeExecution: () => ({ output: '{"outcome":"Nothing to go back to"}' }),
  ListModelPackages: () => ({
    ModelPackageSummaryList: [5, 4, 3, 2, 1].map((version) => ({
      ModelPackageVersion: version,
      ModelPackageArn: `arn:p/${version}`,
      ModelApprovalStatus: 'Rejected',
      CreationTime: at,
    })),
  }),
  DescribeModelPackage: () => ({ ApprovalDescription: REASON }),
  DescribeEndpoint: () => ({
    EndpointName: 'abalone',
    EndpointStatus: 'InService',
    EndpointConfigName: 'abalone-v1-439cfb4d4153',
    ProductionVariants: [{ VariantName: 'AllTraffic', CurrentWeight: 1, CurrentInstanceCount: 1 }],
  }),
  DescribeEndpointConfig: () => ({ ProductionVariants: [{ ModelName: 'm' }] }),
  DescribeModel: () => ({ Containers: [{ ModelPackageName: 'arn:p/1' }] }),
  DescribeAlarms: () => ({
    MetricAlarms: ['errors', 'latency', 'wrong-answers'].map((what) => ({
      AlarmName: `abalone-rollback-${what}`,
      StateValue: 'OK',
    })),
  }),
});

async function show(
  options: Parameters<typeof printProject>[2],
  changes: Partial<ProjectResources> = {},
): Promise<readonly string[]> {
  const terminal = writtenTerminal();
  await printProject(connection, { ...project, ...changes }, options, terminal);
  return terminal.lines.map((line) => stripVTControlCharacters(line));
}

describe('the status of a project', () => {
  it('fits a terminal of 24 lines of 80 columns', async () => {
    const lines = await show({ limit: 3 });

    expect(lines).toContain(
      '    Nothing to go back to     2026-11-29 13:28:13   2 min 27 s  f66dcbcd…  v999',
    );
    // The prompt stands below.
    expect(lines.length).toBeLessThan(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('says what came from the environment before, and where approved versions go', async () => {
    const handover = {
      from: {
        environment: 'dev',
        account: '111111111111',
        stateMachineArn: arnOf('staging--abalone-handover'),
      },
      to: { environment: 'prod', account: '333333333333', approval: true },
    };

    const lines = await show({ limit: 1 }, { handover });

    expect(lines).toContain('  staging--abalone-handover; executions start on version 2');
    expect(lines).toContain('  model versions; approved ones go to prod, in account 333333333333');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('says on which versions of each workflow executions start, with their shares', async () => {
    const lines = await show({ limit: 1 });

    expect(lines).toContain(
      '  abalone-training; executions start on version 998 (90 %), 999 (10 %)',
    );
    expect(lines).toContain('  abalone-promotion; executions start on version 2');
    const old = await show({ limit: 1 }, { workflowAlias: undefined });
    expect(old).toContain('  abalone-training');
  });

  it('names everything in full under --verbose', async () => {
    const text = (await show({ limit: 3, verbose: true })).join('\n');

    expect(text).toContain(`${NAME}  version 999  Nothing to go back to`);
    expect(text).toContain(REASON.trim());
    expect(text).toContain('2026-11-29T13:28:13.000Z');
    expect(text).toContain('OK abalone-rollback-latency');
  });
});
