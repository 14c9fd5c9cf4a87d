import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { visibleLine } from '../../local/index.ts';
import { findLiveModel } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import type { Outcome } from './outcome.ts';

const outputSchema = z.object({ outcome: z.string(), reason: z.string().default('') });

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

/**
 * Reads how a promotion ended and what serves now: `Live`, `Already live`, `Rolled back` …: the table of outcomes
 * in docs/promotion.md.
 */
export async function outcomeOfPromotion(
  connection: Connection,
  project: ProjectResources,
  ended: DescribeExecutionCommandOutput,
): Promise<Outcome> {
  const { outcome, reason } = outputOf(ended);
  const next = advice[outcome];
  return {
    outcome,
    reasons: [
      ...(reason === '' ? [] : [`why: ${visibleLine(reason)}`]),
      await describeLive(connection, project),
    ],
    advice: next,
    isGood: ended.status === 'SUCCEEDED',
    isWanted: next === undefined,
  };
}

function outputOf(ended: DescribeExecutionCommandOutput): z.output<typeof outputSchema> {
  if (ended.status === 'SUCCEEDED') return outputSchema.parse(JSON.parse(ended.output ?? 'null'));
  return { outcome: ended.error ?? ended.status ?? '', reason: ended.cause ?? '' };
}

async function describeLive(connection: Connection, project: ProjectResources): Promise<string> {
  const live = await findLiveModel(connection, project);
  if (live === undefined) return `${project.endpointName} does not exist.`;
  const what = (await live.packageOf()) ?? `${live.release} (of no package)`;
  return `${project.endpointName} is ${live.status} and serves ${what}`;
}
