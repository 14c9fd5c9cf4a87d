import { Choice, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { jsonata } from '../jsonata.ts';
import { type CallServiceProps, callService } from './call-service.ts';

export interface ListPagesProps extends Omit<CallServiceProps, 'assign' | 'outputs'> {
  /** The states that ask whether there is another page, and read it. */
  readonly ids: { readonly question: string; readonly more: string };
  /** Variables by name: what the first page makes of them, and what each further one does. */
  readonly assign: Readonly<Record<string, { readonly first: string; readonly more: string }>>;
  /** An expression; further pages are read while it holds. @default to the last page */
  readonly while?: string;
  readonly next: IChainable;
  /** What becomes of each request that fails. */
  readonly guard: (task: CallAwsService) => unknown;
}

/**
 * Reads a list of SageMaker's page by page. One page is not enough: lists are filtered after they
 * are cut into pages, and names that merely contain ours take places.
 */
export function listPages(scope: Construct, id: string, props: ListPagesProps): CallAwsService {
  const { ids, assign, next, guard, while: condition = 'true', ...call } = props;
  const page = (state: string, which: 'first' | 'more', more: Readonly<Record<string, string>>) => {
    const assigned = Object.entries(assign).map(([name, made]) => [name, jsonata(made[which])]);
    return callService(scope, state, {
      ...call,
      arguments: { ...call.arguments, ...more },
      assign: {
        ...Object.fromEntries(assigned),
        nextToken: jsonata(
          '$type($states.result.NextToken) = "string" ? $states.result.NextToken : ""',
        ),
      },
    });
  };
  const first = page(id, 'first', {});
  const more = page(ids.more, 'more', { NextToken: jsonata('$nextToken') });
  const question = Choice.jsonata(scope, ids.question, {})
    .when(when(`$nextToken != "" and (${condition})`), more)
    .otherwise(next);
  for (const task of [first, more]) {
    guard(task);
    task.next(question);
  }
  return first;
}
