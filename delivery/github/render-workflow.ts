import { stringify } from 'yaml';
import { nameStepRole } from '../names.ts';
import {
  type BuildStep,
  type DeliveryPlan,
  listBuildSteps,
  type Stage,
  type TrainingStep,
  type Window,
} from '../plan.ts';
import { partitionOf } from '../plan-delivery.ts';
import { ACTIONS } from './actions.ts';

type Job = Readonly<Record<string, unknown>>;
type JobStep = Readonly<Record<string, unknown>>;

const HEAD = `# Made from stepmill.config.ts by "npx stepmill delivery github". Do not edit: generate it again.
# Environments with required reviewers hold their deployments until one of them approves: Settings, Environments.
`;

/** As the build projects of CodeBuild have them. */
const NODE_VERSION = '22';
const PYTHON_VERSION = '3.12';
const SECONDS_OF_ROLE = 7_200;

/**
 * The stages as a workflow of GitHub Actions. Its jobs have no keys: each takes on the role of its step by its token.
 *
 * @returns YAML, the content of a file in `.github/workflows`
 */
export function renderGithubWorkflow(plan: DeliveryPlan): string {
  const jobs = new Map<string, Job>();
  let before: readonly string[] = [];
  for (const stage of plan.stages) before = addStage(jobs, { plan, stage, before });
  const workflow = {
    name: 'Delivery',
    on: { push: renderPush(plan), workflow_dispatch: {} },
    permissions: { contents: 'read' },
    // A later commit waits: it neither overtakes an approved one nor deploys at the same time.
    concurrency: { group: 'delivery', 'cancel-in-progress': false },
    env: { AWS_REGION: plan.pipeline.region },
    jobs: Object.fromEntries(jobs),
  };
  const text = stringify(workflow, { lineWidth: 0, aliasDuplicateObjects: false });
  return `${HEAD}${nameVersions(text)}`;
}

function renderUse(action: keyof typeof ACTIONS): string {
  return `${action}@${ACTIONS[action].commit}`;
}

/** People, and programs that raise versions, read the version behind the commit. */
function nameVersions(text: string): string {
  return Object.entries(ACTIONS).reduce(
    (named, [action, { commit, version }]) =>
      named.replaceAll(`${action}@${commit}`, (use) => `${use} # ${version}`),
    text,
  );
}

function renderPush({ trigger: { branch, tags, includes, excludes } }: DeliveryPlan) {
  if (tags !== undefined) return { tags };
  // GitHub takes one of both lists; in `paths`, an exclamation mark excludes.
  return includes === undefined
    ? { branches: [branch], 'paths-ignore': excludes }
    : { branches: [branch], paths: [...includes, ...excludes.map((path) => `!${path}`)] };
}

interface StageParts {
  readonly plan: DeliveryPlan;
  readonly stage: Stage;
  /** The jobs that must have succeeded. */
  readonly before: readonly string[];
}

/** @returns the jobs that end the stage */
function addStage(jobs: Map<string, Job>, { plan, stage, before }: StageParts): readonly string[] {
  const steps = [
    ...stage.steps.filter((step) => step.kind !== 'approval'),
    ...(stage.watch === undefined ? [] : [{ ...stage.watch, order: Number.MAX_SAFE_INTEGER }]),
  ];
  let needs = before;
  for (const order of [...new Set(steps.map((step) => step.order))].sort(
    (one, other) => one - other,
  )) {
    const together = steps.filter((step) => step.order === order);
    for (const step of together) {
      jobs.set(
        nameJob(step.name),
        step.kind === 'build'
          ? renderBuild(plan, step, { needs, window: stage.window })
          : renderTraining(plan, step, needs),
      );
    }
    needs = together.map(({ name }) => nameJob(name));
  }
  return needs;
}

function nameJob(step: string): string {
  return step.toLowerCase();
}

function renderBuild(
  plan: DeliveryPlan,
  step: BuildStep,
  { needs, window }: { readonly needs: readonly string[]; readonly window: Window | undefined },
): Job {
  const deploys = step.access === 'deploy';
  return {
    ...renderHead(step, needs),
    ...(deploys && step.environment !== undefined ? { environment: step.environment } : {}),
    ...renderAccess(step.access !== 'none'),
    ...(step.exports.length === 0
      ? {}
      : {
          outputs: Object.fromEntries(
            step.exports.map((name) => [name, `\${{ steps.run.outputs.${name} }}`]),
          ),
        }),
    steps: [
      ...(deploys && window !== undefined ? [renderWindow(window)] : []),
      ...renderSetUp(plan, step),
      {
        name: step.what,
        id: 'run',
        run: step.commands.join('\n'),
        env: { COMMIT: '${{ github.sha }}' },
      },
      ...(step.exports.includes('SUMMARY') ? [showSummary] : []),
      ...renderUploads(step),
    ],
  };
}

