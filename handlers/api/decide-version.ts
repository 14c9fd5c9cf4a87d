import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { decide } from '../../operations/index.ts';
import { audited } from './audit.ts';
import { describePackage, type KnownVersion, revisionOf } from './model-versions.ts';
import { ProblemError } from './problem-error.ts';
import type { Call } from './route-function.ts';

export interface DecisionRequest {
  readonly status: 'Approved' | 'Rejected';
  readonly reason?: string | undefined;
  /** The revision that the person saw. */
  readonly revision?: string | undefined;
  /** The route that asks. */
  readonly action: string;
}

type Decision = AnswerOf<Routes['approveModel']>;

/** For which a decision keeps others away that were made without knowing it. */
const ALONE_SECONDS = 5;

/**
 * Approves or rejects a version. Of several people who decide in the same moment one succeeds.
 *
 * @throws ProblemError `already-decided` or `decided-by-another`
 */
export async function decideVersion(
  call: Call,
  { version, known, found }: KnownVersion,
  request: DecisionRequest,
): Promise<Decision> {
  const { api, caller } = call;
  const arn = found.ModelPackageArn ?? '';
  judge(version, found, request);
  const turn = new Turn(call, arn);
  await turn.take(request.revision);
  try {
    const current = await describePackage(api, arn);
    judge(version, current, request);
    const before = current.ModelApprovalStatus ?? 'PendingManualApproval';
    const decision = describe(caller.name, request);
    const { auditId } = await audited(
      call,
      {
        project: known.facts.project,
        action: request.action,
        subject: version,
        before,
        after: request.status,
        ...(request.reason === undefined ? {} : { reason: request.reason }),
      },
      () => decide(api.clients, arn, request.status, decision),
    );
    api.cache.clear('');
    await turn.settle(revisionOf(await describePackage(api, arn)));
    return { version, status: request.status, before, decision, auditId };
  } catch (error) {
    await turn.give();
    throw error;
  }
}

function judge(version: string, found: KnownVersion['found'], request: DecisionRequest): void {
  const { status, revision } = request;
  if (revision !== undefined && revision !== revisionOf(found)) {
    throw new ProblemError(
      'decided-by-another',
      `${version} is ${found.ModelApprovalStatus} now, which it was not when you looked (${found.ApprovalDescription ?? 'no reason was given'}); nothing was changed. Look again, then decide.`,
    );
  }
  if (found.ModelApprovalStatus !== status) return;
  throw new ProblemError(
    'already-decided',
    `${version} is ${status} already (${found.ApprovalDescription ?? 'no reason was given'}); nothing was changed.`,
  );
}

/** As the registry shows it: who, and why. */
function describe(name: string, { status, reason }: DecisionRequest): string {
  return `${name}: ${reason ?? `${status} without a reason`}`;
}

/** The right to decide on one package, which one caller has at a time. */
class Turn {
  readonly #call: Call;
  readonly #key: { readonly id: { readonly S: string } };

  constructor(call: Call, arn: string) {
    this.#call = call;
    this.#key = { id: { S: `decision#${arn}` } };
  }

  get #place() {
    return { TableName: this.#call.api.options.requestsTable };
  }

  get #seconds(): number {
    return Math.floor(this.#call.api.options.now() / 1_000);
  }

  /** @param revision of a caller who has seen the last decision, and need not wait */
  async take(revision: string | undefined): Promise<void> {
    const { api, caller } = this.#call;
    try {
      await api.clients.dynamodb.send(
        new PutItemCommand({
          ...this.#place,
          Item: {
            ...this.#key,
            by: { S: caller.name },
            until: { N: String(this.#seconds + ALONE_SECONDS) },
            expiration: { N: String(this.#seconds + 60) },
          },
          ConditionExpression:
            'attribute_not_exists(id) OR #until < :now OR (attribute_exists(revision) AND revision = :revision)',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: {
            ':now': { N: String(this.#seconds) },
            ':revision': { S: revision ?? '-' },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw new ProblemError(
        'decided-by-another',
        `${error.Item?.['by']?.S ?? 'Another person'} decides on it right now, or did so in the last ${ALONE_SECONDS} seconds; nothing was changed. Look again, then decide.`,
      );
    }
  }

  /** Keeps others away who do not know this decision. */
  async settle(revision: string): Promise<void> {
    await this.#call.api.clients.dynamodb.send(
      new UpdateItemCommand({
        ...this.#place,
        Key: this.#key,
        UpdateExpression: 'SET revision = :revision',
        ExpressionAttributeValues: { ':revision': { S: revision } },
      }),
    );
  }

  /** After a decision that did not come about. */
  async give(): Promise<void> {
    await this.#call.api.clients.dynamodb.send(
      new DeleteItemCommand({ ...this.#place, Key: this.#key }),
    );
  }
}
