import type { Cloud } from '../cloud/cloud.ts';
import { holdsPlaceholder } from '../cloud/placeholder.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { Owner } from '../store/index.ts';
import { publishAssets } from './assets.ts';
import { CircularDependency, dependencyOrder } from './dependency-order.ts';
import { digestResource, digestStack, UNFINISHED } from './digests.ts';
import { publishImages } from './images.ts';
import { holds, resolve, type Scope, UnresolvedIntrinsic } from './intrinsics.ts';
import { withoutTls } from './local-addresses.ts';
import { OmittedResources } from './omitted-resources.ts';
import { parameterValues, withDynamicReferences } from './parameters.ts';
import type { Deployment, Properties, Provisioned, ResourceType } from './resource-type.ts';
import { findResourceType, isCustom } from './resource-types.ts';
import { orderByExports } from './stack-order.ts';
import {
  type ResourceRecord,
  type StackOutput,
  type StackRecord,
  stackTable,
  templateTable,
} from './stack-record.ts';
import type { Assembly, Stack, TemplateResource } from './template.ts';
import { checkTemplate } from './template-check.ts';
import { InvalidTemplate, TemplateProblem } from './template-problem.ts';

/** The result of provisioning, for the start-up report. */
export interface ProvisionReport {
  readonly stacks: readonly StackReport[];
}

export interface StackReport {
  readonly stackName: string;
  /** The account and region that have the stack. */
  readonly owner: Owner;
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
  /** Called after each resource that was created or changed. */
  readonly onApplied?: (progress: ResourceProgress, physicalId: string) => void;
  /** The id of a stack that does not exist yet. @default a new one */
  readonly stackId?: string;
  /** Whether the resources of a stack that cannot be created are removed, as CloudFormation does. @default false: they stay */
  readonly rollsBackCreation?: boolean;
  /** @default the runtime provisions by itself, and waits for nothing */
  readonly deployment?: Deployment;
  /** Values of the templates' parameters by name, in place of their defaults. @default none */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface ResourceProgress {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly position: number;
  readonly total: number;
  /** Why this one may take long. */
  readonly note?: string | undefined;
}

/** A resource that could not be created, with its position in the template. */
export class ProvisioningFailed extends Error {
  override readonly name = 'ProvisioningFailed';

  /** @param consequence a sentence: what became of the rest of the stack */
  constructor(place: ResourcePlace, cause: unknown, consequence = '') {
    const { stackName, logicalId, type } = place;
    const sentences = [
      `${stackName}: ${logicalId} (${type}) was not provisioned, nor what comes after it.`,
      reasonOf(cause),
      consequence,
    ];
    super(sentences.filter((sentence) => sentence !== '').join(' '), { cause });
    this.place = place;
  }

  readonly place: ResourcePlace;

  /** The same failure, and what became of the rest of the stack. */
  with(consequence: string): ProvisioningFailed {
    return new ProvisioningFailed(this.place, this.cause, consequence);
  }
}

type ResourcePlace = Pick<ResourceProgress, 'stackName' | 'logicalId' | 'type'>;

/**
 * Provisions an assembly: the assets, then each stack's resources in the order of their
 * dependencies. Unchanged resources are skipped; resources that the templates no longer have are removed.
 * A stack whose update fails is rolled back. Resource types that are not emulated are reported.
 *
 * @param cloud that of stacks whose app names no account and region; the others go into theirs

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
  refuseUnknown(assembly, options.parameters ?? {});
  const stacks: StackReport[] = [];
  const cloudOf = (stack: Stack) => cloudFor(cloud, stack);
  for (const stack of orderByExports(assembly.stacks, cloudOf)) {
    stacks.push(await provisionStack(cloudOf(stack), stack, options));
  }
  await cloud.store.committed();
  return { stacks };
}

/** The cloud of a stack's environment; the given one for what its app leaves open, or this runtime does not have. */
function cloudFor(cloud: Cloud, { environment = {} }: Stack): Cloud {
  const { accountId = cloud.accountId, region = cloud.region } = environment;
  return cloud.directory.find(accountId, region) ?? cloud;
}

/** @throws UnknownParameter for a value that no template asks for */
function refuseUnknown({ stacks }: Assembly, given: Readonly<Record<string, string>>): void {
  const known = new Set(stacks.flatMap(({ template }) => Object.keys(template.Parameters ?? {})));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) throw new UnknownParameter(unknown);
}

