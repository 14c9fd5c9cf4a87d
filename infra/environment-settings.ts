import type { App } from 'aws-cdk-lib';
import {
  type Config,
  computedSteps,
  type Environment,
  findCompute,
  leavesAccount,
  type Project,
} from '../definition/index.ts';
import type { Neighbor, NextNeighbor, SharedAlong } from './handover/neighbor.ts';
import { CONFIG_FILE } from './project-files/load-config.ts';
import {
  findUnknownNames,
  type Given,
  parseSettings,
  readContext,
  readSettings,
  reportUnknownNames,
  type Settings,
} from './settings.ts';
import { SettingsError } from './settings-error.ts';

/** An environment that is deployed. */
export interface Deployed {
  readonly settings: Settings;
  /** Undefined without a `stepmill.config.ts`: the account and the region of whoever deploys. */
  readonly place?: Neighbor;
  /** The environment whose approved models come here. */
  readonly from?: Neighbor;
  /** The environment to which models go that are approved here. */
  readonly to?: NextNeighbor;
  /** All environments before and after, where archives of models stay where they are. */
  readonly shared?: SharedAlong;
  /** What `stepmill.config.ts` says of it. */
  readonly declared?: Environment;
}

/**
 * The environments of an app, or the one that the context names, with the settings of each. The context stands above
 * `stepmill.config.ts`.
 *
 * @throws SettingsError naming every mistake of every environment
 */
export function readEnvironments(
  app: App,
  all: readonly Project[],
  config: Config | undefined,
): readonly Deployed[] {
  if (config === undefined) return [{ settings: readSettings(app, all) }];
  reportUnknownNames(app);
  const context = readContextSettings(app);
  const read = chooseEnvironments(context.given, config).map(([name, declared]) => {
    const result = readSettingsOf([name, declared], all, context, config);
    return 'settings' in result
      ? { ...result, declared, ...findNeighbors(name, config, context.given) }
      : result.mistakes;
  });
  const mistakes = new Set(read.flatMap((each) => ('settings' in each ? [] : each)));
  if (mistakes.size > 0) {
    throw new SettingsError(
      [...mistakes].map((each) => (isOfContext(each) ? each : `${CONFIG_FILE}: ${each}`)),
    );
  }
  return read.flatMap((each) => ('settings' in each ? [each] : []));
}

/** The settings of a context, and the names in it that are none. */
export interface ContextSettings {
  readonly given: Given;
  readonly unknown: readonly string[];
}

export function readContextSettings(app: App): ContextSettings {
  return { given: readContext(app), unknown: findUnknownNames(app.node.getAllContext()) };
}

/** A configuration, of which nothing but the environments is sound. */
interface JudgedConfig {
  readonly environments: Readonly<Record<string, Environment>>;
  readonly handover?: unknown;
}

/**
 * The mistakes in the settings of environments, those of the context among them; each begins with its `-c`, or with the path of
 * its field in `stepmill.config.ts`.
 */
export function judgeEnvironments(
  config: JudgedConfig,
  all: readonly Project[],
  context: ContextSettings,
): readonly string[] {
  const { environment: chosen } = context.given;
  const mistakes = Object.entries(config.environments)
    .filter(([name]) => chosen === undefined || chosen === name)
    .flatMap((each) => {
      const result = readSettingsOf(each, all, context, config);
      return 'settings' in result ? [] : result.mistakes;
    });
  return [...new Set(mistakes)];
}

/** Whether a mistake is in the context, and not in the file. */
export function isOfContext(mistake: string): boolean {
  return mistake.startsWith('-c ');
}

function readSettingsOf(
  [name, declared]: readonly [string, Environment],
  all: readonly Project[],
  { given, unknown }: ContextSettings,
  { environments, handover }: JudgedConfig,
): { readonly settings: Settings } | { readonly mistakes: readonly string[] } {
  const combined = combine(given, name, declared);
  const read = parseOrMistakes(combined, all, unknown);
  const projects = read.settings?.projects ?? (combined.compute === undefined ? all : []);
  const isUnreadable = combined.encryption === 's3' && leavesAccount(name, environments, handover);
  const mistakes = [...read.mistakes, ...(isUnreadable ? judgeEncryption(projects) : [])];
  if (read.settings !== undefined && mistakes.length === 0) return { settings: read.settings };
  return { mistakes: mistakes.map((mistake) => nameOrigin(mistake, name, given)) };
}

