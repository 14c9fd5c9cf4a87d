import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  type DeliveryPlan,
  nameCdkRole,
  nameConsoleStack,
  partitionOf,
} from '../../delivery/index.ts';
import { assumeRole } from './assume-role.ts';
import { isLocalBuild } from './local-build.ts';
import { findEnvironment } from './read-plan.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The page of the console with all stages: `console/app/pages.tsx`. */
const PAGE = '/delivery';

/**
 * Where whoever approves reads on: on AWS and GitHub the log with the whole difference. AWS's console shows nothing of a local
 * runtime, so there it is the page of the environment's own console, which decides on the approval.
 *
 * @param findConsole the address of that console; undefined where there is none
 */
export async function findReviewLink(
  plan: DeliveryPlan,
  environment: string,
  variables: Variables = process.env,
  findConsole: typeof findConsoleAddress = findConsoleAddress,
): Promise<string> {
  const address = isLocalBuild(variables) ? await findConsole(plan, environment) : undefined;
  return address === undefined ? findBuildLink(variables) : `${address}${PAGE}`;
}

/** With the role that `cdk diff` has taken on before. */
async function findConsoleAddress(
  plan: DeliveryPlan,
  environment: string,
): Promise<string | undefined> {
  const { account, region, hasConsole } = findEnvironment(plan, environment);
  if (!hasConsole) return undefined;
  const role = `arn:${partitionOf(region)}:iam::${account}:role/${nameCdkRole('lookup', account, region)}`;
  const credentials = await assumeRole(role, region);
  return readConsoleAddress(new CloudFormationClient({ region, credentials }), environment);
}

/** Undefined where the console is not deployed yet. */
export async function readConsoleAddress(
  client: Pick<CloudFormationClient, 'send'>,
  environment: string,
): Promise<string | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(
      new DescribeStacksCommand({ StackName: nameConsoleStack(environment) }),
    );
    return stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'SiteAddress')?.OutputValue;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return undefined;
    throw error;
  }
}

/** Where the log of the running step is, with all that `cdk diff` has printed. */
export function findBuildLink(environment: Variables): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  if (GITHUB_RUN_ID !== undefined) {
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  }
  const { CODEBUILD_BUILD_ARN = '', AWS_REGION: region = 'us-east-1' } = environment;
  const [, , , , account = '', , build = ''] = CODEBUILD_BUILD_ARN.replace(
    ':build/',
    ':build:',
  ).split(':');
  const id = encodeURIComponent(environment['CODEBUILD_BUILD_ID'] ?? '');
  const project = build.split(':')[0] ?? '';
  return `https://${region}.console.aws.amazon.com/codesuite/codebuild/${account}/projects/${project}/build/${id}/?region=${region}`;
}