/** A value was given for a parameter that the app does not have. */
export class UnknownParameter extends Error {
  override readonly name = 'UnknownParameter';

  constructor(parameter: string) {
    super(`Parameters: [${parameter}] do not exist in the template. Nothing was provisioned.`);
  }
}

async function provisionStack(
  cloud: Cloud,
  stack: Stack,
  options: ProvisionOptions,
): Promise<StackReport> {
  const table = stackTable(cloud);
  const previous = table.get(stack.name);
  const parameters = await valuesOf(cloud, stack, options);
  const digest = digestStack(cloud, stack, parameters);
  if (previous?.digest === digest) {
    if (!templateTable(cloud).has(stack.name)) keepTemplate(cloud, stack, options);
    const { resources, notEmulated } = previous;
    const none = { created: 0, updated: 0, removed: 0 };
    return {
      stackName: stack.name,
      owner: ownerOf(cloud),
      ...none,
      unchanged: resources.length,
      notEmulated,
    };
  }
  await publishAssets(cloud, stack.assets);
  await publishImages(cloud, stack.images);
  // After a kill in the middle of the update, every resource is applied again.
  if (previous !== undefined) {
    table.put(stack.name, { ...previous, status: 'UPDATE_IN_PROGRESS', digest: UNFINISHED });
  }
  const run = new StackRun(cloud, { stack, parameters }, previous, options);
  const record = await applyOrRollBack(run, previous, {
    digest,
    rollsBackCreation: options.rollsBackCreation === true,
    keep: (rolledBack) => table.put(stack.name, rolledBack),
  });
  const removed = await run.removeOthers();
  table.put(stack.name, record);
  keepTemplate(cloud, stack, options);
  return {
    stackName: stack.name,
    owner: ownerOf(cloud),
    ...run.counts,
    removed,
    notEmulated: run.notEmulated,
  };
}

function keepTemplate(
  cloud: Cloud,
  { name, template }: Stack,
  { parameters = {} }: ProvisionOptions,
): void {
  const known = Object.keys(template.Parameters ?? {});
  templateTable(cloud).put(name, {
    template: JSON.stringify(template),
    parameters: Object.entries(parameters).flatMap(([ParameterKey, ParameterValue]) =>
      known.includes(ParameterKey) ? [{ ParameterKey, ParameterValue }] : [],
    ),
    tags: [],
  });
}

function ownerOf({ accountId, region }: Cloud): Owner {
  return { accountId, region };
}

/** @throws InvalidTemplate for a parameter without a value */
async function valuesOf(
  cloud: Cloud,
  { name, template }: Stack,
  { parameters = {} }: ProvisionOptions,
): Promise<ReadonlyMap<string, unknown>> {
  try {
    return await parameterValues(cloud, template, parameters);
  } catch (error) {
    if (!(error instanceof UnresolvedIntrinsic)) throw error;
    throw new InvalidTemplate(name, 'The stack was not provisioned.', error);
  }
}

interface RollBackOptions {
  readonly digest: string;
  readonly rollsBackCreation: boolean;
  readonly keep: (record: StackRecord) => void;
}

/** @throws what ended the update, after the stack was rolled back to its former resources */
async function applyOrRollBack(
  run: StackRun,
  previous: StackRecord | undefined,
  { digest, keep, rollsBackCreation }: RollBackOptions,
): Promise<StackRecord> {
  try {
    await run.applyAll();
    return run.finish(digest);
  } catch (error) {
    // A stack that was never complete has no former state: what is there is completed by the next start.
    if (previous === undefined) {
      if (rollsBackCreation) keep(await run.withoutResources());
      throw error;
    }
    const problems = await run.rollBack();
    const isBack = problems.length === 0 && previous.digest !== UNFINISHED;
    const status = isBack ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED';
    const resources = run.restored(previous.resources);
    keep({ ...previous, resources, status, digest: isBack ? previous.digest : UNFINISHED });
    if (!(error instanceof ProvisioningFailed)) throw error;
    throw error.with(
      isBack
        ? 'The stack was rolled back.'
        : `The stack was not rolled back completely. ${problems.join(' ')}`.trim(),
    );
  }
}

/** Removes a stack with its resources, except retained ones; last created first. */
export async function removeStack(cloud: Cloud, stackName: string): Promise<void> {
  const table = stackTable(cloud);
  const previous = table.get(stackName);
  if (previous === undefined) return;
  const stack: Stack = {
    name: stackName,
    template: { Resources: {} },
    assets: [],
    dependencies: [],
  };
  await new StackRun(cloud, { stack, parameters: new Map() }, previous, {}).removeOthers();
  table.delete(stackName);
  await cloud.store.committed();
}

