import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { type Command, InvalidArgumentError } from 'commander';
import {
  partitionOf,
  renderBootstrapCommands,
  renderGithubWorkflow,
} from '../../delivery/index.ts';
import { buildImages, promoteImages } from '../delivery/images.ts';
import { findEnvironment, readPlan } from '../delivery/read-plan.ts';
import { storeReferences } from '../delivery/reference.ts';
import { compareReferences, listImages, readChanges, renderSummary } from '../delivery/review.ts';
import { findReviewLink } from '../delivery/review-link.ts';
import { smokeTest } from '../delivery/smoke.ts';
import { trainReference } from '../delivery/train.ts';
import { exportVariable } from '../delivery/variables.ts';
import { visit } from '../delivery/visit.ts';
import { watchAlarms } from '../delivery/watch.ts';
import { writeBootstrap } from '../delivery/write-bootstrap.ts';
import { writeWorkflow } from '../delivery/write-workflow.ts';
import { listProjects } from '../project/project-resources.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface StepOptions {
  readonly assembly: string;
  readonly environment: string;
}

/** The commands of the steps of a delivery, and what is made for it beside the app's stacks. */
export function addDelivery(program: Command, terminal: Terminal): void {
  const delivery = program
    .command('delivery')
    .description(
      'What the pipeline of stepmill.config.ts runs, and files for it: docs/delivery.md',
    );
  addImages(delivery, terminal);
  addSmoke(delivery, terminal);
  addWatch(delivery, terminal);
  addReferences(delivery, terminal);
  addReview(delivery, terminal);
  addGithub(delivery, terminal);
  addBootstrap(delivery, terminal);
}

/** A command about an environment. */
function step(delivery: Command, name: string, description: string): Command {
  return withAssembly(delivery.command(name).description(description)).requiredOption(
    '-e, --environment <name>',
    'the environment',
  );
}

function withAssembly(command: Command): Command {
  return command.option('--assembly <folder>', 'what "cdk synth" has written', 'cdk.out');
}

/** The commit that is delivered: CodePipeline's variable, or GitHub's. */
function findCommit(): string {
  return process.env['COMMIT'] ?? process.env['GITHUB_SHA'] ?? '';
}

function addImages(delivery: Command, terminal: Terminal): void {
  withAssembly(delivery.command('images'))
    .description(
      'Build the images of the app once, or copy them to an environment by their digests.',
    )
    .option('--build', 'build what has changed, and refuse severe findings')
    .option('--promote', 'copy the images of --environment')
    .option('-e, --environment <name>', 'with --promote: the environment')
    .action(
      async ({
        build,
        promote,
        environment,
        assembly,
      }: Partial<StepOptions> & {
        readonly assembly: string;
        readonly build?: boolean;
        readonly promote?: boolean;
      }) => {
        const work = { plan: readPlan(assembly), assembly, terminal };
        if (build === true) await buildImages(work, nameVersion(findCommit()));
        if (promote === true) {
          if (environment === undefined) {
            throw new UserError('Name the environment with --environment; nothing was copied.');
          }
          findEnvironment(work.plan, environment);
          await promoteImages(work, environment);
        }
        if (build !== true && promote !== true) {
          throw new UserError('Say what to do: --build, or --promote; nothing was done.');
        }
      },
    );
}

const COMMIT_CHARACTERS = 7;

/** The tag of new images: the version of the package, and the commit. */
function nameVersion(commit: string): string {
  if (!/^[0-9a-f]{7,40}$/.test(commit)) {
    throw new UserError(
      'Name the commit in the variable COMMIT, as 7 to 40 hexadecimal digits; nothing was built.',
    );
  }
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return `${version}-${commit.slice(0, COMMIT_CHARACTERS)}`;
}

function addSmoke(delivery: Command, terminal: Terminal): void {
  step(delivery, 'smoke', 'Ask what was deployed to an environment whether it works.').action(
    async ({ assembly, environment }: StepOptions) => {
      const plan = readPlan(assembly);
      await smokeTest(await visit(plan, environment), plan, environment, terminal);
    },
  );
}

