import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import {
  Choice,
  Condition,
  type IChainable,
  type State,
  type TaskStateBase,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import {
  DynamoAttributeValue,
  DynamoDeleteItem,
  DynamoGetItem,
  DynamoPutItem,
  DynamoUpdateItem,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import { callService, type Guard, retryItemCall } from '../tasks/index.ts';
import { claimAttributes } from './claims-table.ts';
import { limitToKeys } from './limit-to-keys.ts';

/** One call within the limit of Step Functions' own HTTP client. */
const CALL_TIMEOUT = Duration.seconds(60);

/** An owner that will still do what it claimed the thing for. */
const LIVING = ['RUNNING', 'PENDING_REDRIVE'] as const;

/** A condition that did not hold: another execution was first. */
const CONDITION_FAILED = 'DynamoDB.ConditionalCheckFailedException';

/** What Step Functions says of an execution that it does not know, or does not know yet. */
const OWNER_UNKNOWN = 'Sfn.ExecutionDoesNotExistException';

/** A name that is known at synth, or JSONata for one that an execution knows. */
export type ClaimName = { readonly fixed: string } | { readonly jsonata: string };

export interface ClaimProps {
  readonly table: ITable;
  /** What is claimed, as the states' names and the claim's key say it: `dataset`, `endpoint`. One word. */
  readonly thing: string;
  /** Which one: the claim's key is `<thing>#<name>`, and the states may touch no other key. */
  readonly name: ClaimName;
  /** The name of the state machine whose executions own it; how they stand is asked of Step Functions. */
  readonly ownedBy: string;
  /** How an owner stands that keeps its claim. @default running, or waiting for its redrive */
  readonly keptWhile?: readonly string[];
  /** Text beside the owner, as JSONata by name. @default nothing */
  readonly details?: Readonly<Record<string, string>>;
  /** After how long DynamoDB may delete the claim. @default never */
  readonly expiresAfter?: Duration;
}

export interface TakeProps {
  /** What follows when the thing is this execution's. */
  readonly taken: IChainable;
  /** What follows while another execution has it; is given the state that looks who has it. */
  readonly held: (again: IChainable) => IChainable;
  /** Variables for what follows while another execution has it. @default none */
  readonly heldAssign?: Readonly<Record<string, unknown>>;
  /** What follows once a condition holds, as JSONata, while another execution has it. @default `held` */
  readonly heldTooLong?: { readonly when: string; readonly next: IChainable };
  readonly guard: Guard;
}

export interface StepProps {
  readonly next: IChainable;
  readonly guard: Guard;
}

/**
 * The claim of an execution on a thing, one item of the claims table. Whoever writes the item first owns
 * the thing; an owner that has ended, or that Step Functions no longer knows, is replaced by a write on the
 * condition that it is still the owner, so that of several that want to replace it one succeeds.
 *
 * @example
 * const name = { fixed: 'abalone' };
 * const claim = new Claim(scope, { table, thing: 'endpoint', name, ownedBy: 'promotion' });
 * const start = claim.take({ taken: deploy, held: (again) => wait.next(again), guard });
 * deploy.next(claim.release({ next: done, guard }));
 */
export class Claim {
  readonly #scope: Construct;
  readonly #props: ClaimProps;

  constructor(scope: Construct, props: ClaimProps) {
    this.#scope = scope;
    this.#props = props;
  }

  /** `{isHeld, owner, fence}` of the claim that was read; assigned once the thing was found claimed. */
  get variable(): string {
    return `${this.#props.thing}Claim`;
  }

  /** JSONata, once the thing is this execution's: whether it was another's that has ended. */
  get wasTakenOver(): string {
    const read = `$${this.variable}`;
    return `(${read}.isHeld and ${read}.owner != ${executionArn})`;
  }

  get #ownerStatus(): string {
    return `${this.#props.thing}OwnerStatus`;
  }

  /** Claims the thing, or finds out who has it, or takes it over. */
  take({ taken, held, heldAssign, heldTooLong, guard }: TakeProps): State {
    const { thing } = this.#props;
    const claim = this.#claim();
    const read = this.#read();
    const ask = this.#ask();
    const takeOver = this.#takeOver();
    const lost = { errors: [CONDITION_FAILED], outputs: {} };

    const keeps = `$${this.#ownerStatus} in ${JSON.stringify(this.#keptWhile)}`;
    const isKept = this.#choose(`Does owner keep claim on ${thing}?`);
    if (heldTooLong !== undefined) {
      isKept.when(this.#when(`${keeps} and ${heldTooLong.when}`), heldTooLong.next);
    }
    isKept
      .when(
        this.#when(keeps),
        held(read),
        heldAssign === undefined ? undefined : { assign: { ...heldAssign } },
      )
      .otherwise(takeOver);
    ask.addCatch(isKept, {
      errors: [OWNER_UNKNOWN],
      assign: { [this.#ownerStatus]: 'UNKNOWN' },
      outputs: {},
    });
    const isOurs = this.#choose(`Is claim on ${thing} ours?`)
      .when(this.#when(`$${this.variable}.owner = ${executionArn}`), taken)
      // It was released since.
      .when(this.#when(`$not($${this.variable}.isHeld)`), claim)
      .otherwise(guard(ask));
    ask.next(isKept);
    for (const task of [claim, takeOver]) task.addCatch(read, lost);
    guard(read).next(isOurs);
    guard(takeOver).next(taken);
    guard(claim).next(taken);
    return claim;
  }

  /** Fails where the thing is no longer this execution's: a redriven one may have lost it. */
  confirm({ next, guard }: StepProps): State {
    const { thing } = this.#props;
    const owner = `$states.result.Item.${claimAttributes.owner}.S`;
    const lost = `$error("Another execution took the ${thing} over. Nothing was changed.")`;
    const task = DynamoGetItem.jsonata(this.#scope, `Confirm claim on ${thing}`, {
      table: this.#props.table,
      key: this.#key(),
      consistentRead: true,
      comment: 'A redriven execution may have lost its claim',
      assign: {
        [this.variable]: jsonata(`${owner} = ${executionArn} ? {"owner": ${owner}} : ${lost}`),
      },
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    guard(this.#finish(task)).next(next);
    return task;
  }

  /** Releases the thing, unless it is another execution's by now. */
  release({ next, guard }: StepProps): State {
    const task = DynamoDeleteItem.jsonata(this.#scope, `Release claim on ${this.#props.thing}`, {
      table: this.#props.table,
      key: this.#key(),
      conditionExpression: `#${claimAttributes.owner} = :me`,
      expressionAttributeNames: namesOf([claimAttributes.owner]),
      expressionAttributeValues: { ':me': text(executionArn) },
      comment: `The next execution may have the ${this.#props.thing}`,
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    this.#finish(task);
    task.addCatch(next, { errors: [CONDITION_FAILED], outputs: {} });
    guard(task).next(next);
    return task;
  }

  /** Writes the claim if there is none; a call that is repeated finds its own. */
  #claim(): DynamoPutItem {
    const { thing, table } = this.#props;
    const { owner, fence, expires } = claimAttributes;
    const expiry = this.#expiry;
    const task = DynamoPutItem.jsonata(this.#scope, `Claim ${thing}`, {
      table,
      item: { ...this.#key(), ...this.#ownership, [fence]: DynamoAttributeValue.fromNumber(1) },
      conditionExpression: [
        // Where there is no item, and where a person left one without an owner.
        `attribute_not_exists(#${owner})`,
        `#${owner} = :me`,
        // DynamoDB deletes it within days; until then it can be read and is over nevertheless.
        ...(expiry === undefined ? [] : [`#${expires} < :now`]),
      ].join(' OR '),
      expressionAttributeNames: namesOf([owner, ...(expiry === undefined ? [] : [expires])]),
      expressionAttributeValues: {
        ':me': text(executionArn),
        ...(expiry !== undefined && { ':now': number(NOW_SECONDS) }),
      },
      comment: `The ${thing} is claimed only if no execution has it`,
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    return this.#finish(task);
  }

  /** Who has it; no owner where it was released since. Fails where the item is not a claim of an execution. */
  #read(): DynamoGetItem {
    const { thing } = this.#props;
    const { key, owner, fence } = claimAttributes;
    const damaged = quote(
      ` names no execution as its owner, or its fence is not a number. Delete the item once no execution works on the ${thing}.`,
    );
    const task = DynamoGetItem.jsonata(this.#scope, `Read claim on ${thing}`, {
      table: this.#props.table,
      key: this.#key(),
      consistentRead: true,
      comment: `Which execution claimed the ${thing}`,
      assign: {
        [this.variable]: jsonata(`(
  $item := $states.result.Item;
  $owner := $item.${owner}.S & "";
  $fence := $item.${fence};
  $isDamaged := $not($contains($owner, ":execution:")) or ($exists($fence) and $not($exists($fence.N)));
  $exists($item.${owner}) and $isDamaged
    ? $error("The claim " & $item.${key}.S & ${damaged})
    : {"isHeld": $exists($item.${owner}), "owner": $owner, "fence": $exists($fence) ? $fence.N : "0"}
)`),
      },
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    return this.#finish(task);
  }

  #ask() {
    const executions = Stack.of(this.#scope).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.#props.ownedBy}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const task = callService(this.#scope, `Look up owner of ${this.#props.thing}`, {
      service: 'sfn',
      action: 'describeExecution',
      resources: [executions],
      arguments: { ExecutionArn: jsonata(`$${this.variable}.owner`) },
      comment: `Whether the execution that claimed the ${this.#props.thing} still runs`,
      assign: { [this.#ownerStatus]: jsonata('$states.result.Status') },
    });
    // The answer is eventually consistent: an owner that has only just begun may not be known yet.
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    task.addRetry({
      errors: [OWNER_UNKNOWN],
      interval: Duration.seconds(1),
      maxAttempts: 2,
      backoffRate: 2,
    });
    return task;
  }

  /** Replaces the owner that was read, if it still is. */
  #takeOver(): DynamoUpdateItem {
    const { table, thing } = this.#props;
    const { owner, fence } = claimAttributes;
    const ownership = Object.entries(this.#ownership);
    const sets = ownership.map(([name]) => `#${name} = :${name}`);
    const task = DynamoUpdateItem.jsonata(this.#scope, `Take over claim on ${thing}`, {
      table,
      key: this.#key(),
      updateExpression: `SET ${sets.join(', ')} ADD #${fence} :one`,
      conditionExpression: `#${owner} = :former AND (attribute_not_exists(#${fence}) OR #${fence} = :formerFence)`,
      expressionAttributeNames: namesOf([fence, ...ownership.map(([name]) => name)]),
      expressionAttributeValues: {
        ...Object.fromEntries(ownership.map(([name, value]) => [`:${name}`, value])),
        ':one': DynamoAttributeValue.fromNumber(1),
        ':former': text(`$${this.variable}.owner`),
        ':formerFence': number(`$${this.variable}.fence`),
      },
      comment: `The owner of the ${thing} has ended`,
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    return this.#finish(task);
  }

  /** What every owner writes of itself. */
  get #ownership(): Readonly<Record<string, DynamoAttributeValue>> {
    const { owner, since, expires } = claimAttributes;
    const details = Object.entries(this.#props.details ?? {});
    const expiry = this.#expiry;
    return {
      [owner]: text(executionArn),
      [since]: text(ENTERED),
      ...Object.fromEntries(details.map(([name, expression]) => [name, text(expression)])),
      ...(expiry !== undefined && { [expires]: expiry }),
    };
  }

  get #expiry(): DynamoAttributeValue | undefined {
    const { expiresAfter } = this.#props;
    return expiresAfter === undefined
      ? undefined
      : number(`${NOW_SECONDS} + ${expiresAfter.toSeconds()}`);
  }

  #key(): Record<string, DynamoAttributeValue> {
    const { name, thing } = this.#props;
    const key =
      'fixed' in name ? quote(`${thing}#${name.fixed}`) : `${quote(`${thing}#`)} & ${name.jsonata}`;
    return { [claimAttributes.key]: text(key) };
  }

  /** What every call of an item has. */
  #finish<Task extends TaskStateBase>(task: Task): Task {
    const { name, thing } = this.#props;
    task.addRetry(retryItemCall);
    limitToKeys(task, `${thing}#${'fixed' in name ? name.fixed : '*'}`);
    return task;
  }

  get #keptWhile(): readonly string[] {
    return this.#props.keptWhile ?? LIVING;
  }

  #choose(id: string): Choice {
    return Choice.jsonata(this.#scope, id, {});
  }

  #when(expression: string): Condition {
    return when(expression);
  }
}

const ENTERED = '$states.context.State.EnteredTime';
const NOW_SECONDS = `$floor($toMillis(${ENTERED}) / 1000)`;

/** `#name` for each attribute: DynamoDB reserves hundreds of words. */
function namesOf(attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
}

function text(expression: string): DynamoAttributeValue {
  return DynamoAttributeValue.fromString(jsonata(expression));
}

/** DynamoDB's numbers are texts on the wire. */
function number(expression: string): DynamoAttributeValue {
  return DynamoAttributeValue.numberFromString(jsonata(`$string(${expression})`));
}
