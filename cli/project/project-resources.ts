import { basename, extname } from 'node:path';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import {
  nameProjectParameter,
  type ProjectParameter,
  projectParameterSchema,
} from '../../events/index.ts';
import { describeUnknownProject } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';

/** Where everything of one deployed project is, as the app published it in Parameter Store. */
export type ProjectResources = ProjectParameter;

export interface ProjectChoice {
  /** @default the only project there is */
  readonly project?: string;
  readonly environment: string;
  /** A data file: without a choice, it belongs to the project that has its name. */
  readonly file?: string;
}

/**
 * Finds a deployed project.
 *
 * @throws UserError when nothing answers, when nothing is deployed, or naming the projects there are
 */
export async function findProject(
  connection: Connection,
  choice: ProjectChoice,
): Promise<ProjectResources> {
  const projects = await listProjects(connection, choice.environment);
  const names = projects.map(({ project }) => project);
  if (projects.length === 0) {
    throw new UserError(describeNoProject(connection, choice.environment));
  }
  const [first] = projects;
  if (choice.project === undefined && projects.length === 1 && first !== undefined) return first;
  const chosen = choice.project ?? (choice.file && nameOfFile(choice.file));
  const found = projects.find(({ project }) => project === chosen);
  if (found !== undefined) return found;
  throw new UserError(
    choice.project === undefined
      ? `There are several projects: ${names.join(', ')}. Name one with --project, or in the variable STEPMILL_PROJECT.`
      : describeUnknownProject(choice.project, names),
  );
}

/** Says that an environment has no project, and what may have been meant. */
export function describeNoProject(
  { isLocal }: Pick<Connection, 'isLocal'>,
  environment: string,
): string {
  const remedies = isLocal
    ? 'Start the runtime with "npm start", name another environment with --environment, or set AWS_ACCESS_KEY_ID to the number of the environment\'s account, where stepmill.config.ts names one.'
    : 'Deploy the app with "npx cdk deploy", name another environment with --environment, or take credentials of the account that the environment is in.';
  return `No project is deployed in the environment "${environment}". ${remedies}`;
}

/**
 * All projects deployed in an environment.
 *
 * @throws UserError where a runtime has another region than the one that was named
 */
export async function listProjects(
  { ssm, namedRegion }: Connection,
  environment: string,
): Promise<readonly ProjectResources[]> {
  const projects: ProjectResources[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({ Path: nameProjectParameter(environment, ''), NextToken }),
    );
    for (const { ARN, Name, Value } of page.Parameters ?? []) {
      refuseOtherRegion(ARN, namedRegion);
      projects.push(parse(Name, Value));
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return projects;
}

/** A runtime answers for any region that a request is signed for; a region that is named is used. */
function refuseOtherRegion(arn: string | undefined, named: string | undefined): void {
  const region = arn?.split(':')[3];
  if (named === undefined || region === named) return;
  throw new UserError(
    `The runtime on this machine is in ${region}, and --region names ${named}; nothing was done. Leave --region out, or say --aws to talk to AWS in ${named}.`,
  );
}

function parse(name: string | undefined, value: string | undefined): ProjectResources {
  const parsed = projectParameterSchema.safeParse(JSON.parse(value ?? 'null'));
  if (parsed.success) return parsed.data;
  throw new UserError(
    `The parameter ${name} does not describe a project: ${z.prettifyError(parsed.error)}. Deploy the app again.`,
  );
}

/** `data/titanic.csv` → `titanic` */
function nameOfFile(file: string): string {
  return basename(file, extname(file));
}
