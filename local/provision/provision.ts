import { createHash } from 'node:crypto';
import type { Cloud } from '../cloud/cloud.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { Assembly, Stack, TemplateResource } from './assembly.ts';
import { publishAssets } from './assets.ts';
import { CircularDependency, dependencyOrder } from './dependency-order.ts';
import { holds, resolve, type Scope, UnresolvedIntrinsic } from './intrinsics.ts';
import type { Properties, ResourceType } from './resource-type.ts';
import { findResourceType } from './resource-types.ts';
import {
  type ResourceRecord,
  type StackOutput,
  type StackRecord,
  stackTable,
} from './stack-record.ts';
import { checkTemplate } from './template-check.ts';
import { InvalidTemplate, TemplateProblem } from './template-problem.ts';

/** Increase this when the same template would be provisioned differently. */
const PROVISIONING_VERSION = 1;

/** The result of provisioning, for the start-up report. */
export interface ProvisionReport {
  readonly stacks: readonly StackReport[];
}

export interface StackReport {
  readonly stackName: string;
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Descriptions of resources and properties that have no effect here. */
  readonly notEmulated: readonly string[];
}

export interface ProvisionOptions {
  /** Called before each resource that is created or changed. */
  readonly onResource?: (progress: ResourceProgress) => void;
}

export interface ResourceProgress {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly position: number;
  readonly total: number;
}

/** A resource that could not be created, with its position in the template. */
export class ProvisioningFailed extends Error {
  constructor(stackName: string, logicalId: string, type: string, cause: unknown) {
    super(
      `${stackName}: ${logicalId} (${type}) was not provisioned, nor what comes after it. ${reasonOf(cause)}`,
      { cause },
    );
    this.name = 'ProvisioningFailed';
  }
}

/**
 * Provisions an assembly: the assets, then each stack's resources in the order of their
 * dependencies. Unchanged resources are skipped; resources that the templates no longer have are removed.
 * Resource types that are not emulated are reported.
 *
 * @throws InvalidTemplate that names the stack and the position, before anything is provisioned if possible
 * @throws ProvisioningFailed that names the resource that a service refused
 */
export async function provision(
  cloud: Cloud,
  assembly: Assembly,
  options: ProvisionOptions = {},
): Promise<ProvisionReport> {
  for (const { name, template } of assembly.stacks) {
    asTemplateOf(name, 'Nothing was provisioned.', () => checkTemplate(template));
  }
  const stacks: StackReport[] = [];
  for (const stack of assembly.stacks) stacks.push(await provisionStack(cloud, stack, options));
  await cloud.store.committed();
  return { stacks };
}

async function provisionStack(
  cloud: Cloud,
  stack: Stack,
  options: ProvisionOptions,
): Promise<StackReport> {
  const table = stackTable(cloud);
  const previous = table.get(stack.name);
  const digest = digestOf([PROVISIONING_VERSION, stack.template]);
  if (previous?.digest === digest) {
    const { resources, notEmulated } = previous;
    const none = { created: 0, updated: 0, removed: 0 };
    return { stackName: stack.name, ...none, unchanged: resources.length, notEmulated };
  }
  await publishAssets(cloud, stack.assets);
  const run = new StackRun(cloud, stack, previous, options);
  await run.applyAll();
  const removed = await run.removeOthers();
  table.put(stack.name, run.finish(digest));
  return { stackName: stack.name, ...run.counts, removed, notEmulated: run.notEmulated };
}

class StackRun {
  readonly counts = { created: 0, updated: 0, unchanged: 0 };
  readonly notEmulated: string[] = [];
  readonly #cloud: Cloud;
  readonly #stack: Stack;
  readonly #previous: StackRecord | undefined;
  readonly #options: ProvisionOptions;
  readonly #stackId: string;
  readonly #records = new Map<string, ResourceRecord>();

  constructor(
    cloud: Cloud,
    stack: Stack,
    previous: StackRecord | undefined,
    options: ProvisionOptions,
  ) {
    this.#cloud = cloud;
    this.#stack = stack;
    this.#previous = previous;
    this.#options = options;
    this.#stackId =
      previous?.stackId ??
      cloud.arn('cloudformation', `stack/${stack.name}/${cloud.random.uuid()}`);
  }

