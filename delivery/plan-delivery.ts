import { nameReferenceRole, nameRepository, nameVisitRole } from './names.ts';
import type { ApprovalStep, BuildStep, DeliveryPlan, Place, Stage, Step, Window } from './plan.ts';

/** An environment, as far as its delivery depends on it. */
export interface DeliveredEnvironment extends Place {
  readonly promotesTo?: string | undefined;
  /** Whether a person approves each deployment. */
  readonly approval: boolean;
  /** @default true */
  readonly console?: boolean | undefined;
  readonly window?: Window | undefined;
}

/** A project of the app. */
export interface DeliveredProject {
  readonly name: string;
  /** The name of its training state machine in an environment. */
  readonly trainingIn: (environment: string) => string;
}

/** Which pushes are delivered. */
interface DeliveredSource {
  /** Of a repository whose stages GitHub's own workflow runs. */
  readonly github?: string | undefined;
  readonly branch: string;
  readonly tags?: readonly string[] | undefined;
  readonly paths?:
    | {
        readonly includes?: readonly string[] | undefined;
        readonly excludes?: readonly string[] | undefined;
      }
    | undefined;
}

/** Changes of documentation alone are not delivered. */
const DOCUMENTATION = ['docs/**', '**/*.md'];

function describeTrigger({
  github,
  branch,
  tags,
  paths,
}: DeliveredSource): DeliveryPlan['trigger'] {
  const { includes, excludes = DOCUMENTATION } = paths ?? {};
  return {
    isGithub: github !== undefined,
    branch,
    ...(tags === undefined ? {} : { tags: [...tags] }),
    ...(includes === undefined ? {} : { includes: [...includes] }),
    excludes: [...excludes],
  };
}

/** What the block `pipeline` of `stepmill.config.ts` says of the steps. */
export interface DeliverySettings extends Place {
  /** Installs what the other commands need. */
  readonly install: string;
  readonly checks: readonly string[];
  readonly reports: readonly string[];
  /** By project: a file of the repository on which each commit trains before it leaves the first environment. */
  readonly references: Readonly<Record<string, string>>;
  readonly refusedSeverities: readonly string[];
  /** For how long alarms are watched after a deployment. */
  readonly bakeMinutes: number;
  readonly source: DeliveredSource;
}

export interface DeliveryInput {
  readonly environments: Readonly<Record<string, DeliveredEnvironment>>;
  readonly pipeline: DeliverySettings;
  readonly projects: readonly DeliveredProject[];
  /** The names of the images that the app may have. */
  readonly images: readonly string[];
}

/** What commits go through until they are in production: the one list that CodePipeline and GitHub's workflow are made from. */
export function planDelivery(input: DeliveryInput): DeliveryPlan {
  const { environments, pipeline, projects, images } = input;
  const order = orderEnvironments(environments);
  const [first = ''] = order;
  return {
    pipeline: { account: pipeline.account, region: pipeline.region },
    projects: projects.map(({ name }) => name),
    first,
    environments: Object.fromEntries(
      order.map((name) => [name, describeEnvironment(name, input)] as const),
    ),
    stages: [
      check(pipeline),
      ...(images.length === 0 ? [] : [buildImages(pipeline)]),
      ...order.flatMap((name) => {
        const environment = environments[name];
        if (environment === undefined) return [];
        return [
          ...(environment.approval ? [approve(name, pipeline)] : []),
          deploy(name, environment, input),
          ...(name === first ? trainReferences(name, pipeline, projects) : []),
        ];
      }),
    ],
    images: images.map((name) => ({ name, repository: nameRepository(name) })),
    trigger: describeTrigger(pipeline.source),
    refusedSeverities: [...pipeline.refusedSeverities],
    references: { ...pipeline.references },
  };
}

