import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { DELIVERY, PLAN_FILE } from '../../delivery/index.ts';
import { connect } from '../connection/connection.ts';
import { readCheckout } from '../deliver/checkout.ts';
import { type FoundPipeline, findPipeline, stageNamed } from '../deliver/find-pipeline.ts';
import { actionsOf, followDelivery } from '../deliver/follow-delivery.ts';
import { limitsHere } from '../deliver/limits-here.ts';
import { findMissingBootstraps } from '../deliver/missing-bootstraps.ts';
import { createPipelineClients, type PipelineClients } from '../deliver/pipeline-clients.ts';
import {
  closeAfter,
  latestDelivery,
  resumeDelivery,
  rollBackStage,
  startDelivery,
} from '../deliver/start-delivery.ts';
import { uploadCommit } from '../deliver/upload-commit.ts';
import { readPlan } from '../delivery/read-plan.ts';
import { createAsker } from '../terminal/ask.ts';
import { bold, dim, type Terminal, yellow } from '../terminal/terminal.ts';

interface DeliverOptions {
  readonly endpoint?: string;
  readonly region?: string;
  readonly pipeline: string;
  readonly workingTree?: boolean;
  readonly from?: string;
  readonly latest?: boolean;
  readonly rollback?: string;
  readonly stopAt?: string;
  readonly approve: readonly string[];
  readonly reject: readonly string[];
}

export function addDeliver(program: Command, terminal: Terminal): void {
  program
    .command('deliver')
    .description('Take this checkout through the pipeline on this machine, and watch it.')
    .option(
      '--endpoint <url>',
      'the runtime (default: AWS_ENDPOINT_URL, else http://127.0.0.1:4566)',
    )
    .option('--region <name>', 'the region of the pipeline (default: AWS_REGION, else us-east-1)')
    .option('--pipeline <name>', 'the pipeline', DELIVERY)
    .option('--working-tree', 'deliver the changes that are not committed as well')
    .option(
      '--from <stage>',
      'run the failed stage of the last delivery again, and continue from there',
    )
    .option('--latest', 'follow the latest delivery, for example to approve it, and start none')
    .option(
      '--rollback <stage>',
      'run this stage again with what the last delivery that succeeded had',
    )
    .option('--stop-at <stage>', 'end after this stage')
    .option(
      '--approve <stage>',
      'approve this stage without a question; may be repeated',
      collect,
      [],
    )
    .option(
      '--reject <stage>',
      'reject this stage without a question; may be repeated',
      collect,
      [],
    )
    .action((options: DeliverOptions) => deliver(options, terminal));
}

function collect(stage: string, stages: readonly string[]): readonly string[] {
  return [...stages, stage];
}

async function deliver(options: DeliverOptions, terminal: Terminal): Promise<void> {
  const clients = createPipelineClients(connect(options));
  const pipeline = await findPipeline(clients, options.pipeline);
  for (const stage of [...options.approve, ...options.reject]) stageNamed(pipeline, stage);
  const missing = await missingBootstraps(clients, pipeline);
  for (const limit of [...(await limitsHere(clients, pipeline)), ...missing]) {
    terminal.note(`${yellow('!')} ${limit}`);
  }
  const { stopAt } = options;
  const open = stopAt === undefined ? async () => {} : await closeAfter(clients, pipeline, stopAt);
  try {
    const { id, known } = await begin(clients, pipeline, options, terminal);
    const decisions = { approve: options.approve, reject: options.reject, stopAt };
    const asker = createAsker();
    const end = await followDelivery({ clients, pipeline, terminal, asker, decisions }, id, known);
    process.exitCode = end === 'succeeded' ? 0 : 1;
  } finally {
    await open();
  }
}

const ASSEMBLY = 'cdk.out';

/** Of the plan of the last synth, if it is that of this pipeline. */
async function missingBootstraps(
  { connection }: PipelineClients,
  { name }: FoundPipeline,
): Promise<readonly string[]> {
  if (name !== DELIVERY || !existsSync(join(ASSEMBLY, PLAN_FILE))) return [];
  return findMissingBootstraps(connection, readPlan(ASSEMBLY));
}

async function begin(
  clients: PipelineClients,
  pipeline: FoundPipeline,
  { from, latest = false, rollback, workingTree = false }: DeliverOptions,
  terminal: Terminal,
): Promise<{ readonly id: string; readonly known?: readonly string[] }> {
  if (from !== undefined) {
    const latestId = await latestDelivery(clients, pipeline);
    const ended = await actionsOf({ clients, pipeline }, latestId);
    const known = ended.map(({ actionExecutionId = '' }) => actionExecutionId);
    const id = await resumeDelivery(clients, pipeline, from);
    terminal.note(`${bold('Continues')} with ${from} of execution ${id}`);
    return { id, known };
  }
  if (rollback !== undefined) {
    const { commit, id } = await rollBackStage(clients, pipeline, rollback);
    terminal.note(`${bold('Rolls back')} ${rollback} to ${commit.slice(0, 12)}`);
    return { id };
  }
  if (latest) return { id: await latestDelivery(clients, pipeline) };
  const checkout = readCheckout('.', workingTree);
  if (checkout.untracked > 0) {
    terminal.note(
      `${yellow('!')} ${checkout.untracked} files that git does not know are not delivered`,
    );
  }
  await uploadCommit(clients, pipeline, checkout);
  const id = await startDelivery(clients, pipeline, checkout.commit);
  terminal.note(`${bold('Delivers')} ${checkout.commit.slice(0, 12)} ${dim(checkout.message)}`);
  terminal.note(dim(`  execution ${id} of ${pipeline.name}`));
  return { id };
}