  async applyAll(): Promise<void> {
    const { Resources } = this.#stack.template;
    const order = dependencyOrder(Resources);
    for (const [index, logicalId] of order.entries()) {
      const resource = Resources[logicalId];
      if (resource === undefined) continue;
      if (!this.#isWanted(resource)) continue;
      try {
        await this.#apply(logicalId, resource, { position: index + 1, total: order.length });
      } catch (cause) {
        throw new ProvisioningFailed(this.#stack.name, logicalId, resource.Type, cause);
      }
    }
  }

  #isWanted({ Condition: condition }: TemplateResource): boolean {
    if (condition === undefined) return true;
    const consequence = 'The stack is not complete.';
    return asTemplateOf(this.#stack.name, consequence, () => holds(condition, this.#scope()));
  }

  /** Removes resources that only an earlier template had, except retained ones; last created first. */
  async removeOthers(): Promise<number> {
    const others = (this.#previous?.resources ?? []).filter(
      ({ logicalId }) => !this.#records.has(logicalId),
    );
    for (const record of [...others].reverse()) {
      if (record.isRetained !== true) await this.#remove(record);
    }
    return others.length;
  }

  finish(digest: string): StackRecord {
    const now = this.#cloud.clock.now();
    return {
      stackName: this.#stack.name,
      stackId: this.#stackId,
      status: this.#previous === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
      digest,
      createdAt: this.#previous?.createdAt ?? now,
      updatedAt: now,
      resources: [...this.#records.values()],
      outputs: asTemplateOf(this.#stack.name, 'The stack has no outputs.', () => this.#outputs()),
      notEmulated: this.notEmulated,
    };
  }

  async #apply(
    logicalId: string,
    resource: TemplateResource,
    place: Pick<ResourceProgress, 'position' | 'total'>,
  ): Promise<void> {
    const resourceType = findResourceType(resource.Type);
    if (resourceType === undefined) {
      this.notEmulated.push(`${logicalId}: ${resource.Type} is not emulated and was not created`);
      return;
    }
    const path = `/Resources/${logicalId}/Properties`;
    const properties = resolve(resource.Properties ?? {}, this.#scope(), path) as Properties;
    this.#reportIgnored(logicalId, resource.Type, resourceType, properties);
    const previous = this.#previous?.resources.find((record) => record.logicalId === logicalId);
    const digest = digestOf([PROVISIONING_VERSION, resource.Type, properties]);
    if (previous?.digest === digest) {
      this.counts.unchanged += 1;
      const { isRetained: _former, ...record } = previous;
      this.#records.set(logicalId, { ...record, ...retentionOf(resource) });
      return;
    }
    const { name: stackName } = this.#stack;
    this.#options.onResource?.({ stackName, logicalId, type: resource.Type, ...place });
    const provisioned = await resourceType.apply({
      cloud: this.#cloud,
      stackName,
      stackId: this.#stackId,
      logicalId,
      type: resource.Type,
      properties,
      ...(previous?.type === resource.Type ? { previous } : {}),
    });
    this.counts[previous === undefined ? 'created' : 'updated'] += 1;
    const appliedAt = this.#cloud.clock.now();
    this.#records.set(logicalId, {
      logicalId,
      type: resource.Type,
      digest,
      appliedAt,
      ...provisioned,
      ...retentionOf(resource),
    });
    // Another physical id means that the resource was replaced; the old one is removed unless it is retained:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
    const isReplaced = previous !== undefined && previous.physicalId !== provisioned.physicalId;
    if (isReplaced && resource.UpdateReplacePolicy !== 'Retain') await this.#remove(previous);
  }

  async #remove(record: ResourceRecord): Promise<void> {
    await findResourceType(record.type)?.remove({
      cloud: this.#cloud,
      stackName: this.#stack.name,
      stackId: this.#stackId,
      logicalId: record.logicalId,
      type: record.type,
      properties: {},
      previous: record,
    });
  }

  #reportIgnored(
    logicalId: string,
    type: string,
    resource: ResourceType,
    properties: Properties,
  ): void {
    const { properties: known } = resource;
    const note = resource.withoutEffect?.(properties);
    if (note !== undefined) this.notEmulated.push(`${logicalId} (${type}): ${note}`);
    if (known === 'any') return;
    const ignored = Object.keys(properties).filter((name) => !known.includes(name));
    if (ignored.length === 0) return;
    this.notEmulated.push(`${logicalId} (${type}): ${ignored.join(', ')} has no effect here`);
  }

  #outputs(): readonly StackOutput[] {
    const outputs = Object.entries(this.#stack.template.Outputs ?? {});
    const scope = this.#scope();
    return outputs
      .filter(([, { Condition }]) => Condition === undefined || holds(Condition, scope))
      .map(([key, output]) => ({
        key,
        value: String(resolve(output.Value, scope, `/Outputs/${key}`)),
        ...(output.Description === undefined ? {} : { description: output.Description }),
        ...(output.Export === undefined
          ? {}
          : { exportName: String(resolve(output.Export.Name, scope, `/Outputs/${key}/Export`)) }),
      }));
  }

  #scope(): Scope {
    const { accountId, region, partition } = this.#cloud;
    return {
      stackName: this.#stack.name,
      stackId: this.#stackId,
      accountId,
      region,
      partition,
      template: this.#stack.template,
      ref: (logicalId) => this.#records.get(logicalId)?.physicalId,
      attribute: (logicalId, name) => this.#attribute(logicalId, name),
      importValue: (name) => this.#importValue(name),
    };
  }

  #attribute(logicalId: string, name: string): unknown {
    const attributes = this.#records.get(logicalId)?.attributes ?? {};
    return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  }

  #importValue(name: string): unknown {
    for (const [, stack] of stackTable(this.#cloud).entries()) {
      const output = stack.outputs.find(({ exportName }) => exportName === name);
      if (output !== undefined) return output.value;
    }
    throw new UnresolvedIntrinsic('Fn::ImportValue', `No export named ${name} found.`);
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof ServiceError) return `${cause.code}: ${cause.message}`;
  return cause instanceof UnresolvedIntrinsic ? `ValidationError: ${cause.message}` : String(cause);
}

/** @throws InvalidTemplate instead of a template problem */
function asTemplateOf<Result>(stackName: string, consequence: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const isOfTemplate =
      error instanceof TemplateProblem ||
      error instanceof CircularDependency ||
      error instanceof UnresolvedIntrinsic;
    if (!isOfTemplate) throw error;
    throw new InvalidTemplate(stackName, consequence, error);
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html */
function retentionOf({ DeletionPolicy }: TemplateResource): Pick<ResourceRecord, 'isRetained'> {
  return DeletionPolicy?.startsWith('Retain') === true ? { isRetained: true } : {};
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