/** A resource that an update has begun to change. */
interface BegunResource {
  readonly logicalId: string;
  readonly type: string;
  /** Undefined where the update creates it. */
  readonly former: ResourceRecord | undefined;
}

class StackRun {
  readonly counts = { created: 0, updated: 0, unchanged: 0 };
  readonly notEmulated: string[] = [];
  readonly #cloud: Cloud;
  readonly #stack: Stack;
  readonly #parameters: ReadonlyMap<string, unknown>;
  readonly #previous: StackRecord | undefined;
  readonly #options: ProvisionOptions;
  readonly #stackId: string;
  readonly #records = new Map<string, ResourceRecord>();
  readonly #begun: BegunResource[] = [];
  readonly #replaced: ResourceRecord[] = [];
  readonly #restored = new Map<string, Provisioned>();
  readonly #omitted: OmittedResources;

  constructor(
    cloud: Cloud,
    {
      stack,
      parameters,
    }: { readonly stack: Stack; readonly parameters: ReadonlyMap<string, unknown> },
    previous: StackRecord | undefined,
    options: ProvisionOptions,
  ) {
    this.#cloud = cloud;
    this.#parameters = parameters;
    this.#stack = stack;
    this.#previous = previous;
    this.#options = options;
    this.#omitted = new OmittedResources(cloud, this.notEmulated);
    this.#stackId =
      previous?.stackId ??
      options.stackId ??
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
        const place = { stackName: this.#stack.name, logicalId, type: resource.Type };
        throw new ProvisioningFailed(place, cause);
      }
    }
  }

  #isWanted({ Condition: condition }: TemplateResource): boolean {
    if (condition === undefined) return true;
    const consequence = 'The stack is not complete.';
    return asTemplateOf(this.#stack.name, consequence, () => holds(condition, this.#scope()));
  }

  /**
   * Gives the changed resources their former properties and removes the created ones, last changed first.
   *
   * @returns a sentence for each resource that is not as it was
   */
  async rollBack(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const begun of [...this.#begun].reverse()) {
      try {
        await this.#undo(begun);
      } catch (error) {
        problems.push(`${begun.logicalId} (${begun.type}): ${reasonOf(error)}`);
      }
    }
    return problems;
  }

  /** Removes what a failed creation has made; the stack can then only be deleted. */
  async withoutResources(): Promise<StackRecord> {
    const problems = await this.rollBack();
    const now = this.#cloud.clock.now();
    const left = problems.length === 0 ? [] : [...this.#records.values()];
    return {
      stackName: this.#stack.name,
      stackId: this.#stackId,
      status: problems.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED',
      digest: UNFINISHED,
      createdAt: now,
      updatedAt: now,
      resources: left,
      outputs: [],
      notEmulated: [],
    };
  }

  /** The resources of the former stack after `rollBack`: some types make a new resource for each change. */
  restored(former: readonly ResourceRecord[]): readonly ResourceRecord[] {
    return former.map((record) => ({ ...record, ...this.#restored.get(record.logicalId) }));
  }

  async #undo({ logicalId, former }: BegunResource): Promise<void> {
    const current = this.#records.get(logicalId);
    const isOther = current !== undefined && current.physicalId !== former?.physicalId;
    if (isOther) await this.#remove(current);
    if (former === undefined) return;
    if (former.properties === undefined) throw new Error('Its former properties are not known.');
    const restored = await findResourceType(former.type)?.apply({
      ...this.#requestOf(logicalId, former.type),
      properties: former.properties,
      previous: former,
    });
    if (restored !== undefined) this.#restored.set(logicalId, restored);
  }

  /** Removes resources that only an earlier template had, except retained ones; last created first. */
  async removeOthers(): Promise<number> {
    for (const record of this.#replaced) await this.#remove(record);
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
    const { Type: type } = resource;
    const resourceType = findResourceType(type);
    if (resourceType === undefined) {
      this.#omitted.add({ logicalId, type }, `${type} is not emulated and was not created`);
      return;
    }
    const path = `/Resources/${logicalId}/Properties`;
    const resolved = resolve(resource.Properties ?? {}, this.#scope(), path);
    const properties = (await withDynamicReferences(this.#cloud, resolved, path)) as Properties;
    await this.#reportIgnored(logicalId, type, resourceType, properties);
    const previous = this.#previous?.resources.find((record) => record.logicalId === logicalId);
    const digest = digestResource(this.#cloud, resourceType, type, properties);
    if (previous?.digest === digest && this.#previous?.digest !== UNFINISHED) {
      this.counts.unchanged += 1;
      const { isRetained: _former, ...record } = previous;
      this.#records.set(logicalId, { ...record, ...retentionOf(resource) });
      return;
    }
    const { name: stackName } = this.#stack;
    const note = resourceType.takesLong?.(properties);
    this.#options.onResource?.({ stackName, logicalId, type, note, ...place });
    this.#begun.push({ logicalId, type, former: previous });
    try {
      const provisioned = await resourceType.apply({
        ...this.#requestOf(logicalId, type),
        properties,
        deployment: this.#options.deployment,
        ...(previous?.type === type ? { previous } : {}),
      });
      this.#keep(resource, { logicalId, digest, properties, provisioned }, previous);
      const progress = { stackName, logicalId, type, ...place };
      this.#options.onApplied?.(progress, provisioned.physicalId);
    } catch (error) {
      const lack = lackOf(error, properties);
      if (lack === undefined) throw error;
      this.#omitted.add({ logicalId, type }, `${type} was not created. ${lack}`);
    }
  }

  #keep(
    resource: TemplateResource,
    { provisioned, ...facts }: Applied,
    previous: ResourceRecord | undefined,
  ): void {
    this.counts[previous === undefined ? 'created' : 'updated'] += 1;
    this.#records.set(facts.logicalId, {
      type: resource.Type,
      ...facts,
      appliedAt: this.#cloud.clock.now(),
      ...provisioned,
      ...retentionOf(resource),
    });
    // Another physical id means that the resource was replaced; the old one is removed unless it is retained:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
    const isReplaced = previous !== undefined && previous.physicalId !== provisioned.physicalId;
    if (isReplaced && resource.UpdateReplacePolicy !== 'Retain') this.#replaced.push(previous);
  }

  async #remove(record: ResourceRecord): Promise<void> {
    await findResourceType(record.type)?.remove({
      ...this.#requestOf(record.logicalId, record.type),
      properties: record.properties ?? {},
      previous: record,
    });
  }

  #requestOf(logicalId: string, type: string) {
    const { name: stackName } = this.#stack;
    return { cloud: this.#cloud, stackName, stackId: this.#stackId, logicalId, type };
  }

  async #reportIgnored(
    logicalId: string,
    type: string,
    resource: ResourceType,
    properties: Properties,
  ): Promise<void> {
    const { properties: known } = resource;
    const note = await resource.withoutEffect?.(properties, this.#cloud, this.#options.deployment);
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
      parameters: this.#parameters,
      ref: (logicalId) => this.#records.get(logicalId)?.physicalId ?? this.#omitted.ref(logicalId),
      attribute: (logicalId, name) => this.#attribute(logicalId, name),
      importValue: (name) => this.#importValue(name),
      joined: (text) => withoutTls(text, this.#cloud),
    };
  }

  #attribute(logicalId: string, name: string): unknown {
    const record = this.#records.get(logicalId);
    if (record === undefined) return this.#omitted.attribute(logicalId, name);
    if (Object.hasOwn(record.attributes, name)) return record.attributes[name];
    // The attributes of a custom resource are those of its response.
    if (isCustom(record.type)) return undefined;
    return this.#omitted.unknownAttribute(logicalId, record.type, name);
  }

  #importValue(name: string): unknown {
    for (const [, stack] of stackTable(this.#cloud).entries()) {
      const output = stack.outputs.find(({ exportName }) => exportName === name);
      if (output !== undefined) return output.value;
    }
    throw new UnresolvedIntrinsic('Fn::ImportValue', `No export named ${name} found.`);
  }
}

/** A resource that was created or updated. */
interface Applied {
  readonly logicalId: string;
  readonly digest: string;
  readonly properties: Properties;
  readonly provisioned: Provisioned;
}

/** A sentence, if a resource failed only for what is not emulated: the rest of the app runs without it. */
function lackOf(error: unknown, properties: Properties): string | undefined {
  const isMissing = error instanceof ServiceError && error.status === 501;
  if (isMissing) return error.message;
  return holdsPlaceholder(properties) ? reasonOf(error) : undefined;
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