function describeEnvironment(
  name: string,
  { environments }: DeliveryInput,
): DeliveryPlan['environments'][string] {
  const { account = '', region = '', console = true } = environments[name] ?? {};
  const roles = `arn:${partitionOf(region)}:iam::${account}:role`;
  return {
    account,
    region,
    visitRole: `${roles}/${nameVisitRole(name)}`,
    referenceRole: `${roles}/${nameReferenceRole(name)}`,
    hasConsole: console,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Every environment after the one that promotes to it. */
function orderEnvironments(
  environments: Readonly<Record<string, DeliveredEnvironment>>,
): readonly string[] {
  const targets = new Set(Object.values(environments).map(({ promotesTo }) => promotesTo));
  const order: string[] = [];
  for (const root of Object.keys(environments).filter((name) => !targets.has(name))) {
    for (let at: string | undefined = root; at !== undefined; at = environments[at]?.promotesTo) {
      order.push(at);
    }
  }
  return order;
}

type Given = Pick<BuildStep, 'name' | 'what' | 'commands' | 'access'> & Partial<BuildStep>;

/** A step that runs commands beside the repository's files and the synthesized app. */
function build(given: Given): BuildStep {
  return {
    kind: 'build',
    order: 1,
    inputs: ['Source', 'Assembly'],
    exports: [],
    reports: [],
    buildsImages: false,
    processor: 'arm64',
    minutes: 60,
    ...given,
  };
}

function check({ install, checks, reports }: DeliverySettings): Stage {
  return {
    name: 'Check',
    steps: [
      build({
        name: 'Check',
        what: "Runs the repository's own checks and tests",
        access: 'none',
        inputs: ['Source'],
        commands: [install, ...checks],
        reports: [...reports],
        // The processor of SageMaker's machines, so that models of tests have the same figures.
        processor: 'x86_64',
      }),
      build({
        name: 'Synthesize',
        what: 'Synthesizes the app once; every environment is deployed from it',
        access: 'none',
        inputs: ['Source'],
        output: 'Assembly',
        commands: [install, 'npx cdk synth --quiet --context commit="$COMMIT"'],
        minutes: 20,
      }),
    ],
  };
}

function buildImages({ install }: DeliverySettings): Stage {
  return {
    name: 'Images',
    steps: [
      build({
        name: 'Images',
        what: 'Builds the images whose sources have changed, and refuses those with severe findings',
        access: 'images',
        commands: [install, 'npx stepmill delivery images --build'],
        buildsImages: true,
        // That of the images.
        processor: 'x86_64',
      }),
    ],
  };
}

function deploy(name: string, environment: DeliveredEnvironment, input: DeliveryInput): Stage {
  const { pipeline, images } = input;
  return {
    name: `Deploy-${name}`,
    deploysTo: name,
    ...(environment.window === undefined ? {} : { window: environment.window }),
    watch: build({
      name: `Watch-${name}`,
      what: `Watches the alarms of ${name} for ${pipeline.bakeMinutes} minutes`,
      environment: name,
      access: 'visit',
      commands: [
        pipeline.install,
        `npx stepmill delivery watch --environment ${name} --minutes ${pipeline.bakeMinutes}`,
      ],
      minutes: pipeline.bakeMinutes + 30,
    }),
    steps: [
      build({
        name: `Deploy-${name}`,
        what: `Deploys the app to ${name}, with the images that were built before`,
        environment: name,
        access: 'deploy',
        commands: [
          pipeline.install,
          ...(images.length > 0
            ? [`npx stepmill delivery images --promote --environment ${name}`]
            : []),
          `npx cdk deploy "${name}/*" --app cdk.out --require-approval never`,
        ],
        minutes: 120,
      }),
      build({
        name: `Smoke-${name}`,
        what: `Asks what was deployed to ${name} whether it answers`,
        environment: name,
        access: 'visit',
        order: 2,
        commands: [pipeline.install, `npx stepmill delivery smoke --environment ${name}`],
        minutes: 20,
      }),
    ],
  };
}

/** The name of the variable with the input of a project's reference training. */
function nameVariable(project: string): string {
  return `INPUT_${project.replaceAll('-', '_').toUpperCase()}`;
}

function trainReferences(
  environment: string,
  { install, references }: DeliverySettings,
  projects: readonly DeliveredProject[],
): Stage[] {
  const trained = projects.filter(({ name }) => references[name] !== undefined);
  if (trained.length === 0) return [];
  const prepare = build({
    name: 'Reference',
    what: `Stores the reference data in ${environment}`,
    environment,
    access: 'visit',
    commands: [install, `npx stepmill delivery reference --environment ${environment}`],
    exports: trained.map(({ name }) => nameVariable(name)),
    minutes: 20,
  });
  const trainings = trained.map(
    ({ name, trainingIn }): Step => ({
      kind: 'training',
      name: `Train-${name}`,
      what: `Trains ${name} on its reference data; a model below the gate stops the delivery`,
      environment,
      order: 2,
      project: name,
      stateMachine: trainingIn(environment),
      prepared: prepare.name,
      variable: nameVariable(name),
    }),
  );
  return [{ name: 'Train', steps: [prepare, ...trainings] }];
}

function approve(environment: string, { install }: DeliverySettings): Stage {
  const review = build({
    name: `Review-${environment}`,
    what: `Says what would change in ${environment}`,
    environment,
    access: 'review',
    commands: [
      install,
      'mkdir -p .stepmill/delivery',
      // Its own words explain a failure, so the log gets them first.
      `npx cdk diff "${environment}/*" --app cdk.out --no-change-set > .stepmill/delivery/diff.txt 2>&1 || { cat .stepmill/delivery/diff.txt; false; }`,
      'cat .stepmill/delivery/diff.txt',
      `npx stepmill delivery review --environment ${environment} --diff .stepmill/delivery/diff.txt`,
    ],
    exports: ['SUMMARY', 'LINK'],
    minutes: 20,
  });
  const approval: ApprovalStep = {
    kind: 'approval',
    name: `Approve-${environment}`,
    what: `A person decides whether ${environment} gets the change`,
    environment,
    order: 2,
    reviewed: review.name,
  };
  return { name: `Approve-${environment}`, steps: [review, approval] };
}