function addWatch(delivery: Command, terminal: Terminal): void {
  step(delivery, 'watch', 'Watch the alarms of an environment; end with 1 when one rings.')
    .requiredOption('--minutes <number>', 'for how long', parseMinutes)
    .action(async (options: StepOptions & { readonly minutes: number }) => {
      const { assembly, environment, minutes } = options;
      const connection = await visit(readPlan(assembly), environment);
      const projects = await listProjects(connection, environment);
      const prefixes = [
        `stepmill-${environment}-`,
        ...projects.map(({ endpointName }) => `${endpointName}-`),
      ];
      await watchAlarms(connection, { environment, minutes, prefixes }, terminal);
    });
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 0) return minutes;
  throw new InvalidArgumentError('Minutes are a whole number, 0 or more.');
}

function addReferences(delivery: Command, terminal: Terminal): void {
  step(
    delivery,
    'reference',
    'Store the reference data, where no training starts by itself.',
  ).action(async ({ assembly, environment }: StepOptions) => {
    const plan = readPlan(assembly);
    const connection = await visit(plan, environment);
    await storeReferences(connection, plan, { environment, commit: findCommit(), terminal });
  });
  withAssembly(delivery.command('train'))
    .description('Train on reference data and wait: what CodePipeline does by itself.')
    .requiredOption('-p, --project <name>', 'the project')
    .requiredOption('--input <json>', 'what "stepmill delivery reference" has exported')
    .action(
      async ({
        assembly,
        project,
        input,
      }: {
        assembly: string;
        project: string;
        input: string;
      }) => {
        await trainReference(readPlan(assembly), project, { input, terminal });
      },
    );
}

function addReview(delivery: Command, terminal: Terminal): void {
  step(delivery, 'review', 'Say what would change in an environment, for whoever approves.')
    .requiredOption('--diff <file>', 'what "cdk diff" has printed')
    .action(async (options: StepOptions & { readonly diff: string }) => {
      const { assembly, environment, diff } = options;
      const plan = readPlan(assembly);
      const connection = await visit(plan, plan.first);
      const projects = await listProjects(connection, plan.first);
      const referenced = projects.filter(({ project }) => plan.references[project] !== undefined);
      const differences = await Promise.all(
        referenced.map((project) => compareReferences(connection, project)),
      );
      const summary = renderSummary(environment, {
        commit: findCommit(),
        changes: readChanges(readFileSync(diff, 'utf8')),
        images: await listImages(
          new ECRClient({ region: plan.pipeline.region }),
          plan,
          join(assembly, `assembly-${environment}`),
        ),
        differences: differences.filter((difference) => difference !== undefined),
      });
      exportVariable('SUMMARY', summary);
      exportVariable('LINK', await findReviewLink(plan, environment));
      terminal.print(summary);
    });
}

const WORKFLOW_FILE = '.github/workflows/delivery.yml';

function addGithub(delivery: Command, terminal: Terminal): void {
  withAssembly(delivery.command('github'))
    .description('Write the stages as a workflow of GitHub Actions.')
    .option('--output <file>', 'the file, or - for standard output', WORKFLOW_FILE)
    .action(({ assembly, output }: { readonly assembly: string; readonly output: string }) => {
      const plan = readPlan(assembly);
      if (!plan.trigger.isGithub) {
        throw new UserError(
          'No role of the app trusts GitHub, because the source in stepmill.config.ts is not { github: \'owner/repository\' }; nothing was written. Change it and run "npx cdk synth" first.',
        );
      }
      const text = renderGithubWorkflow(plan);
      if (output === '-') terminal.print(text);
      else writeWorkflow(output, text, terminal);
    });
}

function addBootstrap(delivery: Command, terminal: Terminal): void {
  step(
    delivery,
    'bootstrap',
    'Print the commands that bootstrap the account of an environment without AdministratorAccess.',
  ).action(({ assembly, environment }: StepOptions) => {
    const plan = readPlan(assembly);
    const { account, region } = findEnvironment(plan, environment);
    // A policy has one name in an account.
    const together = Object.keys(plan.environments).filter(
      (each) => plan.environments[each]?.account === account,
    );
    const { file, types } = writeBootstrap(assembly, together);
    const partition = partitionOf(region);
    const target = { account, region, partition, trusted: plan.pipeline.account };
    terminal.note(`Run these with credentials of an administrator of ${account}:`);
    for (const command of renderBootstrapCommands(types, target, file)) terminal.print(command);
  });
}
