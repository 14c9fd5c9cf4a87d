import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { App } from 'aws-cdk-lib';
import type { Project } from '../../definition/index.ts';
import { nameConsoleStack } from '../../delivery/index.ts';
import { addStacks } from '../../infra/app.ts';
import { createScaledClock } from '../../local/host/clock.ts';
import { preparePythonEnvironment, silentLogger, startRuntime } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { removeFolder } from '../remove-folder.ts';
import { Slice } from '../slice/slice-runtime.ts';
import { until } from '../slice/until.ts';
import { type ApiAnswer, type ApiRequest, callApi } from './call-api.ts';
import { addPerson, type Person, type SignInConfig, signIn, type Tokens } from './sign-in.ts';

const PYTHON_FOLDER = '.stepmill/python';
/** By default a minute on AWS takes a second of real time. */
const SPEED = 60;

/** A runtime with a project and the console, called through the address of its distribution. */
export interface ApiRuntime {
  readonly slice: Slice;
  /** Of the runtime. */
  readonly endpoint: string;
  /** Of the distribution: the site, and the API below /api. */
  readonly site: string;
  /** What the site's own config.json says. */
  readonly config: SignInConfig;
  readonly clientConfig: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Of the console's stack. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly call: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly tokensOf: (person: Person) => Promise<Tokens>;
  /**
   * Waits until a version is live and no promotion runs. It asks AWS, because each call of the API's function
   * holds the clock.
   */
  readonly settled: (version: number) => Promise<void>;
  /** Lets the runtime's clock jump. */
  readonly advance: (milliseconds: number) => void;
  readonly close: () => Promise<void>;
}

/** @param speed of the runtime's clock */
export async function startApi(
  project: Project = abalone,
  speed: number = SPEED,
): Promise<ApiRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-api-'));
  const assembly = await synthesize(join(folder, 'assembly'), project);
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  const clock = createJumpingClock(speed);
  const runtime = await startRuntime({
    stateFolder: join(folder, 'state'),
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    clock,
    signIn: true,
    assembly,
    logger: silentLogger,
  });
  const { endpoint } = runtime;
  const site = runtime.sites()[0]?.address ?? '';
  const config = (await (await fetch(`${site}/config.json`)).json()) as SignInConfig;
  const clientConfig = {
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const outputs = await readOutputs(clientConfig);
  const tokensOf = createTokens(config, `${site}/signed-in`, {
    cognito: new CognitoIdentityProviderClient(clientConfig),
    poolId: outputs['UserPoolId'] ?? '',
    now: clock.now,
  });
  const slice = await Slice.at(endpoint);
  return {
    slice,
    settled: (version) => settle(slice, version),
    endpoint,
    site,
    config,
    clientConfig,
    outputs,
    tokensOf,
    call: async (request) =>
      callApi(
        site,
        request,
        request.person === undefined ? undefined : (await tokensOf(request.person)).access_token,
      ),
    advance: clock.advance,
    async close() {
      await runtime.stop();
      clock.stop();
      await removeFolder(folder);
    },
  };
}

/** Synthesizes as `cdk synth` does, with the settings of `cdk.json`. */
async function synthesize(outdir: string, project: Project): Promise<string> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({ context: { ...context, console: 'true' }, outdir });
  addStacks(app, [project]);
  app.synth();
  return outdir;
}

/** The clock of a runtime, in which hours pass at once where a test says so. */
function createJumpingClock(speed: number) {
  const clock = createScaledClock(speed);
  let offset = 0;
  return {
    runs: true,
    now: () => clock.now() + offset,
    setTimer: (...timer: Parameters<typeof clock.setTimer>) => clock.setTimer(...timer),
    hold: () => clock.hold(),
    advance: (milliseconds: number) => void (offset += milliseconds),
    stop: () => clock.stop(),
  };
}

async function readOutputs(
  clientConfig: ApiRuntime['clientConfig'],
): Promise<Record<string, string>> {
  const { Stacks: [stack] = [] } = await new CloudFormationClient(clientConfig).send(
    new DescribeStacksCommand({ StackName: nameConsoleStack('dev') }),
  );
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

/** Tokens are valid for an hour of the runtime's clock, which waits can let pass in a minute. */
const RENEWED_AFTER_MS = 1_800_000;

interface Pool {
  readonly cognito: CognitoIdentityProviderClient;
  readonly poolId: string;
  readonly now: () => number;
}

/** Gives people tokens: adds them to the pool when they come first. */
function createTokens(config: SignInConfig, callback: string, { cognito, poolId, now }: Pool) {
  const added = new Map<string, Promise<void>>();
  const known = new Map<string, { readonly tokens: Promise<Tokens>; readonly at: number }>();
  return async (person: Person): Promise<Tokens> => {
    const { name, scopes } = person;
    if (!added.has(name)) added.set(name, addPerson(cognito, poolId, person));
    await added.get(name);
    const key = `${name} ${scopes.join(' ')}`;
    const former = known.get(key);
    if (former !== undefined && now() - former.at < RENEWED_AFTER_MS) return former.tokens;
    const tokens = signIn(config, callback, person);
    known.set(key, { tokens, at: now() });
    return tokens;
  };
}

async function settle({ connection, project }: Slice, version: number): Promise<void> {
  await until(`Version ${version} is live`, async () => {
    const { EndpointStatus, EndpointConfigName } = await connection.sagemaker
      .send(new DescribeEndpointCommand({ EndpointName: project.endpointName }))
      .catch((): Partial<DescribeEndpointCommandOutput> => ({}));
    const isLive = EndpointConfigName?.startsWith(`${project.endpointName}-v${version}-`) === true;
    return (isLive && EndpointStatus === 'InService') || undefined;
  });
  await until('No promotion runs', async () => {
    const { executions = [] } = await connection.states.send(
      new ListExecutionsCommand({
        stateMachineArn: project.promotionStateMachineArn,
        statusFilter: 'RUNNING',
      }),
    );
    return executions.length === 0 || undefined;
  });
}
