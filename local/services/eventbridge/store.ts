import type { DeadLetterConfig, RuleState, Target } from '@aws-sdk/client-eventbridge';
import type { Cloud } from '../../cloud/cloud.ts';
import type { PolicyDocument } from '../../cloud/service.ts';
import type { EventPattern } from '../../event-patterns/index.ts';
import { parsePattern } from '../../event-patterns/index.ts';
import type { Table } from '../../store/index.ts';
import type { EventEnvelope } from './event.ts';

export interface BusRecord {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly kmsKeyIdentifier?: string;
  readonly deadLetterConfig?: DeadLetterConfig;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly policy?: PolicyDocument;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RuleRecord {
  readonly name: string;
  readonly busName: string;
  readonly arn: string;
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly state: RuleState;
  readonly description?: string;
  readonly roleArn?: string;
  readonly createdBy: string;
  /** When the rule was last put or enabled; rates count from then. */
  readonly since: number;
  readonly targets: readonly Target[];
  readonly tags: Readonly<Record<string, string>>;
}

/** An event to be delivered to one target. It is stored until it is delivered or dropped. */
export interface DeliveryRecord {
  readonly id: string;
  readonly rule: Pick<RuleRecord, 'name' | 'busName' | 'arn'>;
  readonly target: Target;
  readonly event: EventEnvelope;
  /** The name of what the delivery creates (an execution), so that a repeated attempt creates it once. */
  readonly uniqueId: string;
  readonly firstAttemptAt: number;
  readonly nextAttemptAt: number;
  /** The number of failed attempts. */
  readonly failures: number;
}

/** A rule with its pattern compiled. */
export interface CompiledRule {
  readonly record: RuleRecord;
  readonly pattern: EventPattern | undefined;
}

export const DEFAULT_BUS = 'default';

/** The tables of EventBridge, and a cache of compiled patterns. */
export class EventBridgeStore {
  readonly buses: Table<BusRecord>;
  readonly deliveries: Table<DeliveryRecord>;
  readonly #rules: Table<RuleRecord>;
  readonly #compiled = new Map<string, readonly CompiledRule[]>();
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.buses = cloud.store.table('eventbridge.buses', {
      name: 'string',
      arn: 'string',
      createdAt: 'number',
      modifiedAt: 'number',
      tags: 'object',
    });
    this.deliveries = cloud.store.table('eventbridge.deliveries', {
      id: 'string',
      rule: 'object',
      target: 'object',
      event: 'object',
      uniqueId: 'string',
      firstAttemptAt: 'number',
      nextAttemptAt: 'number',
      failures: 'number',
    });
    this.#rules = cloud.store.table('eventbridge.rules', {
      name: 'string',
      busName: 'string',
      arn: 'string',
      state: 'string',
      createdBy: 'string',
      since: 'number',
      targets: ['object'],
      tags: 'object',
    });
  }

  bus(name: string): BusRecord | undefined {
    return this.buses.get(name) ?? (name === DEFAULT_BUS ? this.#makeDefaultBus() : undefined);
  }

  rule(busName: string, name: string): RuleRecord | undefined {
    return this.#rules.get(ruleKey(busName, name));
  }

  /** The rules of a bus, or of all, sorted by name. */
  *rules(busName?: string): Generator<RuleRecord> {
    const range = busName === undefined ? {} : { prefix: ruleKey(busName, '') };
    for (const [, rule] of this.#rules.entries(range)) yield rule;
  }

  putRule(rule: RuleRecord): void {
    this.#rules.put(ruleKey(rule.busName, rule.name), rule);
    this.#compiled.delete(rule.busName);
  }

  deleteRule(busName: string, name: string): void {
    this.#rules.delete(ruleKey(busName, name));
    this.#compiled.delete(busName);
  }

  /** The enabled rules of a bus that have a pattern. */
  compiledRules(busName: string): readonly CompiledRule[] {
    const known = this.#compiled.get(busName);
    if (known !== undefined) return known;
    const compiled = [...this.rules(busName)]
      .filter((rule) => rule.state !== 'DISABLED' && rule.eventPattern !== undefined)
      .map((record) => ({ record, pattern: parsePattern(record.eventPattern ?? '') }));
    this.#compiled.set(busName, compiled);
    return compiled;
  }

  #makeDefaultBus(): BusRecord {
    const now = this.#cloud.clock.now();
    const bus: BusRecord = {
      name: DEFAULT_BUS,
      arn: this.#cloud.arn('events', `event-bus/${DEFAULT_BUS}`),
      createdAt: now,
      modifiedAt: now,
      tags: {},
    };
    this.buses.put(DEFAULT_BUS, bus);
    return bus;
  }
}

function ruleKey(busName: string, name: string): string {
  return `${busName}|${name}`;
}

/** The name of a bus that is given by its name or ARN. */
export function busNameOf(nameOrArn: string | undefined): string {
  if (nameOrArn === undefined || nameOrArn === '') return DEFAULT_BUS;
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
}

/** The ARN of a rule; it omits the default bus. */
export function ruleArnOf(cloud: Cloud, busName: string, name: string): string {
  return cloud.arn('events', busName === DEFAULT_BUS ? `rule/${name}` : `rule/${busName}/${name}`);
}
