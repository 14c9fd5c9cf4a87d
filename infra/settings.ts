import { Annotations, type App } from 'aws-cdk-lib';
import * as z from 'zod';
import {
  defineProject,
  ENCRYPTIONS,
  type Encryption,
  findMeant,
  type Project,
  ProjectError,
  type WorkflowRollout,
} from '../definition/index.ts';
import { DEFAULT_ENVIRONMENT } from '../workflows/index.ts';
import { type ComputeSetting, computeSettingSchema, withCompute } from './compute-setting.ts';
import { type JobNetworkSetting, jobNetworkSchema } from './job-network.ts';
import { notifySchema, type Subscriber } from './notify.ts';
import { originsSchema } from './origins.ts';
import { workflowRolloutSettingSchema } from './releases/rollout-setting.ts';
import { decideRetention, findRetentionMistakes } from './retention.ts';
import { SettingsError } from './settings-error.ts';

/** Blocks of a project's definition that an environment may change. */
const BLOCKS = ['serving', 'monitoring', 'retraining'] as const;
type Block = (typeof BLOCKS)[number];

function blocksSchema(block: Block, example: string) {
  return z
    .record(z.string(), z.record(z.string(), z.unknown(), 'an object of settings'), {
      error: `settings of ${block} by project; on the command line as JSON, for example '${example}'`,
    })
    .default({});
}

/** What `cdk -c name=value`, or `context` in `cdk.json`, may set. The messages complete "must be …". */
const shape = {
  environment: z
    .string('text, for example staging')
    .regex(
      /^[a-z][a-z0-9]{0,11}$/,
      'at most 12 lower-case letters and digits, beginning with a letter, for example staging',
    )
    .default(DEFAULT_ENVIRONMENT),
  /** Whether the data and the models are kept when the stack is deleted. @default in production environments only */
  retain: z.stringbool('true or false').optional(),
  /** The environment whose data may be deleted with its stack, although it is production. */
  destroyData: z.string('the name of an environment').optional(),
  /** Who is notified: mail addresses and https addresses with commas between them. */
  notify: notifySchema,
  commit: z
    .string('a commit id in quotes')
    .regex(/^[0-9a-f]{7,40}$/, 'a commit id: 7 to 40 lower-case hexadecimal digits')
    .optional(),
  /** Whether the HTTP API and the console are deployed. */
  console: z.stringbool('true or false').default(true),
  /** Pages beside the console's own that may call the API: https addresses with commas between them. */
  origins: originsSchema,
  /** Whether CloudTrail records who reads and writes the data of the projects. */
  auditTrail: z.stringbool('true or false').default(false),
  /** What encrypts the objects of the projects. */
  encryption: z.enum(ENCRYPTIONS, 's3 or kms').default('s3'),
  /** The network of tasks on Fargate. */
  jobNetwork: jobNetworkSchema,
  /** How changed definitions of workflows take over. */
  workflowRollout: workflowRolloutSettingSchema,
  /** By project: the settings of these blocks that differ from its definition, such as the rollout. */
  serving: blocksSchema('serving', '{"abalone":{"instanceCount":2}}'),
  monitoring: blocksSchema('monitoring', '{"abalone":{"windowHours":6}}'),
  retraining: blocksSchema('retraining', '{"abalone":{"maximumPerMonth":2}}'),
  /** Where trainings run, in place of what the projects say. */
  compute: computeSettingSchema,
};

const settingsSchema = z.object(shape);
const retentionSchema = settingsSchema.pick({ environment: true, retain: true, destroyData: true });
const computeSchema = settingsSchema.pick({ compute: true });
const blockSettingsSchema = settingsSchema.pick({
  serving: true,
  monitoring: true,
  retraining: true,
});

type Name = keyof typeof shape;
export const SETTING_NAMES = Object.keys(shape) as readonly Name[];
/** Values that nothing has judged yet. */
export type Given = Readonly<Record<Name, unknown>>;

/** The settings that the stacks of a deployment share, and their projects with this environment's settings of them. */
export interface Settings {
  readonly environment: string;
  readonly retain: boolean;
  readonly notify: readonly Subscriber[];
  /** Whether the HTTP API and the console are deployed. */
  readonly console: boolean;
  /** Pages beside the console's own that may call the API. */
  readonly origins: readonly string[];
  /** Whether CloudTrail records who reads and writes the data of the projects. */
  readonly auditTrail: boolean;
  readonly commit?: string | undefined;
  readonly encryption: Encryption;
  /** The network of tasks on Fargate. */
  readonly jobNetwork: JobNetworkSetting;
  /** How changed definitions of workflows take over. */
  readonly workflowRollout: WorkflowRollout;
  readonly projects: readonly Project[];
}

