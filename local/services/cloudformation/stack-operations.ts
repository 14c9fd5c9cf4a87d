import type { Cloud } from '../../cloud/cloud.ts';
import {
  type ProvisionOptions,
  provision,
  type ResourceProgress,
  removeStack,
  type StackRecord,
  stackTable,
} from '../../provision/index.ts';
import { parseTemplate } from './read-template.ts';
import type { ChangeSetRecord, CloudFormationStore, EventRecord } from './records.ts';

/** Events of a stack that are kept. */
const KEPT_EVENTS = 2_000;

/** The statuses of a stack while it changes, and those of one that has only change sets. */
export type PassingStatus =
  | 'CREATE_IN_PROGRESS'
  | 'DELETE_IN_PROGRESS'
  | 'REVIEW_IN_PROGRESS'
  | 'UPDATE_IN_PROGRESS';

type ChangeOf = (resource: { readonly logicalId: string }) => 'CREATE' | 'UPDATE';

/** Changes stacks in the background, one change of a stack at a time. */
export class StackOperations {
  readonly #cloud: Cloud;
  readonly #store: CloudFormationStore;
  readonly #running = new Map<string, PassingStatus>();
  readonly #ends = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(cloud: Cloud, store: CloudFormationStore) {
    this.#cloud = cloud;
    this.#store = store;
  }

  /** The status of a stack that changes now. */
  statusOf(name: string): PassingStatus | undefined {
    return this.#running.get(name);
  }

  execute(changeSet: ChangeSetRecord): void {
    const { stackName, type } = changeSet;
    this.#begin(stackName, type === 'CREATE' ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', () =>
      this.#apply(changeSet),
    );
  }

  /** A stack that has only change sets is there, and has this event alone. */
  review(stack: Pick<StackRecord, 'stackId' | 'stackName'>): void {
    this.#note(stack, stackEvent(stack, 'REVIEW_IN_PROGRESS', 'User Initiated'));
  }

  delete(stack: StackRecord): void {
    this.#begin(stack.stackName, 'DELETE_IN_PROGRESS', () => this.#remove(stack));
  }

  async end(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#ends);
  }

  /** The events of a stack, the newest first. */
  eventsOf(stackId: string): readonly EventRecord[] {
    return this.#store.events.read(stackId, { skipDamaged: true }).toReversed();
  }

  #begin(name: string, status: PassingStatus, work: () => Promise<void>): void {
    this.#running.set(name, status);
    const end = work()
      .catch((error: unknown) => {
        this.#cloud.logger.error({ stack: name, error: String(error) }, 'A stack failed to change');
      })
      .finally(() => {
        this.#running.delete(name);
        this.#ends.delete(end);
      });
    this.#ends.add(end);
  }

  async #apply(changeSet: ChangeSetRecord): Promise<void> {
    const { id, parameters, stackId, stackName, tags, template, type } = changeSet;
    this.#note(changeSet, stackEvent(changeSet, `${type}_IN_PROGRESS`, 'User Initiated'));
    const changeOf = this.#changesOf(stackName);
    const stack = {
      name: stackName,
      template: parseTemplate(template),
      assets: [],
      dependencies: [],
    };
    const options: ProvisionOptions = {
      stackId,
      rollsBackCreation: true,
      deployment: { signal: this.#stopping.signal },
      parameters: Object.fromEntries(
        parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [
          ParameterKey,
          ParameterValue,
        ]),
      ),
      onResource: (progress) =>
        this.#note(changeSet, resourceEvent(progress, `${changeOf(progress)}_IN_PROGRESS`)),
      onApplied: (progress, physicalId) =>
        this.#note(changeSet, {
          ...resourceEvent(progress, `${changeOf(progress)}_COMPLETE`),
          physicalId,
        }),
    };
    try {
      await provision(this.#cloud, { folder: '', stacks: [stack] }, options);
      this.#store.templates.put(stackName, { template, parameters, tags, changeSetId: id });
      this.#note(changeSet, stackEvent(changeSet, `${type}_COMPLETE`));
    } catch (error) {
      this.#fail(changeSet, error, changeOf);
    }
    for (const other of this.#store.changeSetsOf(stackName)) this.#store.deleteChangeSet(other);
  }

  /** A resource that an update adds is created: what there is before it begins. */
  #changesOf(stackName: string): ChangeOf {
    const { resources = [] } = stackTable(this.#cloud).get(stackName) ?? {};
    const former = new Set(resources.map(({ logicalId }) => logicalId));
    return ({ logicalId }) => (former.has(logicalId) ? 'UPDATE' : 'CREATE');
  }

  #fail(changeSet: ChangeSetRecord, error: unknown, changeOf: ChangeOf): void {
    const { stackName, type } = changeSet;
    const reason = error instanceof Error ? error.message : String(error);
    const { logicalId, type: resource } = placeOf(error);
    if (logicalId !== undefined && resource !== undefined) {
      this.#note(changeSet, {
        logicalId,
        type: resource,
        status: `${changeOf({ logicalId })}_FAILED`,
        physicalId: '',
        reason,
      });
    }
    const status = type === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
    this.#note(changeSet, stackEvent(changeSet, `${status}_IN_PROGRESS`, reason));
    const stored = stackTable(this.#cloud).get(stackName);
    const isBack = stored?.status.endsWith('ROLLBACK_COMPLETE') === true;
    this.#note(
      changeSet,
      stackEvent(changeSet, isBack ? `${status}_COMPLETE` : `${status}_FAILED`),
    );
  }

  async #remove(stack: StackRecord): Promise<void> {
    const { stackId, stackName } = stack;
    const place = { stackId, stackName };
    this.#note(place, stackEvent(place, 'DELETE_IN_PROGRESS', 'User Initiated'));
    await removeStack(this.#cloud, stackName);
    this.#store.templates.delete(stackName);
    for (const other of this.#store.changeSetsOf(stackName)) this.#store.deleteChangeSet(other);
    this.#note(place, stackEvent(place, 'DELETE_COMPLETE'));
  }

  #note({ stackId }: Pick<StackRecord, 'stackId'>, event: Omit<EventRecord, 'at' | 'id'>): void {
    const { events } = this.#store;
    events.append(stackId, {
      ...event,
      id: this.#cloud.random.uuid(),
      at: this.#cloud.clock.now(),
    });
    const length = events.length(stackId);
    if (length > KEPT_EVENTS) events.trim(stackId, length - KEPT_EVENTS);
  }
}

function stackEvent(
  { stackId, stackName }: Pick<StackRecord, 'stackId' | 'stackName'>,
  status: string,
  reason?: string,
): Omit<EventRecord, 'at' | 'id'> {
  return {
    logicalId: stackName,
    physicalId: stackId,
    type: 'AWS::CloudFormation::Stack',
    status: status as EventRecord['status'],
    ...(reason !== undefined && { reason }),
  };
}

function resourceEvent(
  { logicalId, type }: ResourceProgress,
  status: string,
): Omit<EventRecord, 'at' | 'id'> {
  return { logicalId, physicalId: '', type, status: status as EventRecord['status'] };
}

/** The resource that a failure of provisioning names. */
function placeOf(error: unknown): { readonly logicalId?: string; readonly type?: string } {
  return error instanceof Error && 'place' in error ? (error.place as object) : {};
}
