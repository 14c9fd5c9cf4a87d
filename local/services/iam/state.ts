import { storedPolicyDocument } from '../../authorization/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { PolicyDocument } from '../../cloud/service.ts';
import type { Table } from '../../store/index.ts';
import { awsManagedPolicies, findUnknownPolicy } from './aws-managed-policies.ts';
import type { ManagedPolicy, Role } from './entities.ts';
import { NoSuchEntity } from './errors.ts';

/** Everything IAM has, and the parsed policies for authorization. */
export class IamState {
  readonly cloud: Cloud;
  readonly #roles: Table<Role>;
  readonly #policies: Table<ManagedPolicy>;
  /** Parsed, by role name; cleared when a role or policy changes. */
  readonly #identity = new Map<string, readonly PolicyDocument[]>();
  readonly #trust = new Map<string, PolicyDocument>();
  readonly #boundaries = new Map<string, PolicyDocument | undefined>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.#roles = cloud.globalStore.table('iam.roles', {
      name: 'string',
      id: 'string',
      arn: 'string',
      path: 'string',
      createdAt: 'number',
      maxSessionSeconds: 'number',
      trustPolicy: 'string',
      inlinePolicies: 'object',
      attachedPolicies: 'list',
      tags: 'list',
    });
    this.#policies = cloud.globalStore.table('iam.policies', {
      name: 'string',
      id: 'string',
      arn: 'string',
      path: 'string',
      createdAt: 'number',
      updatedAt: 'number',
      defaultVersionId: 'string',
      versions: ['object'],
      tags: 'list',
    });
  }

  /** @throws NoSuchEntity */
  role(name: string | undefined): Role {
    const role = this.findRole(name);
    if (role === undefined) {
      throw new NoSuchEntity(`The role with name ${name} cannot be found.`);
    }
    return role;
  }

  findRole(name: string | undefined): Role | undefined {
    // Role names are case-insensitive: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    return this.#roles.get((name ?? '').toLowerCase());
  }

  roles(): readonly Role[] {
    return Array.from(this.#roles.entries(), ([, role]) => role);
  }

  putRole(role: Role): void {
    this.#roles.put(role.name.toLowerCase(), role);
    this.#forget();
  }

  deleteRole(role: Role): void {
    this.#roles.delete(role.name.toLowerCase());
    this.#forget();
  }

  /** AWS's own and the account's. @throws NoSuchEntity */
  policy(arn: string | undefined): ManagedPolicy {
    const policy = this.findPolicy(arn ?? '');
    if (policy === undefined) {
      throw new NoSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    }
    return policy;
  }

  findPolicy(arn: string): ManagedPolicy | undefined {
    return this.#policies.get(arn) ?? awsManagedPolicies.get(arn) ?? findUnknownPolicy(arn);
  }

  policies(): readonly ManagedPolicy[] {
    return Array.from(this.#policies.entries(), ([, policy]) => policy);
  }

  putPolicy(policy: ManagedPolicy): void {
    this.#policies.put(policy.arn, policy);
    this.#forget();
  }

  deletePolicy(policy: ManagedPolicy): void {
    this.#policies.delete(policy.arn);
    this.#forget();
  }

  /** The roles that have the policy attached. */
  attachedTo(policyArn: string): readonly Role[] {
    return this.roles().filter((role) => role.attachedPolicies.includes(policyArn));
  }

  /** The roles that have the policy as their permissions boundary. */
  boundedBy(policyArn: string): readonly Role[] {
    return this.roles().filter((role) => role.permissionsBoundary === policyArn);
  }

  /** The parsed policies of a role: the same array until a change, so that policies are compiled once. */
  identityPolicies(roleArn: string): readonly PolicyDocument[] | undefined {
    const name = roleName(roleArn);
    const known = this.#identity.get(name);
    if (known !== undefined) return known;
    const role = this.findRole(name);
    if (role === undefined || role.arn !== roleArn) return undefined;
    const texts = [
      ...Object.values(role.inlinePolicies),
      ...role.attachedPolicies.map((arn) => documentOf(this.policy(arn))),
    ];
    const parsed = texts.map(storedPolicyDocument);
    this.#identity.set(name, parsed);
    return parsed;
  }

  trustPolicy(roleArn: string): PolicyDocument | undefined {
    const name = roleName(roleArn);
    const known = this.#trust.get(name);
    if (known !== undefined) return known;
    const role = this.findRole(name);
    if (role === undefined || role.arn !== roleArn) return undefined;
    const parsed = storedPolicyDocument(role.trustPolicy);
    this.#trust.set(name, parsed);
    return parsed;
  }

  /** Parsed; undefined for a role without one. */
  permissionsBoundary(roleArn: string): PolicyDocument | undefined {
    const name = roleName(roleArn);
    if (this.#boundaries.has(name)) return this.#boundaries.get(name);
    const role = this.findRole(name);
    if (role === undefined || role.arn !== roleArn) return undefined;
    const { permissionsBoundary: arn } = role;
    const parsed = arn === undefined ? undefined : this.#boundary(arn);
    this.#boundaries.set(name, parsed);
    return parsed;
  }

  /** A damaged record allows nothing. */
  #boundary(policyArn: string): PolicyDocument {
    const policy = this.findPolicy(policyArn);
    return storedPolicyDocument(policy === undefined ? '' : documentOf(policy));
  }

  #forget(): void {
    this.#boundaries.clear();
    this.#identity.clear();
    this.#trust.clear();
  }
}

/** The document of the default version. */
export function documentOf(policy: ManagedPolicy): string {
  return (
    policy.versions.find((version) => version.id === policy.defaultVersionId)?.document ??
    '{"Statement":[]}'
  );
}

/** Unique ids begin with what they are of: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export function newId(cloud: Cloud, prefix: 'AROA' | 'ANPA'): string {
  return `${prefix}${cloud.random.hex(17).toUpperCase()}`;
}

/** The role name follows the last slash of the ARN; a path can contain slashes. */
function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1).toLowerCase();
}