/**
 * Reads the app's context, and reports what in it is not a setting.
 *
 * @throws SettingsError naming every mistake: setting, rule, the value got, what to change
 */
export function readSettings(app: App, all: readonly Project[]): Settings {
  reportUnknownNames(app);
  return parseSettings(readContext(app), all, findUnknownNames(app.node.getAllContext()));
}

/** Reports names in the context that resemble no setting. */
export function reportUnknownNames(app: App): void {
  for (const name of findUnknownNames(app.node.getAllContext())) {
    if (findMeant(name, SETTING_NAMES) !== undefined) continue;
    Annotations.of(app).addInfo(
      `-c ${name} is not a setting of Stepmill and changes nothing. The settings are ${SETTING_NAMES.join(', ')}.`,
    );
  }
}

/** The settings in the app's context as they were given. */
export function readContext(app: App): Given {
  return {
    environment: app.node.tryGetContext('environment'),
    retain: app.node.tryGetContext('retain')?.toString(),
    destroyData: app.node.tryGetContext('destroyData'),
    notify: app.node.tryGetContext('notify'),
    console: app.node.tryGetContext('console')?.toString(),
    origins: app.node.tryGetContext('origins'),
    auditTrail: app.node.tryGetContext('auditTrail')?.toString(),
    commit: app.node.tryGetContext('commit'),
    encryption: app.node.tryGetContext('encryption'),
    jobNetwork: parseSetting(app.node.tryGetContext('jobNetwork')),
    workflowRollout: parseSetting(app.node.tryGetContext('workflowRollout')),
    serving: parseSetting(app.node.tryGetContext('serving')),
    compute: parseSetting(app.node.tryGetContext('compute')),
    monitoring: parseSetting(app.node.tryGetContext('monitoring')),
    retraining: parseSetting(app.node.tryGetContext('retraining')),
  };
}

/**
 * @param unknown names beside the settings
 * @throws SettingsError naming every mistake
 */
export function parseSettings(
  given: Given,
  all: readonly Project[],
  unknown: readonly string[] = [],
): Settings {
  const result = settingsSchema.safeParse(given);
  const mistakes = [
    ...unknown.flatMap(describeMisspelling),
    ...(result.error?.issues.map((issue) => describeIssue(issue, given)) ?? []),
    ...findRetentionMistakesOf(given),
    ...findBlockMistakes(given, all),
    ...findComputeMistakes(given, all),
  ];
  if (mistakes.length > 0 || !result.success) throw new SettingsError(mistakes);
  const { environment, notify, console, origins, auditTrail, commit } = result.data;
  const { encryption, jobNetwork, workflowRollout, compute } = result.data;
  return {
    environment,
    retain: decideRetention(result.data),
    notify,
    console,
    origins,
    auditTrail,
    commit,
    encryption,
    jobNetwork,
    workflowRollout,
    projects: all.map((project) =>
      withCompute(changeBlocks(project, changesOf(project, result.data)), compute),
    ),
  };
}