function renderTraining(plan: DeliveryPlan, step: TrainingStep, needs: readonly string[]): Job {
  const prepared = nameJob(step.prepared);
  const build = listBuildSteps(plan).find(({ name }) => name === step.prepared);
  return {
    ...renderHead({ ...step, processor: 'arm64', minutes: 24 * 60 }, [
      ...new Set([...needs, prepared]),
    ]),
    ...renderAccess(true),
    steps: [
      ...renderSetUp(plan, { ...step, inputs: ['Source', 'Assembly'], access: 'visit' }),
      {
        name: step.what,
        run: [
          build?.commands[0] ?? 'npm ci',
          `npx stepmill delivery train --project ${step.project} --input "$INPUT"`,
        ].join('\n'),
        // A variable of the shell: what a file is called is no part of the command.
        env: { INPUT: `\${{ needs.${prepared}.outputs.${step.variable} }}` },
      },
    ],
  };
}

function renderHead(
  { name, processor, minutes }: Pick<BuildStep, 'name' | 'processor' | 'minutes'>,
  needs: readonly string[],
): Job {
  return {
    name,
    ...(needs.length === 0 ? {} : { needs: [...needs] }),
    'runs-on': processor === 'arm64' ? 'ubuntu-24.04-arm' : 'ubuntu-24.04',
    // GitHub ends a job after six hours.
    'timeout-minutes': Math.min(minutes, 360),
  };
}

/** The token with which a job takes on its role. */
function renderAccess(isNeeded: boolean): Job {
  return isNeeded ? { permissions: { contents: 'read', 'id-token': 'write' } } : {};
}

function renderSetUp(
  { pipeline: { account, region } }: DeliveryPlan,
  { name, inputs, access }: Pick<BuildStep, 'name' | 'inputs' | 'access'>,
): JobStep[] {
  const role = `arn:${partitionOf(region)}:iam::${account}:role/${nameStepRole(name)}`;
  return [
    { uses: renderUse('actions/checkout'), with: { 'persist-credentials': false } },
    { uses: renderUse('actions/setup-node'), with: { 'node-version': NODE_VERSION, cache: 'npm' } },
    { uses: renderUse('actions/setup-python'), with: { 'python-version': PYTHON_VERSION } },
    ...(inputs.includes('Assembly')
      ? [
          {
            uses: renderUse('actions/download-artifact'),
            with: { name: 'Assembly', path: 'cdk.out' },
          },
        ]
      : []),
    ...(access === 'none'
      ? []
      : [
          {
            uses: renderUse('aws-actions/configure-aws-credentials'),
            with: {
              'role-to-assume': role,
              'aws-region': region,
              'role-duration-seconds': SECONDS_OF_ROLE,
              'role-skip-session-tagging': true,
            },
          },
        ]),
  ];
}

/** The person who approves reads it on the page of the run. */
const showSummary: JobStep = {
  name: 'Show what would change',
  run: [
    '{',
    "  cat .stepmill/delivery/SUMMARY; echo; echo '```'",
    "  cat .stepmill/delivery/diff.txt; echo '```'",
    '} >> "$GITHUB_STEP_SUMMARY"',
  ].join('\n'),
};

/** GitHub has no windows for deployments. */
function renderWindow({ days, fromHour, untilHour, timeZone }: Window): JobStep {
  const words = `${days.join(', ')} from ${fromHour} to ${untilHour} o'clock, ${timeZone}`;
  return {
    name: 'Is it in the deployment window?',
    env: { TZ: timeZone, LC_ALL: 'C' },
    run: [
      'day="$(date +%a | tr a-z A-Z)"',
      'hour="$(date +%-H)"',
      `if [[ " ${days.join(' ')} " != *" $day "* ]] || (( hour < ${fromHour} || hour >= ${untilHour} )); then`,
      `  echo "It is $day, $hour o'clock; the window is ${words}. Nothing was deployed: run this job again then."`,
      '  exit 1',
      'fi',
    ].join('\n'),
  };
}

function renderUploads({ output, reports }: BuildStep): JobStep[] {
  return [
    ...(output === undefined
      ? []
      : [
          {
            uses: renderUse('actions/upload-artifact'),
            with: {
              name: output,
              path: 'cdk.out',
              'if-no-files-found': 'error',
              // The sources of an image have some, such as .dockerignore: https://github.com/actions/upload-artifact/issues/602
              'include-hidden-files': true,
            },
          },
        ]),
    ...(reports.length === 0
      ? []
      : [
          {
            if: 'always()',
            uses: renderUse('actions/upload-artifact'),
            with: { name: 'reports', path: reports.join('\n'), 'if-no-files-found': 'ignore' },
          },
        ]),
  ];
}
