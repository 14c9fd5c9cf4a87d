import {
  DescribeStateMachineAliasCommand,
  ListStateMachineVersionsCommand,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn';
import { type ProjectParameter, startableWorkflow } from '../events/index.ts';
import type { Clients } from './clients.ts';
import { Refusal } from './refusal.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_VERSIONS = 1_000;
const ALL_PERCENT = 100;

/** A published definition of a workflow. */
export interface WorkflowVersion {
  readonly number: number;
  readonly createdAt: Date | undefined;
  /** The share of executions that start on it now. */
  readonly percent: number;
}

/** A version on which executions start. */
export type LiveVersion = Pick<WorkflowVersion, 'number' | 'percent'>;

export interface WorkflowRollback {
  /** @default the older of two versions that share the executions, or else the newest one before the live version */
  readonly to?: number | undefined;
  /** The share of executions that it gets, of 100. @default all */
  readonly percent?: number | undefined;
}

/** The state machines of a project that commands know, by the names of their workflows. */
function listWorkflows(project: ProjectParameter): Readonly<Record<string, string>> {
  const machines = {
    training: project.trainingStateMachineArn,
    promotion: project.promotionStateMachineArn,
    trial: project.trialStateMachineArn,
    scoring: project.scoring?.stateMachineArn,
    monitoring: project.monitoring?.stateMachineArn,
    retraining: project.retraining?.stateMachineArn,
  };
  return Object.fromEntries(
    Object.entries(machines).flatMap(([name, arn]) => (arn === undefined ? [] : [[name, arn]])),
  );
}

/**
 * The versions of a workflow, the newest first.
 *
 * @throws Refusal where the project has no such workflow, or was deployed before there were versions
 */
export async function listWorkflowVersions(
  { states }: Clients,
  project: ProjectParameter,
  workflow: string,
): Promise<readonly WorkflowVersion[]> {
  const { machineArn, aliasArn } = findWorkflow(project, workflow);
  const [{ stateMachineVersions = [] }, live] = await Promise.all([
    states.send(
      new ListStateMachineVersionsCommand({
        stateMachineArn: machineArn,
        maxResults: MOST_VERSIONS,
      }),
    ),
    readRoute(states, aliasArn),
  ]);
  const percents = new Map(live.map(({ number, percent }) => [number, percent]));
  return stateMachineVersions
    .map(({ stateMachineVersionArn, creationDate: createdAt }) => {
      const number = numberOfVersion(stateMachineVersionArn) ?? 0;
      return { number, createdAt, percent: percents.get(number) ?? 0 };
    })
    .toSorted((one, other) => other.number - one.number);
}

/**
 * The versions of a state machine of a project on which executions start: one, or two while they share the executions, the
 * one with the most first. None where the project was deployed before there were versions.
 */
export async function readLiveVersions(
  { states }: Pick<Clients, 'states'>,
  project: ProjectParameter,
  machineArn: string,
): Promise<readonly LiveVersion[]> {
  if (project.workflowAlias === undefined) return [];
  return listLive(await readRoute(states, startableWorkflow(project, machineArn)));
}

async function readRoute(
  states: Clients['states'],
  stateMachineAliasArn: string,
): Promise<readonly LiveVersion[]> {
  const { routingConfiguration = [] } = await states.send(
    new DescribeStateMachineAliasCommand({ stateMachineAliasArn }),
  );
  return routingConfiguration.map(({ stateMachineVersionArn, weight = 0 }) => ({
    number: numberOfVersion(stateMachineVersionArn) ?? 0,
    percent: weight,
  }));
}

/** The number at the end of the ARN of a version; undefined without one, as of an execution that was started without a version. */
export function numberOfVersion(versionArn: string | undefined): number | undefined {
  return versionArn === undefined ? undefined : Number(versionArn.split(':').at(-1));
}

/**
 * Lets executions start on another version from now on, all or a share of them. Running ones finish on theirs.
 *
 * @returns the versions as they are then
 * @throws Refusal where there is no such version, and where it has this share already
 */
export async function rollBackWorkflow(
  clients: Clients,
  project: ProjectParameter,
  workflow: string,
  { to, percent = ALL_PERCENT }: WorkflowRollback,
): Promise<readonly WorkflowVersion[]> {
  const versions = await listWorkflowVersions(clients, project, workflow);
  const target = chooseTarget(versions, workflow, to);
  const { machineArn, aliasArn } = findWorkflow(project, workflow);
  const route = (number: number, weight: number) => ({
    stateMachineVersionArn: `${machineArn}:${number}`,
    weight,
  });
  const other = listLive(versions).find(({ number }) => number !== target.number);
  const rest =
    other === undefined || percent === ALL_PERCENT
      ? []
      : [route(other.number, ALL_PERCENT - percent)];
  await clients.states.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: aliasArn,
      routingConfiguration: [route(target.number, percent), ...rest],
    }),
  );
  return listWorkflowVersions(clients, project, workflow);
}

/** The versions on which executions start, one or two, that with the most first. */
function listLive<Version extends LiveVersion>(versions: readonly Version[]): readonly Version[] {
  return versions
    .filter(({ percent }) => percent > 0)
    .toSorted((one, other) => other.percent - one.percent);
}

/** While a deployment shifts, most executions may still start on the version before: this is where to go back to. */
function chooseTarget(
  versions: readonly WorkflowVersion[],
  workflow: string,
  to: number | undefined,
): WorkflowVersion {
  const [main, second] = listLive(versions);
  const before =
    main === undefined || second === undefined
      ? versions.find(({ number }) => number < (main?.number ?? 0))
      : [main, second].toSorted((one, other) => one.number - other.number)[0];
  const target = to === undefined ? before : versions.find(({ number }) => number === to);
  if (target === undefined) {
    const there = versions.map(({ number }) => number).join(', ');
    throw to === undefined
      ? new Refusal(
          'nothing-to-go-back-to',
          `${workflow} has no version before ${main?.number ?? 'the live one'}, so there is nothing to go back to; nothing was changed. Its versions are ${there}.`,
        )
      : new Refusal(
          'version-not-found',
          `${workflow} has no version ${to}; nothing was changed. Its versions are ${there}.`,
        );
  }
  if (target.number !== main?.number || main.percent < ALL_PERCENT) return target;
  throw new Refusal(
    'nothing-to-go-back-to',
    `All executions of ${workflow} start on version ${target.number} already; nothing was changed.`,
  );
}

function findWorkflow(project: ProjectParameter, workflow: string) {
  const machines = listWorkflows(project);
  const machineArn = Object.hasOwn(machines, workflow) ? machines[workflow] : undefined;
  if (machineArn === undefined) {
    throw new Refusal(
      'version-not-found',
      `${project.project} has no workflow "${workflow}"; nothing was changed. Its workflows are ${Object.keys(machines).join(', ')}.`,
    );
  }
  if (project.workflowAlias === undefined) {
    throw new Refusal(
      'version-not-found',
      `${project.project} was deployed before workflows had versions; nothing was changed. Deploy it again: each changed definition is a version then.`,
    );
  }
  return { machineArn, aliasArn: startableWorkflow(project, machineArn) };
}
