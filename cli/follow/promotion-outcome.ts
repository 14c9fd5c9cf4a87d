import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { visibleLine } from '../../local/index.ts';
import type { Connection } from '../connection/connection.ts';
import { describeEndpoint, findLivePackage } from '../project/live-endpoint.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { bold, dim, green, red, type Terminal, yellow } from '../terminal/terminal.ts';

const outputSchema = z.object({ outcome: z.string(), reason: z.string().default('') });

/** How a promotion ended, and why. */
export interface PromotionOutcome {
  /** `Live`, `Already live`, `Rolled back` …: the table of outcomes in docs/promotion.md. */
  readonly outcome: string;
  readonly reason: string;
}

/** Reads the outcome of a promotion that has ended. */
export function outcomeOf(ended: DescribeExecutionCommandOutput): PromotionOutcome {
  if (ended.status === 'SUCCEEDED') return outputSchema.parse(JSON.parse(ended.output ?? 'null'));
  return { outcome: ended.error ?? ended.status ?? '', reason: ended.cause ?? '' };
}

/** What the person can do about an outcome. */
const advice: Readonly<Record<string, string>> = {
  'Nothing to go back to':
    'No other package is approved. Approve the version that should serve, or delete the endpoint.',
  'Not better': 'The approval was withdrawn. Approve the package again to try again.',
  'On trial': 'See how it does, promote it or withdraw it with: stepmill ab',
  Refused:
    'The approval was withdrawn. Upload data to train another model; to approve this one again helps only if the reason is gone.',
  'Rolled back': 'The approval was withdrawn. Approve the package again to try again.',
  Failed: 'The package stays approved. docs/promotion.md has a runbook.',
};

/** Says how a promotion ended, why, what serves now and what to do about it. */
export async function printOutcome(
  connection: Connection,
  project: ProjectResources,
  ended: DescribeExecutionCommandOutput,
  terminal: Terminal,
): Promise<void> {
  const { outcome, reason } = outcomeOf(ended);
  const paint = ended.status !== 'SUCCEEDED' ? red : advice[outcome] === undefined ? green : yellow;
  terminal.print(bold(paint(outcome)));
  if (reason !== '') terminal.print(`  why: ${visibleLine(reason)}`);
  terminal.print(`  ${await describeLive(connection, project)}`);
  const next = advice[outcome];
  if (next !== undefined) terminal.print(dim(`  ${next}`));
}

async function describeLive(connection: Connection, project: ProjectResources): Promise<string> {
  const endpoint = await describeEndpoint(connection, project);
  if (endpoint === undefined) return `${project.endpointName} does not exist.`;
  const live = await findLivePackage(connection, endpoint);
  const what = live ?? `${endpoint.EndpointConfigName} (of no package)`;
  return `${project.endpointName} is ${endpoint.EndpointStatus} and serves ${what}`;
}
