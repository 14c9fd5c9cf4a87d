import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { App } from 'aws-cdk-lib';
import { Command } from 'commander';
import { visibleText } from '../../local/host/visible-text.ts';
import { addStacks } from '../app.ts';
import { loadApp } from '../project-files/load-app.ts';
import { CALLS, checkStack } from './check-app.ts';
import type { Place } from './place.ts';
import { readAssembly, type StackTemplate } from './read-assembly.ts';
import { type CheckResult, exitCodeOf, renderResult, renderSummary } from './report.ts';

/**
 * Entry of `npm run aws:check`: AWS itself checks the synthesized app, with the user's own credentials,
 * before anything is deployed. Nothing else in the repository uses these credentials.
 */
interface Options {
  readonly region?: string;
  readonly profile?: string;
  readonly assembly?: string;
  readonly context: Readonly<Record<string, string>>;
}

/** AWS's answers may quote text that others wrote. */
function print(text: string): void {
  console.log(visibleText(text));
}

/** TestState allows ten calls at once and some more each second. */
const ATTEMPTS = 10;

async function check(options: Options): Promise<void> {
  if (options.profile !== undefined) process.env['AWS_PROFILE'] = options.profile;
  print(
    `Lets AWS check the synthesized app. Nothing is deployed, written or started: the only calls are ${CALLS.join(', ')}.`,
  );
  const config = {
    maxAttempts: ATTEMPTS,
    retryMode: 'adaptive',
    ...regionOf(options),
    // A runtime on this machine has no host for each service.
    disableHostPrefix: process.env['AWS_ENDPOINT_URL'] !== undefined,
  } as const;
  const sts = new STSClient(config);
  const place = await findPlace(sts);
  print(`Account ${place.account}, region ${place.region}.\n`);
  const clients = {
    cloudformation: new CloudFormationClient(config),
    events: new EventBridgeClient(config),
    iam: new IAMClient(config),
    states: new SFNClient(config),
  };
  const results: CheckResult[] = [];
  for (const { stack, template, environment } of await readTemplates(options)) {
    // The stacks of other environments are checked as they would be in this account: nothing is looked up in theirs.
    await checkStack(clients, stack, template, { ...place, ...environment }, (result) => {
      results.push(result);
      print(renderResult(result));
    });
  }
  print(`\n${renderSummary(results)}`);
  process.exitCode = exitCodeOf(results);
}

/** The AWS CLI and boto3 read `AWS_DEFAULT_REGION`, the SDK for JavaScript does not. */
function regionOf({ region }: Options): { readonly region?: string } {
  const given = region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  return given === undefined ? {} : { region: given };
}

async function findPlace(sts: STSClient): Promise<Place> {
  const region = await sts.config.region();
  const { Account: account = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { account, partition: arn.split(':')[1] ?? 'aws', region };
}

/** The stacks of an assembly, or those of the app, synthesized now. */
async function readTemplates({ assembly, context }: Options): Promise<readonly StackTemplate[]> {
  if (assembly !== undefined) return readAssembly(assembly);
  const outdir = mkdtempSync(join(tmpdir(), 'stepmill-aws-check-'));
  try {
    const app = new App({ outdir, context: { ...readContext(), ...context } });
    const { projects, config } = await loadApp(process.cwd());
    addStacks(app, projects, { console: true, config });
    app.synth();
    return readAssembly(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The settings that `cdk` takes from its file. */
function readContext(): Readonly<Record<string, unknown>> {
  const settings = JSON.parse(readFileSync('cdk.json', 'utf8')) as {
    readonly context?: Readonly<Record<string, unknown>>;
  };
  return settings.context ?? {};
}

function addContext(setting: string, others: Readonly<Record<string, string>>) {
  const [name = '', ...value] = setting.split('=');
  return { ...others, [name]: value.join('=') };
}

await new Command('aws:check')
  .description('Lets AWS check the synthesized app before it is deployed; only reads')
  .option('--region <region>', 'the region of the deployment. Default: the usual settings')
  .option('--profile <name>', 'a profile of ~/.aws/config. Default: the usual credentials')
  .option(
    '--assembly <folder>',
    'a synthesized app such as cdk.out. Default: the app is synthesized',
  )
  .option('-c, --context <name=value>', 'as for cdk; may be repeated', addContext, {})
  .action(check)
  .parseAsync()
  .catch((error: unknown) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    console.error(visibleText(`Nothing was checked: ${reason}`));
    process.exitCode = 2;
  });