function parseOrMistakes(
  combined: Given,
  all: readonly Project[],
  unknown: readonly string[],
): { readonly settings?: Settings; readonly mistakes: readonly string[] } {
  try {
    return { settings: parseSettings(combined, all, unknown), mistakes: [] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error;
  }
}

/**
 * Of a bucket without a key of its own: SageMaker then writes results with `aws/s3`, whose policy nobody can change.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
 */
function judgeEncryption(projects: readonly Project[]): readonly string[] {
  const steps = Object.keys(computedSteps) as (keyof typeof computedSteps)[];
  const found = projects.filter((project) =>
    steps.some((step) => findCompute(project, step).type === 'sagemaker'),
  );
  if (found.length === 0) return [];
  const names = found.map(({ name }) => name).join(', ');
  return [
    `-c encryption: must be kms: models go to another account, which cannot read what SageMaker writes without a key of the bucket (compute of ${names}); remove it, or train on Lambda or Fargate; got "s3".`,
  ];
}

function chooseEnvironments(
  { environment: chosen }: Given,
  { environments }: Config,
): readonly (readonly [string, Environment])[] {
  const all = Object.entries(environments);
  if (chosen === undefined) return all;
  const found = all.filter(([name]) => name === chosen);
  if (found.length > 0) return found;
  throw new SettingsError([
    `-c environment: must be an environment of ${CONFIG_FILE}, which are ${Object.keys(environments).join(', ')}; got ${JSON.stringify(chosen)}.`,
  ]);
}

function findNeighbors(name: string, { environments, handover }: Config, given: Given) {
  const placeOf = (environment: string): Neighbor | undefined => {
    const found = environments[environment];
    if (found === undefined) return undefined;
    const { account, region } = found;
    const hasKey = (given.encryption ?? found.encryption) === 'kms';
    return { environment, account, region, hasKey };
  };
  const before = follow(name, (each) =>
    Object.keys(environments).find((other) => environments[other]?.promotesTo === each),
  );
  const after = follow(name, (each) => environments[each]?.promotesTo);
  const places = (names: readonly string[]) => names.flatMap((each) => placeOf(each) ?? []);
  const [place, [from], [to]] = [placeOf(name), places(before), places(after)];
  return {
    ...(place === undefined ? {} : { place }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined
      ? {}
      : { to: { ...to, approval: environments[to.environment]?.approval ?? true } }),
    ...(handover === 'share' ? { shared: { before: places(before), after: places(after) } } : {}),
  };
}

/** The environments on the way from one, the nearest first; the configuration has no circles. */
function follow(name: string, next: (name: string) => string | undefined): readonly string[] {
  const found = next(name);
  return found === undefined ? [] : [found, ...follow(found, next)];
}

/** Settings of projects, which the file and the context may both have. */
const PROJECT_SETTINGS = ['serving', 'monitoring', 'retraining'] as const;

function combine(given: Given, environment: string, declared: Environment): Given {
  const { retain, notify, console, origins, auditTrail, jobNetwork, compute } = declared;
  const { encryption, workflowRollout } = declared;
  const written = {
    retain: retain?.toString(),
    notify: notify.join(','),
    console: console?.toString(),
    origins: origins?.join(','),
    auditTrail: auditTrail?.toString(),
    encryption,
    jobNetwork,
    workflowRollout,
    compute,
  };
  const chosen = Object.entries(written).map(([name, value]) => {
    return [name, given[name as keyof typeof written] ?? value] as const;
  });
  const blocks = PROJECT_SETTINGS.map(
    (block) => [block, combineBlocks(declared[block], given[block])] as const,
  );
  return { ...given, environment, ...Object.fromEntries([...chosen, ...blocks]) };
}

type Blocks = Readonly<Record<string, unknown>>;

/** Setting by setting; with another type, a block of the context takes the place of the file's. */
function combineBlocks(written: Blocks, given: unknown): unknown {
  if (!isRecord(given)) return given ?? written;
  const combined = Object.entries(given).map(([project, block]) => {
    const before = written[project];
    const adds = isRecord(before) && isRecord(block) && !('type' in block);
    return [project, adds ? { ...before, ...block } : block] as const;
  });
  return { ...written, ...Object.fromEntries(combined) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mistake begins with the setting; where the context does not have it, it is the file's, and gets the path of the field. */
function nameOrigin(mistake: string, environment: string, given: Given): string {
  const [, name, rule = ''] = /^-c (\w+): (.*)$/s.exec(mistake) ?? [];
  if (name === undefined || given[name as keyof Given] !== undefined || !(name in given)) {
    return mistake;
  }
  const field = `environments.${environment}.${name}`;
  const [, unknown] = /^there is no project "([^"]+)"/.exec(rule) ?? [];
  if (unknown !== undefined) return `${field}.${unknown}: ${rule}`;
  const [, project, rest = ''] = /^([a-z][a-z0-9-]*): (.*)$/s.exec(rule) ?? [];
  if (project === undefined) return `${field}: ${rule}`;
  return rest.startsWith(`${name}.`)
    ? `${field}.${project}${rest.slice(name.length)}`
    : `${field}.${project}: ${rest}`;
}
