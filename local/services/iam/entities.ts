export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Role {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdAt: number;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  /** As it was given. */
  readonly trustPolicy: string;
  /** Text by name. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs, in the order they were attached. */
  readonly attachedPolicies: readonly string[];
  /** The ARN of the policy that limits the others. */
  readonly permissionsBoundary?: string;
  readonly tags: readonly Tag[];
}

export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly description?: string;
  readonly defaultVersionId: string;
  /** The newest last. */
  readonly versions: readonly PolicyVersion[];
  readonly tags: readonly Tag[];
}
