import { Argument, type Command } from 'commander';
import { visibleJson, visibleLine } from '../../local/index.ts';
import {
  compareShadow,
  findTrial,
  promoteTrial,
  readVariantMetrics,
  type ShadowComparison,
  type Trial,
  type TrialVariant,
  type VariantMetrics,
} from '../../operations/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followPromotion } from '../follow/follow-promotion.ts';
import { printOutcome } from '../follow/outcome.ts';
import { outcomeOfPromotion } from '../follow/promotion-outcome.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { bold, dim, red, seconds, type Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { decideAndFollow } from './decision.ts';

interface TrialOptions extends ProjectOptions {
  readonly follow: boolean;
  readonly json?: boolean;
  readonly message?: string;
  readonly verbose?: boolean;
}

const actions = ['status', 'promote', 'withdraw'] as const;

export function addAb(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('ab'))
    .description('Show the model on trial beside the live one, promote it, or withdraw it.')
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('status'))
    .option('-m, --message <text>', 'why; kept on the model package')
    .option('--no-follow', 'return once it is recorded')
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .option('--json', 'with status: as JSON, for programs')
    .action(async (action: (typeof actions)[number], options: TrialOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, options);
      const trial = await findTrial(connection, project);
      if (action === 'status') return show(connection, project, trial, options, terminal);
      if (trial === undefined) {
        throw new UserError(
          `No model is on trial on ${project.endpointName}; nothing was changed. A project's serving.trial puts newly approved models on trial.`,
        );
      }
      if (action === 'promote') return promote(connection, project, trial, options, terminal);
      const { packageArn } = trial.challenger;
      return decideAndFollow(connection, project, packageArn, 'Rejected', options, terminal);
    });
}

async function promote(
  connection: Connection,
  project: ProjectResources,
  trial: Trial,
  options: TrialOptions,
  terminal: Terminal,
): Promise<void> {
  const executionArn = await promoteTrial(connection, project, trial, {
    by: 'stepmill ab promote',
    reason: options.message,
  });
  terminal.print(`${trial.challenger.packageArn} is being promoted`);
  if (!options.follow) return;
  const ended = await followPromotion(connection, project, executionArn, terminal, {
    verbose: options.verbose === true,
  });
  const outcome = await outcomeOfPromotion(connection, project, ended);
  printOutcome(outcome, terminal);
  if (!outcome.isGood) process.exitCode = 1;
}

interface Measured {
  readonly variant: TrialVariant;
  readonly metrics: VariantMetrics;
}

async function show(
  connection: Connection,
  project: ProjectResources,
  trial: Trial | undefined,
  options: TrialOptions,
  terminal: Terminal,
): Promise<void> {
  if (trial === undefined) {
    terminal.print(
      options.json === true ? 'null' : `No model is on trial on ${project.endpointName}.`,
    );
    return;
  }
  const measured: Measured[] = [];
  for (const variant of [trial.champion, trial.challenger]) {
    measured.push({ variant, metrics: await readVariantMetrics(connection, trial, variant) });
  }
  const comparison = trial.type === 'shadow' ? await compareShadow(connection, trial) : undefined;
  if (options.json === true) {
    const shown = { ...trial, variants: measured, comparison };
    terminal.print(visibleJson(JSON.stringify(shown, undefined, 2)));
    return;
  }
  for (const line of renderTrial(trial, measured, comparison)) terminal.print(line);
}

/** The lines that `stepmill ab` shows. */
export function renderTrial(
  trial: Trial,
  measured: readonly Measured[],
  comparison: ShadowComparison | undefined,
): readonly string[] {
  const { champion, challenger } = trial;
  const how = trial.type === 'ab' ? 'beside' : 'in the shadow of';
  const left = trial.leftMs === undefined ? '' : `, ${renderLeft(trial.leftMs)} left by its clock`;
  return [
    bold(`${trial.endpointName}: ${nameOf(challenger)} on trial ${how} ${nameOf(champion)}${left}`),
    dim(`  ${visibleLine(trial.terms)}`),
    ...measured.map(renderVariant),
    ...(comparison === undefined ? [] : [`  ${renderComparison(comparison)}`]),
  ];
}

function nameOf({ version, packageArn }: TrialVariant): string {
  return version === undefined
    ? visibleLine(packageArn) || 'a model of no package'
    : `version ${version}`;
}

function renderLeft(leftMs: number): string {
  const minutes = Math.max(0, Math.round(leftMs / 60_000));
  if (minutes < 60) return seconds(minutes * 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function renderVariant({ variant, metrics }: Measured): string {
  const errors = `${metrics.clientErrors} answered 4xx, ${metrics.serverErrors} answered 5xx`;
  return [
    `  ${visibleLine(variant.name).padEnd(12)} ${nameOf(variant).padEnd(12)} ${String(variant.percent).padStart(3)} %`,
    `${metrics.invocations} requests`,
    metrics.serverErrors > 0 ? red(errors) : errors,
    `model latency p50 ${milliseconds(metrics.p50Milliseconds)}, p99 ${milliseconds(metrics.p99Milliseconds)}`,
  ].join('  ');
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '–' : `${value.toFixed(1)} ms`;
}

function renderComparison(comparison: ShadowComparison): string {
  const { requests, unpaired, answers } = comparison;
  if (requests === 0) {
    return `compared: nothing yet; captured data is written every few minutes (${unpaired} without a partner)`;
  }
  const share = ((comparison.differentShare ?? 0) * 100).toFixed(1);
  const mean = comparison.meanAbsoluteDifference?.toPrecision(4) ?? '–';
  const largest = comparison.largestDifference?.toPrecision(4) ?? '–';
  return `compared: ${answers} answers to ${requests} requests, ${share} % differ; mean absolute difference ${mean}, largest ${largest}${unpaired === 0 ? '' : dim(`, ${unpaired} without a partner`)}`;
}
