import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import {
  type CatchProps,
  Choice,
  Condition,
  type IChainable,
  type State,
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
import { executionArn, jsonata } from '../jsonata.ts';
import { callService, retryItemCall } from '../tasks/index.ts';
import { claimAttributes } from './claims-table.ts';

/** One call within the limit of Step Functions' own HTTP client. */
const CALL_TIMEOUT = Duration.seconds(60);

/** An owner that will still do what it claimed the thing for. */
const LIVING = ['RUNNING', 'PENDING_REDRIVE'] as const;

/** A condition that did not hold: another execution was first. */
const CONDITION_FAILED = 'DynamoDB.ConditionalCheckFailedException';

/** A task as far as catching goes; the tasks' own base class does not fit strict optional types. */
interface Guardable {
  addCatch(handler: IChainable, props?: CatchProps): unknown;
}

export interface ClaimProps {
  readonly table: ITable;
  /** What is claimed, as the states' names say it: `dataset`, `endpoint`. One word. */
  readonly thing: string;
  /** JSONata for the claim's key, which names the thing among all that is claimed in the table. */
  readonly key: string;
  /** ARNs of the executions that may own it; who they are is asked of Step Functions. */
  readonly owners: readonly string[];
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
  /** What follows while another execution has it; may lead back to the claim. */
  readonly held: IChainable;
  /** Adds the workflow's catch for whatever else fails. */
  readonly guard: <Task extends Guardable>(task: Task) => Task;
}

/**
 * The claim of an execution on a thing, one item of the claims table. Whoever writes the item first owns
 * the thing; an owner that has ended, or that Step Functions no longer knows, is replaced by a write on the
 * condition that it is still the owner, so that of several that want to replace it one succeeds.
 *
 * @example
 * const claim = new Claim(scope, { table, thing: 'endpoint', key: '"endpoint"', owners });
 * const start = claim.take({ taken: deploy, held: wait, guard });
 * deploy.next(claim.release({ next: done, guard }));
 */
export class Claim {
  readonly #scope: Construct;
  readonly #props: ClaimProps;

  constructor(scope: Construct, props: ClaimProps) {
    this.#scope = scope;
    this.#props = props;
  }

  /** `{owner, fence}` of the claim that was read; assigned once the thing was found claimed. */
  get variable(): string {
    return `${this.#props.thing}Claim`;
  }

  get #ownerStatus(): string {
    return `${this.#props.thing}OwnerStatus`;
  }

  /** Claims the thing, or finds out who has it, or takes it over. */
  take({ taken, held, guard }: TakeProps): State {
    const { thing } = this.#props;
    const claim = this.#claim();
    const read = this.#read();
    const ask = this.#ask();
    const takeOver = this.#takeOver();
    const lost = { errors: [CONDITION_FAILED], outputs: {} };

    const isKept = this.#choose(`Does owner keep ${thing}?`)
      .when(this.#when(`$${this.#ownerStatus} in ${JSON.stringify(this.#keptWhile)}`), held)
      .otherwise(takeOver);
    ask.addCatch(isKept, {
      errors: ['Sfn.ExecutionDoesNotExistException'],
      assign: { [this.#ownerStatus]: 'UNKNOWN' },
      outputs: {},
    });
    const isOurs = this.#choose(`Is ${thing} ours?`)
      .when(this.#when(`$${this.variable}.owner = ${executionArn}`), taken)
      // It was released since.
      .when(this.#when(`$${this.variable}.owner = ""`), claim)
      .otherwise(guard(ask));
    ask.next(isKept);
    for (const task of [claim, takeOver]) task.addCatch(read, lost);
    guard(read).next(isOurs);
    guard(takeOver).next(taken);
    guard(claim).next(taken);
    return claim;
  }

  /** Fails where the thing is no longer this execution's: a redriven one may have lost it. */
  confirm({ next, guard }: { readonly next: IChainable } & Pick<TakeProps, 'guard'>): State {
    const { thing } = this.#props;
    const owner = `$states.result.Item.${claimAttributes.owner}.S`;
    const lost = `$error("Another execution took the ${thing} over. Nothing was changed.")`;
    const task = DynamoGetItem.jsonata(this.#scope, `Confirm ${thing}`, {
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
    task.addRetry(retryItemCall);
    guard(task).next(next);
    return task;
  }

  /** Gives the thing up, unless it is another execution's by now. */
  release({ next, guard }: { readonly next: IChainable } & Pick<TakeProps, 'guard'>): State {
    const task = DynamoDeleteItem.jsonata(this.#scope, `Release ${this.#props.thing}`, {
      table: this.#props.table,
      key: this.#key(),
      conditionExpression: '#owner = :me',
      expressionAttributeNames: { '#owner': claimAttributes.owner },
      expressionAttributeValues: { ':me': text(executionArn) },
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    task.addRetry(retryItemCall);
    task.addCatch(next, { errors: [CONDITION_FAILED], outputs: {} });
    guard(task).next(next);
    return task;
  }

  /** Writes the claim if there is none; a call that is repeated finds its own. */
  #claim(): DynamoPutItem {
    const { thing, table, details = {}, expiresAfter } = this.#props;
    const isOver = expiresAfter === undefined ? '' : ` OR ${claimAttributes.expires} < :now`;
    const task = DynamoPutItem.jsonata(this.#scope, `Claim ${thing}`, {
      table,
      item: {
        ...this.#key(),
        [claimAttributes.owner]: text(executionArn),
        [claimAttributes.fence]: DynamoAttributeValue.fromNumber(1),
        [claimAttributes.since]: text(ENTERED),
        ...Object.fromEntries(
          Object.entries(details).map(([name, expression]) => [name, text(expression)]),
        ),
        ...(expiresAfter !== undefined && {
          [claimAttributes.expires]: number(`${NOW_SECONDS} + ${expiresAfter.toSeconds()}`),
        }),
      },
      conditionExpression: `attribute_not_exists(${claimAttributes.key}) OR #owner = :me${isOver}`,
      expressionAttributeNames: { '#owner': claimAttributes.owner },
      expressionAttributeValues: {
        ':me': text(executionArn),
        ...(expiresAfter !== undefined && { ':now': number(NOW_SECONDS) }),
      },
      comment: `The ${thing} is claimed only if no execution has it`,
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    task.addRetry(retryItemCall);
    return task;
  }

  /** Who has it; nobody where it was released since. */
  #read(): DynamoGetItem {
    const item = '$states.result.Item';
    const { owner, fence } = claimAttributes;
    const task = DynamoGetItem.jsonata(this.#scope, `Read claim on ${this.#props.thing}`, {
      table: this.#props.table,
      key: this.#key(),
      consistentRead: true,
      assign: {
        [this.variable]: jsonata(
          `$exists(${item}) ? {"owner": ${item}.${owner}.S, "fence": ${item}.${fence}.N} : {"owner": "", "fence": "0"}`,
        ),
      },
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    task.addRetry(retryItemCall);
    return task;
  }

  #ask() {
    return callService(this.#scope, `Ask owner of ${this.#props.thing}`, {
      service: 'sfn',
      action: 'describeExecution',
      iamAction: 'states:DescribeExecution',
      resources: this.#props.owners,
      arguments: { ExecutionArn: jsonata(`$${this.variable}.owner`) },
      assign: { [this.#ownerStatus]: jsonata('$states.result.Status') },
    });
  }

  /** Replaces the owner that was read, if it still is. */
  #takeOver(): DynamoUpdateItem {
    const { table, thing } = this.#props;
    const { since, fence } = claimAttributes;
    const task = DynamoUpdateItem.jsonata(this.#scope, `Take over ${thing}`, {
      table,
      key: this.#key(),
      updateExpression: `SET #owner = :me, ${since} = :since ADD ${fence} :one`,
      conditionExpression: `#owner = :former AND ${fence} = :fence`,
      expressionAttributeNames: { '#owner': claimAttributes.owner },
      expressionAttributeValues: {
        ':me': text(executionArn),
        ':since': text(ENTERED),
        ':one': DynamoAttributeValue.fromNumber(1),
        ':former': text(`$${this.variable}.owner`),
        ':fence': number(`$${this.variable}.fence`),
      },
      comment: `The owner of the ${thing} has ended`,
      outputs: {},
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
    task.addRetry(retryItemCall);
    return task;
  }

  #key(): Record<string, DynamoAttributeValue> {
    return { [claimAttributes.key]: text(this.#props.key) };
  }

  get #keptWhile(): readonly string[] {
    return this.#props.keptWhile ?? LIVING;
  }

  #choose(id: string): Choice {
    return Choice.jsonata(this.#scope, id, {});
  }

  #when(expression: string): Condition {
    return Condition.jsonata(jsonata(expression));
  }
}

const ENTERED = '$states.context.State.EnteredTime';
const NOW_SECONDS = `$floor($toMillis(${ENTERED}) / 1000)`;

function text(expression: string): DynamoAttributeValue {
  return DynamoAttributeValue.fromString(jsonata(expression));
}

/** DynamoDB's numbers are texts on the wire. */
function number(expression: string): DynamoAttributeValue {
  return DynamoAttributeValue.numberFromString(jsonata(`$string(${expression})`));
}
