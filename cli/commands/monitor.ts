import { type Command, InvalidArgumentError } from 'commander';
import { type DriftReport, type DriftSummary, monitoringOutputSchema } from '../../events/index.ts';
import { visibleLine } from '../../local/index.ts';
import { listMonitoringReports, readDriftReport, startMonitoring } from '../../operations/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { readableCause } from '../follow/readable-cause.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { bold, dim, green, red, type Terminal, yellow } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface MonitorOptions extends ProjectOptions {
  readonly run?: boolean;
  readonly window?: number;
  readonly to?: Date;
  readonly logs?: boolean;
  readonly verbose?: boolean;
}

/** Reports that are shown. */
const SHOWN_REPORTS = 10;
/** Columns of a report that are shown. */
const SHOWN_COLUMNS = 20;

const NO_TRAFFIC =
  'No request was captured in this window, which begins with the live model. Only a share of the requests is captured (10 %, or serving.capturePercent), and S3 has them up to two minutes later.';

export function addMonitor(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('monitor'))
    .description(
      'Show how what the live model is asked has changed since its training; exit code 1 where it has drifted.',
    )
    .option('--run', 'judge a window now, beside those of the schedule')
    .option(
      '--window <duration>',
      "its length, as 30m, 24h or 7d (default: the project's)",
      readHours,
    )
    .option('--to <time>', 'its end, as 2026-11-30T10:00:00Z (default: now)', readTime)
    .option('--logs', 'show the logs of the job')
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .action(async (options: MonitorOptions) => {
      const connection = connect(options);
      const project = demandMonitoring(await findProject(connection, options));
      const isDrifted =
        options.run === true
          ? await run(connection, project, options, terminal)
          : await show(connection, project, terminal);
      if (isDrifted) process.exitCode = 1;
    });
}

type Watched = ProjectResources & Required<Pick<ProjectResources, 'monitoring'>>;

function demandMonitoring(project: ProjectResources): Watched {
  const { monitoring } = project;
  if (monitoring !== undefined) return { ...project, monitoring };
  throw new UserError(
    `The live model of ${project.project} is not watched; nothing was judged. Add monitoring: {} to its project.ts: npm start takes it over; on AWS, deploy it.`,
  );
}

/** @returns whether the newest window has drifted */
async function show(
  connection: Connection,
  project: Watched,
  terminal: Terminal,
): Promise<boolean> {
  const windows = await listMonitoringReports(connection, project, SHOWN_REPORTS);
  const [newest] = windows;
  if (newest === undefined) {
    terminal.print(
      'No window was judged yet. The schedule judges the first one, or: stepmill monitor --run',
    );
    return false;
  }
  for (const { summary } of windows) terminal.print(renderWindow(summary));
  await showReport(connection, project, newest.folder, terminal);
  return newest.summary.verdict === 'drifted';
}

/** @returns whether the window has drifted, or was not judged */
async function run(
  connection: Connection,
  project: Watched,
  { window: hours, to: end, ...options }: MonitorOptions,
  terminal: Terminal,
): Promise<boolean> {
  const execution = await startMonitoring(connection, project, { hours, end });
  const ended = await followExecution(connection, execution, terminal, options);
  if (ended.status !== 'SUCCEEDED') {
    terminal.print(bold(red(ended.error ?? ended.status ?? '')));
    terminal.print(`  ${readableCause(ended.cause ?? '')}`);
    return true;
  }
  const { drifted, objections, outcome, reason, report } = monitoringOutputSchema.parse(
    JSON.parse(ended.output ?? 'null'),
  );
  const isWrong = drifted.length > 0 || objections.length > 0;
  terminal.print(bold((isWrong ? red : outcome === 'No drift' ? green : yellow)(outcome)));
  for (const line of [...(reason === undefined ? [] : [reason]), ...objections]) {
    terminal.print(`  ${visibleLine(line)}`);
  }
  if (outcome === 'No traffic') terminal.print(`  ${NO_TRAFFIC}`);
  if (report !== undefined) {
    await showReport(connection, project, report.replace(`s3://${project.bucket}/`, ''), terminal);
  }
  return isWrong;
}

function renderWindow({
  window,
  verdict,
  rows,
  drifted,
  driftedPredictions,
  coverage,
}: DriftSummary) {
  const paint = verdict === 'drifted' ? red : verdict === 'ok' ? green : yellow;
  const columns = [...drifted, ...driftedPredictions].map(visibleLine).join(', ');
  const labels = coverage === null ? '' : `, labels ${Math.round(coverage * 100)} %`;
  return `${window.start ?? ''} … ${window.end ?? ''}  ${paint(verdict)}${columns === '' ? '' : `: ${columns}`} ${dim(`${rows} rows${labels}`)}`;
}

/** The columns of a window, the largest effect first, each beside what it was held against. */
async function showReport(
  connection: Connection,
  project: Watched,
  folder: string,
  terminal: Terminal,
): Promise<void> {
  const report = await readDriftReport(connection, project, folder);
  if (report === undefined) return;
  const columns = [...report.columns, ...report.predictions]
    .sort((one, other) => (other.effect.psi ?? -1) - (one.effect.psi ?? -1))
    .slice(0, SHOWN_COLUMNS);
  const width = Math.max(...columns.map(({ name }) => visibleLine(name).length));
  for (const column of columns) terminal.print(`  ${renderColumn(column, width)}`);
  for (const { feature_name: name, description } of report.violations.slice(0, SHOWN_COLUMNS)) {
    terminal.print(`  ! ${visibleLine(`${name}: ${description}`)}`);
  }
  terminal.print(dim(`  s3://${project.bucket}/${folder}stepmill-drift.json`));
}

function renderColumn(
  { name, verdict, effect, significance, reason }: DriftReport['predictions'][number],
  width: number,
): string {
  const paint = verdict === 'drifted' ? red : verdict === 'ok' ? green : yellow;
  const numbers =
    effect.psi === null || effect.threshold === null
      ? (reason ?? '')
      : `PSI ${effect.psi.toFixed(3)}, above ${effect.threshold.toFixed(3)} is a change; q ${significance.q?.toFixed(3) ?? '-'}`;
  return `${visibleLine(name).padEnd(width)}  ${paint(verdict)}  ${dim(visibleLine(numbers))}`;
}

const HOURS: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24 };

function readHours(text: string): number {
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text) ?? [];
  const hours = Number(value) * (HOURS[unit] ?? Number.NaN);
  if (hours > 0) return hours;
  throw new InvalidArgumentError('a duration is a number and m, h or d, such as 24h.');
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('a time is as 2026-11-30T10:00:00Z.');
}
