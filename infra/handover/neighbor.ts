import { Stack } from 'aws-cdk-lib';
import { AccountPrincipal, type IPrincipal, PrincipalWithConditions } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Project } from '../../definition/index.ts';
import { type Names, nameParts } from '../../workflows/index.ts';

/** Another environment of the same app. */
export interface Neighbor {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Whether the buckets there have keys of their own. @default false */
  readonly hasKey?: boolean;
}

/** The environment that gets the models which are approved in another one. */
export interface NextNeighbor extends Neighbor {
  /** Whether a person approves them there. */
  readonly approval: boolean;
}

/** The environments beside that of a stack. */
export interface Neighbors {
  /** Whose approved models come here. */
  readonly from?: Neighbor | undefined;
  /** Where approved models of this environment go. */
  readonly to?: NextNeighbor | undefined;
  /** Whether a person approves what comes here. */
  readonly approval: boolean;
  /** Where archives are not copied but read where they are. @default they are copied */
  readonly shared?: SharedAlong | undefined;
}

/** All environments along which a model goes: an archive stays in the first one, whichever was the last to approve it. */
export interface SharedAlong {
  readonly before: readonly Neighbor[];
  readonly after: readonly Neighbor[];
}

/** The names of the same project in another environment. */
export function namesIn({ environment }: Neighbor, project: Project): Names {
  return nameParts(environment, project.name, project.registry.modelPackageGroup);
}

/** The role that forwards approvals. Its name is fixed, so that the policy of the bus can name it before it exists. */
export function nameApprovalsRole({ qualified }: Names, region: string): string {
  return `${qualified}-approvals-${region}`;
}

/**
 * One role of another account. A policy that names the role itself is refused as long as there is no such role, and means
 * nobody once it was made again; the account with a condition does neither.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function roleOf(scope: Construct, neighbor: Neighbor, roleName: string): IPrincipal {
  return rolesOf(scope, neighbor, [roleName]);
}

/** Several roles of one other account. */
export function rolesOf(
  scope: Construct,
  { account }: Neighbor,
  roleNames: readonly string[],
): IPrincipal {
  const arns = roleNames.map(
    (name) => `arn:${Stack.of(scope).partition}:iam::${account}:role/${name}`,
  );
  return new PrincipalWithConditions(new AccountPrincipal(account), {
    ArnEquals: { 'aws:PrincipalArn': arns.length === 1 ? arns[0] : arns },
  });
}
