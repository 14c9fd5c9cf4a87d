import type { ECRClient } from '@aws-sdk/client-ecr';
import { DescribeExecutionCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { DeliveryPlan } from '../../delivery/index.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { findDigest } from './copy-image.ts';
import { findImages } from './image-assets.ts';

/** CodePipeline takes no longer text in an approval. */
const LONGEST_SUMMARY_CHARACTERS = 1_000;

/** What `cdk diff` says would change in a stack. */
interface StackChanges {
  readonly stack: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** The resources that CloudFormation would replace: it makes new ones, and deletes these. */
  readonly replaced: readonly string[];
}

const STACK_LINE = /^Stack (\S+)/;
const CHANGE_LINE = /^\[([+~-])\] (AWS::\S+|Custom::\S+) (\S+)/;

/** Counts the changes of resources in what `cdk diff` prints. */
export function readChanges(diff: string): StackChanges[] {
  const stacks: { stack: string; lines: string[] }[] = [];
  for (const line of diff.split('\n')) {
    const stack = STACK_LINE.exec(line)?.[1];
    if (stack === undefined) stacks.at(-1)?.lines.push(line);
    else stacks.push({ stack, lines: [] });
  }
  return stacks.map(({ stack, lines }) => {
    const changes = lines.flatMap((line) => {
      const [, kind, type = '', id = ''] = CHANGE_LINE.exec(line) ?? [];
      return kind === undefined ? [] : [{ kind, type, id, line }];
    });
    const count = (kind: string) => changes.filter((change) => change.kind === kind).length;
    return {
      stack,
      added: count('+'),
      changed: count('~'),
      removed: count('-'),
      replaced: changes
        .filter(({ line }) => / (may be )?replaced?$/.test(line))
        .map(({ type, id }) => `${type} ${id}`),
    };
  });
}

/** The metrics of a training on reference data. */
type Metrics = Readonly<Record<string, number>>;

export interface MetricDifference {
  readonly project: string;
  readonly now: Metrics;
  /** Of the training before; undefined where this is the first. */
  readonly before: Metrics | undefined;
}

const outputSchema = z.object({
  metrics: z.record(z.string(), z.object({ value: z.number() }).catch({ value: Number.NaN })),
});

/** The last two trainings of a project on reference data; undefined where there is none. */
export async function compareReferences(
  { states: client }: Connection,
  { project, trainingStateMachineArn: stateMachineArn }: ProjectResources,
): Promise<MetricDifference | undefined> {
  const found: Metrics[] = [];
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'SUCCEEDED' });
  for await (const { executions = [] } of pages) {
    for (const { executionArn, name = '' } of executions) {
      if (!name.startsWith('reference-')) continue;
      const { output = '{}' } = await client.send(new DescribeExecutionCommand({ executionArn }));
      const { data } = outputSchema.safeParse(JSON.parse(output));
      if (data !== undefined) found.push(valuesOf(data.metrics));
      if (found.length === 2) break;
    }
    if (found.length === 2) break;
  }
  const [now, before] = found;
  return now === undefined ? undefined : { project, now, before };
}

function valuesOf(metrics: z.output<typeof outputSchema>['metrics']): Metrics {
  return Object.fromEntries(
    Object.entries(metrics)
      .map(([name, { value }]) => [name, value] as const)
      .filter(([, value]) => !Number.isNaN(value)),
  );
}

/** An image of the environment's stacks, as the pipeline has built and scanned it. */
export interface ReviewedImage {
  readonly name: string;
  /** Undefined where it was not built: its deployment would fail. */
  readonly digest: string | undefined;
}

/** The images that the environment gets. */
export async function listImages(
  client: ECRClient,
  plan: Pick<DeliveryPlan, 'images'>,
  assembly: string,
): Promise<ReviewedImage[]> {
  return Promise.all(
    findImages(assembly).map(async ({ name, hash: tag }) => {
      const repository = plan.images.find((image) => image.name === name)?.repository;
      const digest =
        repository === undefined ? undefined : await findDigest({ client, repository, tag });
      return { name, digest };
    }),
  );
}

export interface Review {
  readonly commit: string;
  readonly changes: readonly StackChanges[];
  readonly images: readonly ReviewedImage[];
  readonly differences: readonly MetricDifference[];
}

/** What a person who approves reads: what would change, with which images, and what it does to the metrics. */
export function renderSummary(
  environment: string,
  { commit, changes, images, differences }: Review,
): string {
  const stacks = changes
    .filter(({ added, changed, removed }) => added + changed + removed > 0)
    .map(renderChanges);
  const lines = [
    `${environment} gets commit ${commit.slice(0, 7)}.`,
    ...(stacks.length === 0 ? ['No resource changes.'] : stacks),
    ...renderImages(images),
    ...differences.flatMap(renderDifference),
  ];
  const text = lines.join(' ');
  return text.length <= LONGEST_SUMMARY_CHARACTERS
    ? text
    : `${text.slice(0, LONGEST_SUMMARY_CHARACTERS - 1)}…`;
}

function renderChanges({ stack, added, changed, removed, replaced }: StackChanges): string {
  const counts = `${stack}: ${added} new, ${changed} changed, ${removed} removed`;
  return replaced.length === 0 ? `${counts}.` : `${counts}; REPLACED: ${replaced.join(', ')}.`;
}

/** Of the hexadecimal digits behind `sha256:`. */
const DIGEST_CHARACTERS = 12;

function renderImages(images: readonly ReviewedImage[]): string[] {
  if (images.length === 0) return [];
  const named = images.map(
    ({ name, digest }) =>
      `${name} ${digest === undefined ? 'NOT BUILT' : digest.slice(0, 'sha256:'.length + DIGEST_CHARACTERS)}`,
  );
  return [`Images: ${named.join(', ')}.`];
}

const DIGITS = 4;

function renderDifference({ project, now, before }: MetricDifference): string[] {
  const metrics = Object.entries(now).map(([name, value]) => {
    const former = before?.[name];
    const rounded = Number(value.toPrecision(DIGITS));
    return former === undefined
      ? `${name} ${rounded}`
      : `${name} ${Number(former.toPrecision(DIGITS))} → ${rounded}`;
  });
  return metrics.length === 0 ? [] : [`${project} on reference data: ${metrics.join(', ')}.`];
}