/** The command line gives text where `cdk.json` gives an object. */
function parseSetting(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Names of the CDK itself: feature flags, `aws:cdk:…`, what lookups found (`vpc-provider:account=…`). */
const CDK_NAME = /^@|:/;
/** Names without a prefix: the settings of `cdk acknowledge` and `cdk cli-telemetry`. */
const cdkNames: ReadonlySet<string> = new Set(['acknowledged-issue-numbers', 'cli-telemetry']);

/** Names in a context that are neither settings nor the CDK's. */
export function findUnknownNames(context: Readonly<Record<string, unknown>>): string[] {
  const known: ReadonlySet<string> = new Set([...SETTING_NAMES, ...cdkNames]);
  return Object.keys(context).filter((name) => !known.has(name) && !CDK_NAME.test(name));
}

/** Deploying the default environment instead of the intended one would do damage. */
function describeMisspelling(name: string): string[] {
  const meant = findMeant(name, SETTING_NAMES);
  return meant === undefined
    ? []
    : [`-c ${name}: is not a setting of Stepmill. Did you mean -c ${meant}?`];
}

const LONGEST_VALUE_CHARACTERS = 80;

function describeIssue({ path, message, code }: z.core.$ZodIssue, given: Given): string {
  const [name, project] = path as unknown as readonly [Name, string?];
  // Our own messages are sentences that name the value.
  if (code === 'custom') return `-c ${name}: ${message}.`;
  const value = project === undefined ? given[name] : Reflect.get(given[name] as object, project);
  const place = project === undefined ? '' : `${project}: `;
  const text = JSON.stringify(value) ?? typeof value;
  const got =
    text.length > LONGEST_VALUE_CHARACTERS ? `${text.slice(0, LONGEST_VALUE_CHARACTERS)}…` : text;
  return `-c ${name}: ${place}must be ${message}; got ${got}.`;
}

function findRetentionMistakesOf(given: Given): readonly string[] {
  const { data } = retentionSchema.safeParse(given);
  return data === undefined ? [] : findRetentionMistakes(data);
}

/** The settings of each block that an environment changes, by project. */
type BlockSettings = Readonly<Record<Block, z.output<(typeof shape)[Block]>>>;

function findBlockMistakes(given: Given, all: readonly Project[]): string[] {
  const { data } = blockSettingsSchema.safeParse(given);
  if (data === undefined) return [];
  return [
    ...BLOCKS.flatMap((block) => findUnknownProjects(block, Object.keys(data[block]), all)),
    ...all.flatMap((project) => findMistakesOfBlocks(project, data)),
  ];
}

/** The blocks of a project are judged together, because `retraining` needs something of the others. */
function findMistakesOfBlocks(project: Project, settings: BlockSettings): string[] {
  const changes = changesOf(project, settings);
  const [first = 'serving', ...others] = BLOCKS.filter((block) => changes[block] !== undefined);
  return findMistakesOf(
    project,
    () => changeBlocks(project, changes),
    (mistake) => others.find((block) => mistake.startsWith(block)) ?? first,
  );
}

function findComputeMistakes(given: Given, all: readonly Project[]): string[] {
  const compute: ComputeSetting = computeSchema.safeParse(given).data?.compute;
  return [
    ...findUnknownProjects('compute', typeof compute === 'object' ? Object.keys(compute) : [], all),
    ...all.flatMap((project) =>
      findMistakesOf(
        project,
        () => withCompute(project, compute),
        () => 'compute',
      ),
    ),
  ];
}

function findUnknownProjects(
  setting: Name,
  names: readonly string[],
  all: readonly Project[],
): string[] {
  const there = all.map((each) => each.name);
  return names
    .filter((name) => !there.includes(name))
    .map(
      (name) =>
        `-c ${setting}: there is no project ${JSON.stringify(name)}; the projects are ${there.join(', ')}.`,
    );
}

/** @param settingOf the setting that a mistake comes from */
function findMistakesOf(
  project: Project,
  change: () => Project,
  settingOf: (mistake: string) => Name,
): string[] {
  try {
    change();
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes.map((mistake) => `-c ${settingOf(mistake)}: ${project.name}: ${mistake}`);
  }
}

type BlockChanges = Partial<Readonly<Record<Block, Readonly<Record<string, unknown>>>>>;

function changesOf({ name }: Project, settings: BlockSettings): BlockChanges {
  return Object.fromEntries(
    BLOCKS.flatMap((block) => {
      const changes = settings[block][name];
      return changes === undefined ? [] : [[block, changes]];
    }),
  );
}

/** @throws ProjectError naming every mistake of the changed project */
function changeBlocks(project: Project, changes: BlockChanges): Project {
  const blocks = Object.entries(changes) as (readonly [Block, object])[];
  if (blocks.length === 0) return project;
  return defineProject({
    ...project,
    ...Object.fromEntries(
      blocks.map(([block, settings]) => [
        block,
        { ...baseOf(project, block, settings), ...settings },
      ]),
    ),
  });
}

/** What the settings of an environment are added to: with another type of serving, what all types have. */
function baseOf(project: Project, block: Block, settings: object): object | undefined {
  const type: unknown = Reflect.get(settings, 'type');
  const { serving } = project;
  if (block !== 'serving' || type === undefined || type === serving.type) return project[block];
  const { keepPrevious, gatherSeconds, pollSeconds } = serving;
  return { keepPrevious, gatherSeconds, pollSeconds };
}
